"""The delivery of a lake in a folder: there is no queue, so what is left is transformed at once.

A record of a reject is removed before its raw object is transformed again. A command that is
killed in between leaves an object that waits, which the next one transforms.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.delivery import (
    Reconciled,
    Rejected,
    nothing_selected,
    parts_nobody_landed,
)
from playlake.lakes.folder import explained
from playlake.services.processes import run_to_end, service_environment
from playlake_contracts.keys import table_prefix
from playlake_contracts.rejects import decode_reject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from playlake.lakes.delivery import Chosen
    from playlake.lakes.folder import FolderLake
    from playlake_contracts.keys import RawKey
    from playlake_contracts.selection import Selection


@dataclass(frozen=True, slots=True)
class FolderDelivery:
    """Implements `delivery.Delivery`."""

    lake: FolderLake
    say: Callable[[str], None]

    @property
    def replayed(self) -> str:
        """What a replay has done to raw objects."""
        return "were transformed again"

    def reconcile(self, dates: Sequence[str] | None) -> Reconciled:
        """Transform what waits, of whichever day; look at the manifests of the given days."""
        waiting = len(self.lake.waiting())
        self.lake.transform(say=self.say)
        raw = [key for key in self.lake.raw_keys() if dates is None or _day(key) in dates]
        with explained():
            marks = list(self.lake.folder.keys(table_prefix("loads")))
        return Reconciled(waiting, waiting, parts_nobody_landed(raw, marks, self.lake.read))

    def replay(self, selection: Selection, *, overwrite: bool) -> int:
        """Run the transformer over raw objects, committed or not."""
        keys = selection.of(self.lake.raw_keys())
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
        with explained():
            return [self._reject(key.rejected) for key in self.lake.rejected()]

    def redrive(self, chosen: Chosen) -> int:
        """Remove records, and transform their raw objects."""
        keys = {str(key): key for key in self.lake.raw_keys()}
        found = [keys[each.key] for each in chosen.of(self.rejects()) if each.key in keys]
        self._remove_records(key.rejected for key in found)
        self.lake.transform(say=self.say)
        return len(found)

    def _reject(self, key: str) -> Rejected:
        body = self.lake.folder.read(key) or b""
        try:
            reject = decode_reject(body)
        except ValueError as error:
            raise CommandError(
                f"{self.lake.folder.path(key)} is no record of a reject ({error}): delete it, and "
                "`playlake transform` tries the object again"
            ) from error
        return Rejected(reject.name, reject.code, reject.reason, reject.rejected_at)

    def _remove_records(self, records: Iterable[str]) -> None:
        with explained():
            for record in records:
                self.lake.folder.remove(record)


def _day(key: RawKey) -> str:
    return key.run_id.snapshot_date
