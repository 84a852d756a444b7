"""What surrounds a lake, as the page shows and mends it, by what its delivery does."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from playlake_contracts.consent import days_left
from playlake_contracts.deployed_settings import RECONCILE_DAYS
from playlake_contracts.explained import ExplainedError
from playlake_contracts.keys import RawKey
from playlake_contracts.rejects import Dismissal
from playlake_contracts.runs import RunId
from playlake_contracts.selection import Selection
from playlake_lake.delivery import Chosen, recent_dates
from playlake_web.facts.pipeline import (
    Crawler,
    DeadLetter,
    DeadLetters,
    Dismissed,
    OperationName,
    Surroundings,
)
from playlake_web.pipeline import (
    NoSuchRunError,
    NotHereError,
    NothingToDoError,
    PipelineError,
    public_text,
)
from playlake_web.words import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from playlake_aws.lake import AwsLake
    from playlake_lake.delivery import Delivery, Reconciled, Rejected

T = TypeVar("T")

_EVERYWHERE: Final = (
    OperationName.REDRIVE,
    OperationName.DISMISS,
    OperationName.REPLAY,
    OperationName.RECONCILE,
)
_NOT_KNOWN: Final = {
    "breaker": "only a transformer knows its own",
    "login_days_left": "no run of the last days says it: `playlake doctor` reads the login",
}
_NO_QUEUE: Final = "a lake in a folder has no queue"
_NO_OVERWRITER: Final = "the transformer overwrites by itself here"
_NO_CATALOG: Final = "a lake in a folder has no catalog"
_ID_LETTERS: Final = 24
# A look at the dead letters holds them, so that a redrive would miss them.
_LOOK_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class Mending:
    """What is the same wherever a lake is: what its delivery does, said in sentences.

    Attributes:
        delivery: the delivery.
        go_on: transforms what is announced; None if a service does that, or the delivery itself.
        is_awaited: whether what was begun is transformed when an operation ends.
        days: on how many days up to today it looks for what waits; None is every day.
    """

    delivery: Delivery
    go_on: Callable[[], None] | None = None
    is_awaited: bool = False
    days: int | None = RECONCILE_DAYS
    _looking: Lock = field(default_factory=Lock)

    def dead_letters(self, limit: int) -> DeadLetters:
        """What was rejected, at most so many."""
        with self._letters() as found:
            dismissed = self.delivery.dismissed()
            return DeadLetters(
                total=len(found),
                dead_letters=tuple(_letter(each) for each in found[:limit]),
                dismissed_total=len(dismissed),
                dismissed=tuple(_letter(each) for each in dismissed[:limit]),
            )

    def dismiss(self, ids: Collection[str], by: str, reason: str) -> str:
        """Let what was rejected count no more."""
        with self._letters() as found:
            chosen = {each.key for each in found if _id(each.key) in ids}
            if not chosen:
                raise NothingToDoError(_nothing_rejected(found, "dismissed"))
            at = datetime.now(UTC)
            dismissal = Dismissal(at=at, by=by, reason=reason)
            count = self.delivery.dismiss(Chosen(keys=chosen), dismissal)
        return f"{count_of(count, 'dead letter')} dismissed."

    def redrive(self, ids: Collection[str] | None) -> str:
        """Have what was rejected processed anew; None is all of it but what was dismissed."""
        with self._letters() as counting:
            found = counting if ids is None else [*counting, *self.delivery.dismissed()]
            chosen = [each.key for each in found if ids is None or _id(each.key) in ids]
            if not chosen:
                raise NothingToDoError(_nothing_rejected(found, "sent back"))
            count = self.delivery.redrive(Chosen(keys=None if ids is None else set(chosen)))
            done = self._transformed()
            left = {each.key for each in self.delivery.rejects()} if self.is_awaited else set()
        again = len(left.intersection(chosen))
        rejected = f" Rejected again: {again:,}." if again else ""
        return f"{count_of(count, 'dead letter')} sent back{done}.{rejected}"

    def replay(self, run_id: str) -> str:
        """Transform the raw objects of a run again, and write their files anew."""
        selection = Selection(RunId.parse(run_id))
        with _explained():
            if not selection.of(self.delivery.raw_keys(selection)):
                raise NoSuchRunError("the lake has no raw object of this run: /runs lists the runs")
            count = self.delivery.replay(selection, overwrite=True)
        were = f"{'was' if count == 1 else 'were'}{self.delivery.replayed.removeprefix('were')}"
        return f"{count_of(count, 'raw object')} {were}{self._transformed()}."

    def reconcile(self) -> str:
        """Go on with what was landed and left."""
        with _explained():
            found = self.delivery.reconcile(self.dates)
        return f"{found.sentence}{_lost(found)}{self._announced(found)}"

    @property
    def dates(self) -> list[str] | None:
        """The days on which it looks for what waits."""
        return None if self.days is None else recent_dates(self.days, datetime.now(UTC))

    def _transformed(self) -> str:
        """Have what was announced transformed, if no service does that."""
        if self.go_on is None:
            return ""
        with _explained():
            self.go_on()
        return ", and transformed"

    def _announced(self, found: Reconciled) -> str:
        return " They are transformed now." if found.resumed and self._transformed() else ""

    @contextmanager
    def _letters(self) -> Iterator[list[Rejected]]:
        """What is rejected; nobody else looks at it meanwhile."""
        if not self._looking.acquire(timeout=_LOOK_SECONDS):
            raise PipelineError("dead letters are being sent back: look again in a moment")
        try:
            with _explained():
                yield self.delivery.rejects()
        finally:
            self._looking.release()


class _Looks:
    """Values that are looked at one by one; of one that cannot be, the reason."""

    def __init__(self, unknown: dict[str, str]) -> None:
        self.unknown = {**_NOT_KNOWN, **unknown}
        self.unreadable: list[str] = []

    def at(self, look: Callable[[], T], *fields: str) -> T | None:
        """The value of a look, which some fields come from; None if there is no answer."""
        try:
            return look()
        except ExplainedError as error:
            self.unreadable.append(fields[0])
            self.unknown.update(dict.fromkeys(fields, public_text(str(error))))
            return None

    def delivered(self, mending: Mending, queued_dead: int = 0) -> dict[str, Any]:
        """The fields about what waits and what is rejected."""
        delivery, dates = mending.delivery, mending.dates
        waiting = self.at(lambda: delivery.waiting(dates), "waiting", "waiting_since")
        dead = self.at(delivery.recorded, "dead_letters", "dead_since")
        if dead is not None and not dead and queued_dead:
            self.unknown["dead_since"] = "SQS does not say it: /dlq receives them, and does"
        return {
            "waiting": None if waiting is None else len(waiting),
            "waiting_since": min((each.landed_at for each in waiting or ()), default=None),
            "dead_letters": None if dead is None else max(len(dead), queued_dead),
            "dead_since": min((each.rejected_at for each in dead or ()), default=None),
            "login_days_left": self._login(mending),
        }

    def _login(self, mending: Mending) -> int | None:
        """For how many days the login is valid that ends first."""
        ends_on = self.at(
            lambda: mending.delivery.consent_ends_on(mending.dates), "login_days_left"
        )
        if ends_on is None:
            return None
        del self.unknown["login_days_left"]
        return days_left(ends_on, datetime.now(UTC).date())

    def whole(self, operations: tuple[OperationName, ...], **fields: Any) -> Surroundings:  # noqa: ANN401
        """All fields; those that are not given are not known."""
        return Surroundings(
            **{**_NOTHING, **fields},
            unknown=self.unknown,
            unreadable=tuple(self.unreadable),
            operations=operations,
        )


_NOTHING: Final[dict[str, Any]] = dict.fromkeys(
    ("queued", "in_flight", "overwrites", "crawler", "breaker")
)


class _ByMending:
    """What a pipeline does that is the same wherever its lake is."""

    __slots__ = ()
    mending: Mending

    def dead_letters(self, limit: int) -> DeadLetters:
        """What was rejected, at most so many."""
        return self.mending.dead_letters(limit)

    def redrive(self, ids: Collection[str] | None) -> str:
        """Have what was rejected processed anew; None is all of it but what was dismissed."""
        return self.mending.redrive(ids)

    def dismiss(self, ids: Collection[str], by: str, reason: str) -> str:
        """Let what was rejected count no more."""
        return self.mending.dismiss(ids, by, reason)

    def replay(self, run_id: str) -> str:
        """Transform the raw objects of a run again, and write their files anew."""
        return self.mending.replay(run_id)

    def reconcile(self) -> str:
        """Go on with what was landed and left."""
        return self.mending.reconcile()


@dataclass(frozen=True, slots=True)
class FolderPipeline(_ByMending):
    """Of a lake in a folder, which has no queue; implements `pipeline.Pipeline`."""

    mending: Mending

    def surroundings(self) -> Surroundings:
        """What waits and what is rejected."""
        queue = dict.fromkeys(("queued", "in_flight", "overwrites"), _NO_QUEUE)
        looks = _Looks({**queue, "crawler": _NO_CATALOG})
        return looks.whole(_EVERYWHERE, **looks.delivered(self.mending))

    def crawl(self) -> str:
        """There is no crawler."""
        raise NotHereError("a lake in a folder has no crawler: its tables are always up to date")


@dataclass(frozen=True, slots=True)
class AwsPipeline(_ByMending):
    """Of a lake on AWS; implements `pipeline.Pipeline`."""

    lake: AwsLake
    mending: Mending

    def surroundings(self) -> Surroundings:
        """What waits, what its queues hold, and what its crawler does."""
        looks = _Looks({"overwrites": _NO_OVERWRITER})
        queues = looks.at(self.lake.queues, "queued", "in_flight")
        overwrites = looks.at(self.lake.overwrites, "overwrites")
        crawler = looks.at(self.lake.crawler, "crawler")
        found = looks.delivered(self.mending, 0 if queues is None else queues.dead)
        if queues is not None:
            found |= {"queued": queues.waiting, "in_flight": queues.in_flight}
        if overwrites is not None:
            del looks.unknown["overwrites"]
            found["overwrites"] = overwrites
        if crawler is not None:
            found["crawler"] = Crawler(**crawler._asdict())
        return looks.whole((*_EVERYWHERE, OperationName.CRAWL), **found)

    def crawl(self) -> str:
        """Start the crawler."""
        with _explained():
            if not self.lake.crawl():
                raise NothingToDoError("the crawler runs already: /status says when it has ended")
        return "The crawler was started."


def _letter(rejected: Rejected) -> DeadLetter:
    try:
        key = RawKey.parse(rejected.key)
    except ValueError:  # so it names no raw object, or several
        run_id, part = None, None
    else:
        run_id, part = str(key.run_id), key.part
    return DeadLetter(
        id=_id(rejected.key),
        code=None if rejected.code is None else public_text(rejected.code),
        reason=public_text(rejected.reason),
        rejected_at=rejected.rejected_at,
        run_id=run_id,
        part=part,
        dismissed=None if rejected.dismissed is None else _dismissed(rejected.dismissed),
    )


def _dismissed(dismissal: Dismissal) -> Dismissed:
    return Dismissed(
        at=dismissal.at, by=public_text(dismissal.by), reason=public_text(dismissal.reason)
    )


def _id(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:_ID_LETTERS]


def _nothing_rejected(found: Collection[Rejected], done: str) -> str:
    if not found:
        return f"nothing is rejected, so nothing is {done}"
    return "no dead letter has one of these ids: /dlq lists them"


def _lost(found: Reconciled) -> str:
    if not found.missing:
        return ""
    parts = count_of(len(found.missing), "part")
    return f" Nobody landed {parts} that a manifest names, and nothing can mend that."


@contextmanager
def _explained() -> Iterator[None]:
    """Turn an error of the lake into one of the pipeline."""
    try:
        yield
    except ExplainedError as error:
        raise PipelineError(str(error)) from error
