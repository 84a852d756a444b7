"""The delivery of a lake on AWS, real or local: what is left is announced to the transformer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from botocore.exceptions import ClientError
from msgspec.structs import replace

from playlake_aws.announcing import Outgoing, send
from playlake_aws.dead_letters import forget, held, move_back
from playlake_aws.errors import explained
from playlake_aws.listing import AwsListing
from playlake_aws.queues import queue_depth
from playlake_contracts.backlog import lacks_events, undone
from playlake_contracts.deployed_settings import RECONCILE_GRACE_SECONDS
from playlake_contracts.rejects import decode_reject, encode_reject
from playlake_contracts.s3_events import created_event, renewed_event
from playlake_lake.delivery import (
    Reconciled,
    Waiting,
    counting,
    end_of_consent,
    nothing_selected,
    parts_nobody_landed,
    rejected_of,
)
from playlake_lake.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

    from playlake_aws.announcing import Landed
    from playlake_aws.dead_letters import DeadLetter
    from playlake_aws.lake import AwsLake
    from playlake_contracts.keys import RawKey
    from playlake_contracts.rejects import Dismissal, Reject
    from playlake_contracts.selection import Selection
    from playlake_lake.delivery import Chosen, Rejected
    from playlake_lake.side_by_side import Progress

_GRACE: Final = timedelta(seconds=RECONCILE_GRACE_SECONDS)
# The answers of S3 to a conditional write that somebody else was faster with.
_WRITTEN_BY_OTHERS: Final = {404, 409, 412}


@dataclass(frozen=True, slots=True)
class AwsDelivery:
    """The delivery of a lake on AWS; implements `delivery.Delivery`."""

    lake: AwsLake
    progress: Progress

    @property
    def replayed(self) -> str:
        """What a replay has done to raw objects."""
        return "were announced to the transformer"

    def waiting(self, dates: Sequence[str] | None) -> list[Waiting]:
        """What was landed on some days and is neither committed nor rejected."""
        with explained(self.lake.place):
            left = _look(AwsListing(self.lake, dates)).left
        return [Waiting(each.stored.key, each.at) for each in left]

    def raw_keys(self, selection: Selection) -> Iterator[RawKey]:
        """The raw objects of the day of a selection, or of every day."""
        with explained(self.lake.place):
            yield from (each.stored.key for each in self._listing(selection).raw())

    def reconcile(self, dates: Sequence[str] | None) -> Reconciled:
        """Announce what was landed more than ten minutes ago and is not done."""
        with explained(self.lake.place):
            seen = _look(AwsListing(self.lake, dates))
            lost = self._lost(seen.left)
            self._announce(lost)
            missing = parts_nobody_landed(seen.raw, seen.marks, self.lake.read)
        return Reconciled(len(seen.left), len(lost), missing)

    def replay(self, selection: Selection, *, overwrite: bool) -> int:
        """Announce raw objects, committed or not."""
        listing = self._listing(selection)
        with explained(self.lake.place):
            found = {each.stored.key: each for each in listing.raw()}
            chosen = selection.of(found)
            if not chosen:
                raise QuestionError(nothing_selected(selection))
            wanted = {key.rejected for key in chosen}
            records = [key for key in listing.records() if key in wanted]
            rejects = listing.read(records, self.progress)
            self._announce((found[key] for key in chosen), rejects, overwrite=overwrite)
        return len(chosen)

    def rejects(self) -> list[Rejected]:
        """What the records say, and the letters that have none."""
        with explained(self.lake.place), held(self.lake.aws.sqs, self._dead_letters) as letters:
            rejects = [rejected_of(each) for each in self._records().values()]
        recorded = {each.key for each in rejects}
        alone = [one.rejected() for one in letters if not recorded.intersection(one.names)]
        return sorted(counting([*rejects, *alone]), key=lambda each: each.key)

    def recorded(self) -> list[Rejected]:
        """What the records say; dead letters stay where they are, and are not received."""
        with explained(self.lake.place):
            return counting(rejected_of(each) for each in self._records().values())

    def dismissed(self) -> list[Rejected]:
        """What the records say was dismissed."""
        with explained(self.lake.place):
            found = [rejected_of(each) for each in self._records().values()]
        return [each for each in found if each.dismissed is not None]

    def consent_ends_on(self, dates: Sequence[str] | None) -> date | None:
        """When the first login of the runs of some days ends; None if no run says it."""
        with explained(self.lake.place):
            raw = (each.stored.key for each in AwsListing(self.lake, dates).raw())
            return end_of_consent(raw, self.lake.read)

    def dismiss(self, chosen: Chosen, dismissal: Dismissal) -> int:
        """Write into records who dismissed what they are about, then delete the letters.

        A command that is killed in between leaves letters of what is dismissed; the next one
        deletes them.
        """
        with explained(self.lake.place), held(self.lake.aws.sqs, self._dead_letters) as letters:
            records = self._records()
            known = {each.name for each in records.values()}
            before = {each.name for each in records.values() if each.dismissed is not None}
            now = {
                reject.name
                for key, reject in records.items()
                if chosen.of(counting([rejected_of(reject)])) and self._dismiss(key, dismissal)
            }
            alone = [
                one
                for one in letters
                if not known.intersection(one.names)
                and chosen.of([one.rejected()])
                and self._record(one, dismissal)
            ]
            noted = [one for one in letters if (before | now).issuperset(one.names)]
            forget(self.lake.aws.sqs, self._dead_letters, [*noted, *alone])
        return len(now) + len(alone)

    def _dismiss(self, key: str, dismissal: Dismissal) -> bool:
        """Dismiss a record, unless somebody has written it anew meanwhile."""
        bucket = self.lake.deployment.curated_bucket
        found = self.lake.aws.s3.get_object(Bucket=bucket, Key=key)
        record = replace(decode_reject(found["Body"].read()), dismissed=dismissal)
        return self._put(key, record, IfMatch=found["ETag"])

    def _record(self, letter: DeadLetter, dismissal: Dismissal) -> bool:
        """Write dismissed records of a letter that has none."""
        records = letter.records().items()
        put = [
            self._put(key, replace(reject, dismissed=dismissal), IfNoneMatch="*")
            for key, reject in records
        ]
        return all(put)

    def _put(self, key: str, reject: Reject, **condition: str) -> bool:
        """Write a record under a condition; False if that is not met."""
        s3, bucket = self.lake.aws.s3, self.lake.deployment.curated_bucket
        body = encode_reject(reject)
        try:
            s3.put_object(Bucket=bucket, Key=key, Body=body, **condition)  # type: ignore[arg-type]
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _WRITTEN_BY_OTHERS:
                return False
            raise
        return True

    def redrive(self, chosen: Chosen) -> int:
        """Move letters back, and announce what was rejected and whose letters have expired."""
        with explained(self.lake.place), held(self.lake.aws.sqs, self._dead_letters) as letters:
            records = self._records()
            rejects = {each.name: each for each in records.values()}
            moved = [one for one in letters if chosen.of([_named(one, rejects)])]
            sqs = self.lake.aws.sqs
            move_back(sqs, self._dead_letters, self._queue, moved, self._renewed)
            named = set(chain.from_iterable(one.names for one in letters))
            rest = (each for name, each in rejects.items() if name not in named)
            left = chosen.of(rejected_of(each) for each in rest)
            sent = [one for each in left for one in self._anew(rejects[each.key])]
            send(self.lake.aws.sqs, self._queue, sent)
            self._forget_messages(records, chosen)
        return len(moved) + len(sent)

    def _listing(self, selection: Selection) -> AwsListing:
        return AwsListing(self.lake, None if selection.day is None else [selection.day])

    def _renewed(self, letter: DeadLetter) -> str:
        """The message of a letter; it announces what its key holds now, which may be mended."""
        if letter.raw_key is None:
            return letter.body
        found = AwsListing(self.lake, None).one(letter.raw_key)
        return renewed_event(letter.body, found[0].stored) if found else letter.body

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
            if reject.raw_key is None and chosen.of([rejected_of(reject)]):
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


class _Seen(NamedTuple):
    """What a listing shows: raw objects, commit marks, and the objects that are not done."""

    raw: list[RawKey]
    marks: list[str]
    left: list[Landed]


def _look(listing: AwsListing) -> _Seen:
    # Raw objects first: what is committed meanwhile has its mark when marks are listed.
    raw = list(listing.raw())
    marks, records = listing.marks(), listing.records()
    left = set(undone((str(each.stored.key) for each in raw), [*marks, *records]))
    keys = [each.stored.key for each in raw]
    return _Seen(keys, marks, [each for each in raw if each.stored.key in left])


def _named(letter: DeadLetter, records: Mapping[str, Reject]) -> Rejected:
    """What a letter is about, as `playlake dlq` shows it: the record knows it best."""
    record = next((records[name] for name in letter.names if name in records), None)
    return letter.rejected() if record is None else rejected_of(record)


def _attributes(reject: Reject) -> dict[str, MessageAttributeValueTypeDef]:
    """The attribute of a dead letter that has the transformer look past the record."""
    return {"code": {"DataType": "String", "StringValue": reject.code}}
