"""The delivery of a lake in a folder: there is no queue, so what is left is transformed at once.

A record of a reject is removed before its raw object is transformed again. A command that is
killed in between leaves an object that waits, which the next one transforms.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from playlake.errors import CommandError
from playlake.lakes.folder import explained
from playlake.services.processes import run_to_end, service_environment
from playlake_contracts.keys import table_prefix
from playlake_contracts.rejects import decode_reject, encode_reject
from playlake_lake.delivery import (
    Reconciled,
    Waiting,
    counting,
    end_of_consent,
    nothing_selected,
    parts_nobody_landed,
    rejected_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from playlake.lakes.folder import FolderLake
    from playlake_contracts.keys import RawKey
    from playlake_contracts.rejects import Dismissal, Reject
    from playlake_contracts.selection import Selection
    from playlake_lake.delivery import Chosen, Rejected


@dataclass(frozen=True, slots=True)
class FolderDelivery:
    """Implements `delivery.Delivery`."""

    lake: FolderLake
    say: Callable[[str], None]

    @property
    def replayed(self) -> str:
        """What a replay has done to raw objects."""
        return "were transformed again"

    def waiting(self, dates: Sequence[str] | None) -> list[Waiting]:
        """What waits; one that is done meanwhile is left out."""
        found = [key for key in self.lake.waiting() if dates is None or _day(key) in dates]
        with explained():
            times = [(key, self.lake.folder.changed_at(str(key))) for key in found]
        return [Waiting(key, at) for key, at in times if at is not None]

    def raw_keys(self, selection: Selection) -> Iterator[RawKey]:  # noqa: ARG002
        """All raw objects: listing a folder costs little."""
        return self.lake.raw_keys()

    def reconcile(self, dates: Sequence[str] | None) -> Reconciled:
        """Transform what waits, of whichever day; look at the manifests of the given days."""
        waiting = len(self.lake.waiting())
        self.lake.transform(say=self.say)
        raw = list(self._raw(dates))
        with explained():
            marks = list(self.lake.folder.keys(table_prefix("loads")))
        return Reconciled(waiting, waiting, parts_nobody_landed(raw, marks, self.lake.read))

    def replay(self, selection: Selection, *, overwrite: bool) -> int:
        """Run the transformer over raw objects, committed or not."""
        keys = selection.of(self.raw_keys(selection))
        if not keys:
            raise CommandError(nothing_selected(selection))
        self._remove_records(key.rejected for key in keys)
        settings = {"PLAYLAKE_REPLAY": str(selection), "PLAYLAKE_OVERWRITE": str(overwrite).lower()}
        environment = service_environment(os.environ, {**self.lake.settings(), **settings})
        if status := run_to_end("transformer", environment, logs=self.lake.logs):
            raise CommandError(
                f"the transformer ended with status {status}: see "
                f"{self.lake.logs / 'transformer.log'}; run the same `playlake replay` again"
            )
        for key in keys:
            if self.lake.folder.size(key.rejected) is not None:
                self.say(f"{key} was rejected: {self.lake.folder.path(key.rejected)} says why")
        return len(keys)

    def rejects(self) -> list[Rejected]:
        """What the records say of raw objects that are not committed."""
        return counting(self._every_reject())

    def recorded(self) -> list[Rejected]:
        """The same: there is no queue beside the records."""
        return self.rejects()

    def dismissed(self) -> list[Rejected]:
        """What the records say was dismissed."""
        return [each for each in self._every_reject() if each.dismissed is not None]

    def consent_ends_on(self, dates: Sequence[str] | None) -> date | None:
        """When the first login of the runs of some days ends; None if no run says it."""
        return end_of_consent(self._raw(dates), self.lake.read)

    def redrive(self, chosen: Chosen) -> int:
        """Remove records, and transform their raw objects."""
        keys = {str(key): key for key in self.lake.raw_keys()}
        found = [keys[each.key] for each in chosen.of(self._every_reject()) if each.key in keys]
        self._remove_records(key.rejected for key in found)
        self.lake.transform(say=self.say)
        return len(found)

    def dismiss(self, chosen: Chosen, dismissal: Dismissal) -> int:
        """Write into records who dismissed what they are about."""
        meant = {each.key for each in chosen.of(self.rejects())}
        found = [key for key in self.lake.rejected() if str(key) in meant]
        with explained():
            return sum(self._dismiss(key.rejected, dismissal) for key in found)

    def _raw(self, dates: Sequence[str] | None) -> Iterator[RawKey]:
        return (key for key in self.lake.raw_keys() if dates is None or _day(key) in dates)

    def _dismiss(self, key: str, dismissal: Dismissal) -> bool:
        """Dismiss a record, unless another command has written or removed it meanwhile."""
        held = self.lake.folder.held(key)
        if held is None:
            return False
        record = encode_reject(replace(self._record(key, held.body), dismissed=dismissal))
        return self.lake.folder.replace(key, record, held.etag)

    def _every_reject(self) -> list[Rejected]:
        with explained():
            found = [key.rejected for key in self.lake.rejected()]
            records = [self._record(key, self.lake.folder.read(key) or b"") for key in found]
        return [rejected_of(each) for each in records]

    def _record(self, key: str, body: bytes) -> Reject:
        try:
            return decode_reject(body)
        except ValueError as error:
            raise CommandError(
                f"{self.lake.folder.path(key)} is no record of a reject ({error}): delete it, and "
                "`playlake transform` tries the object again"
            ) from error

    def _remove_records(self, records: Iterable[str]) -> None:
        with explained():
            for record in records:
                self.lake.folder.remove(record)


def _day(key: RawKey) -> str:
    return key.run_id.snapshot_date
