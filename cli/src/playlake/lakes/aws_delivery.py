"""The delivery of a lake on AWS, real or local: what is left is announced to the transformer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.lakes.announcing import Outgoing, send
from playlake.lakes.aws import explained
from playlake.lakes.aws_listing import AwsListing
from playlake.lakes.dead_letters import held, move_back
from playlake.lakes.delivery import Reconciled, Rejected, nothing_selected, parts_nobody_landed
from playlake.local_aws.backlog import queue_depth
from playlake_contracts.backlog import lacks_events, undone
from playlake_contracts.deployed_settings import RECONCILE_GRACE_SECONDS
from playlake_contracts.s3_events import created_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

    from playlake.lakes.announcing import Landed
    from playlake.lakes.aws import AwsLake
    from playlake.lakes.dead_letters import DeadLetter
    from playlake.lakes.delivery import Chosen
    from playlake.lakes.side_by_side import Progress
    from playlake_contracts.rejects import Reject
    from playlake_contracts.selection import Selection

_GRACE: Final = timedelta(seconds=RECONCILE_GRACE_SECONDS)


@dataclass(frozen=True, slots=True)
class AwsDelivery:
    """Implements `delivery.Delivery`."""

    lake: AwsLake
    progress: Progress

    @property
    def replayed(self) -> str:
        """What a replay has done to raw objects."""
        return "were announced to the transformer"

    def reconcile(self, dates: Sequence[str] | None) -> Reconciled:
        """Announce what was landed more than ten minutes ago and is not done."""
        listing = AwsListing(self.lake, dates)
        with explained(self.lake.place):
            # Raw objects first: what is committed meanwhile has its mark when marks are listed.
            raw = list(listing.raw())
            marks, records = listing.marks(), listing.records()
            left = set(undone((str(each.stored.key) for each in raw), [*marks, *records]))
            lost = self._lost([each for each in raw if each.stored.key in left])
            self._announce(lost)
            keys = [each.stored.key for each in raw]
            missing = parts_nobody_landed(keys, marks, self.lake.read)
        return Reconciled(len(left), len(lost), missing)

    def replay(self, selection: Selection, *, overwrite: bool) -> int:
        """Announce raw objects, committed or not."""
        listing = AwsListing(self.lake, None if selection.day is None else [selection.day])
        with explained(self.lake.place):
            found = {each.stored.key: each for each in listing.raw()}
            chosen = selection.of(found)
            if not chosen:
                raise CommandError(nothing_selected(selection))
            wanted = {key.rejected for key in chosen}
            records = [key for key in listing.records() if key in wanted]
            rejects = listing.read(records, self.progress)
            self._announce((found[key] for key in chosen), rejects, overwrite=overwrite)
        return len(chosen)

    def rejects(self) -> list[Rejected]:
        """What the records say, and the letters that have none."""
        with explained(self.lake.place), held(self.lake.aws.sqs, self._dead_letters) as letters:
            rejects = [_rejected(each) for each in self._records().values()]
        recorded = {each.key for each in rejects}
        alone = [one.rejected() for one in letters if not recorded.intersection(one.names)]
        return sorted([*rejects, *alone], key=lambda each: each.key)

    def redrive(self, chosen: Chosen) -> int:
        """Move letters back, and announce what was rejected and whose letters have expired."""
        with explained(self.lake.place), held(self.lake.aws.sqs, self._dead_letters) as letters:
            records = self._records()
            rejects = {each.name: each for each in records.values()}
            moved = [one for one in letters if chosen.of([_named(one, rejects)])]
            move_back(self.lake.aws.sqs, self._dead_letters, self._queue, moved)
            named = set(chain.from_iterable(one.names for one in letters))
            left = chosen.of(_rejected(each) for name, each in rejects.items() if name not in named)
            sent = [one for each in left for one in self._anew(rejects[each.key])]
            send(self.lake.aws.sqs, self._queue, sent)
            self._forget_messages(records, chosen)
        return len(moved) + len(sent)

    def _anew(self, reject: Reject) -> list[Outgoing]:
        """The message that has something rejected processed anew; none if its object is gone."""
        if reject.raw_key is None:
            return [Outgoing(reject.message or "", _attributes(reject))]
        found = AwsListing(self.lake, None).one(reject.raw_key)
        bucket = self.lake.deployment.raw_bucket
        return [Outgoing(created_event(bucket, one.stored), _attributes(reject)) for one in found]

    def _forget_messages(self, records: Mapping[str, Reject], chosen: Chosen) -> None:
        """Delete the records of redriven messages: no commit mark will ever say that one is done.

        What is rejected again gets its record again.
        """
        for key, reject in records.items():
            if reject.raw_key is None and chosen.of([_rejected(reject)]):
                bucket = self.lake.deployment.curated_bucket
                self.lake.aws.s3.delete_object(Bucket=bucket, Key=key)

    def _lost(self, left: list[Landed]) -> list[Landed]:
        """Those whose events are lost; the queue may hold the events of the others."""
        before = datetime.now(UTC) - _GRACE
        overdue = [each for each in left if each.at <= before]
        queued = sum(queue_depth(self.lake.aws, self._queue)) if overdue else 0
        return overdue if lacks_events(len(left), queued) else []

    def _announce(
        self,
        objects: Iterable[Landed],
        rejects: Iterable[Reject] = (),
        *,
        overwrite: bool = False,
    ) -> None:
        """Send the events of raw objects; those that were rejected are redriven by it."""
        attributes = {reject.name: _attributes(reject) for reject in rejects}
        bucket = self.lake.deployment.raw_bucket
        messages = [
            Outgoing(
                created_event(bucket, each.stored, overwrite=overwrite),
                attributes.get(str(each.stored.key), {}),
            )
            for each in objects
        ]
        send(self.lake.aws.sqs, self._queue, messages)

    def _records(self) -> dict[str, Reject]:
        """The records that count, by their keys."""
        return AwsListing(self.lake, None).rejects(self.progress)

    @property
    def _queue(self) -> str:
        return self.lake.queue_url(self.lake.deployment.names.queue)

    @property
    def _dead_letters(self) -> str:
        return self.lake.queue_url(self.lake.deployment.names.dead_letter_queue)


def _named(letter: DeadLetter, records: Mapping[str, Reject]) -> Rejected:
    """What a letter is about, as `playlake dlq` shows it: the record knows it best."""
    record = next((records[name] for name in letter.names if name in records), None)
    return letter.rejected() if record is None else _rejected(record)


def _rejected(reject: Reject) -> Rejected:
    return Rejected(reject.name, reject.code, reject.reason, reject.rejected_at)


def _attributes(reject: Reject) -> dict[str, MessageAttributeValueTypeDef]:
    """The attribute of a dead letter that has the transformer look past the record."""
    return {"code": {"DataType": "String", "StringValue": reject.code}}
