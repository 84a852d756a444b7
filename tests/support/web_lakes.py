"""A small lake of two weeks, and a site over it. All synthetic."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import httpx
from compacting import compact
from historical_lakes import commit_run, failed, read, unchanged
from landed import entry
from served import serve

from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_lake.identity import make_lake
from playlake_web.access.tokens import Scope, Token, Tokens
from playlake_web.adapters.folder import FolderReader
from playlake_web.app import create_app
from playlake_web.facts.pipeline import (
    DeadLetter,
    DeadLetters,
    Dismissed,
    OperationName,
    Surroundings,
)
from playlake_web.facts.process import Load, ProcessState, Watchdog
from playlake_web.operations import Operations
from playlake_web.pipeline import NoSuchRunError, NothingToDoError
from playlake_web.serving import server_config
from playlake_web.site import Site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from playlake_contracts.samples import Sample
    from playlake_lake.folder import Folder
    from playlake_web.access.links import Links
    from playlake_web.pipeline import Pipeline

FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)
NOW = FIRST + timedelta(days=13, hours=4)
CRATE, GONE, QUIET = "crate", "vanished", "quiet"
WELL = Surroundings(
    waiting=0,
    waiting_since=None,
    queued=None,
    in_flight=None,
    overwrites=None,
    dead_letters=0,
    dead_since=None,
    crawler=None,
    breaker=None,
    login_days_left=None,
    unknown={"queued": "there is no queue", "breaker": "only a transformer knows its own"},
    unreadable=(),
    operations=tuple(OperationName),
)
READER = Token(Scope.READ, "r" * 32)
OPERATOR = Token(Scope.OPERATE, "o" * 32)


def _set() -> Event:
    event = Event()
    event.set()
    return event


@dataclass
class StubPipeline:
    """What surrounds a lake, as a test says.

    Attributes:
        around: what is found; without what is sent back.
        letters: what was rejected; what was dismissed is among it.
        runs: the runs that can be transformed again.
        done: what was asked of it.
        may_end: an operation ends once this is set.
        fails: what an operation raises.
    """

    around: Surroundings = WELL
    letters: list[DeadLetter] = field(default_factory=list)
    runs: Collection[str] = ()
    done: list[str] = field(default_factory=list)
    may_end: Event = field(default_factory=_set)
    fails: Exception | None = None

    def surroundings(self) -> Surroundings:
        """What is found."""
        counting = self._counting()
        since = min((each.rejected_at for each in counting), default=None)
        found = {"dead_letters": len(counting), "dead_since": since}
        return self.around.model_copy(update=found)

    def dead_letters(self, limit: int) -> DeadLetters:
        """What was rejected."""
        counting = self._counting()
        dismissed = [each for each in self.letters if each.dismissed is not None]
        return DeadLetters(
            total=len(counting),
            dead_letters=tuple(counting[:limit]),
            dismissed_total=len(dismissed),
            dismissed=tuple(dismissed[:limit]),
        )

    def dismiss(self, ids: Collection[str], by: str, reason: str) -> str:
        """Mark letters as dismissed."""
        self._do(f"dismiss {','.join(ids)}: {reason} ({by})")
        meant = [each for each in self._counting() if each.id in ids]
        if not meant:
            raise NothingToDoError("nothing is rejected, so nothing is dismissed")
        dismissed = Dismissed(at=NOW, by=by, reason=reason)
        self.letters = [
            each.model_copy(update={"dismissed": dismissed}) if each in meant else each
            for each in self.letters
        ]
        return f"Letters dismissed: {len(meant)}."

    def redrive(self, ids: Collection[str] | None) -> str:
        """Forget letters."""
        self._do(f"redrive {'all' if ids is None else ','.join(ids)}")
        some = self._counting() if ids is None else self.letters
        meant = [each for each in some if ids is None or each.id in ids]
        if not meant:
            raise NothingToDoError("nothing is rejected, so nothing is sent back")
        self.letters = [each for each in self.letters if each not in meant]
        return f"Letters sent back: {len(meant)}."

    def replay(self, run_id: str) -> str:
        """Nothing but say so."""
        self._do(f"replay {run_id}")
        if run_id not in self.runs:
            raise NoSuchRunError("the lake has no raw object of this run: /runs lists the runs")
        return f"Transformed {run_id}."

    def reconcile(self) -> str:
        """Nothing but say so."""
        self._do("reconcile")
        return "Every raw object is committed or rejected."

    def crawl(self) -> str:
        """Nothing but say so."""
        self._do("crawl")
        return "The crawler was started."

    def _counting(self) -> list[DeadLetter]:
        return [each for each in self.letters if each.dismissed is None]

    def _do(self, what: str) -> None:
        self.done.append(what)
        assert self.may_end.wait(20)
        if self.fails is not None:
            raise self.fails


@dataclass(frozen=True)
class StubProcess:
    """A transformer that has committed a part.

    Attributes:
        failing: what its watchdogs say; empty if all is well.
        measured: what it measures of itself.
    """

    failing: str = ""
    measured: Sequence[Sample] = ()

    def samples(self) -> Sequence[Sample]:
        """What it measures of itself."""
        return self.measured

    def alive(self) -> Watchdog:
        """Whether it gets on."""
        detail = self.failing or "the queue last answered 2 s ago"
        return Watchdog(name="polling", ok=not self.failing, detail=detail)

    def ready(self) -> Watchdog:
        """Whether it takes work."""
        return self.alive()

    def state(self) -> ProcessState:
        """What it has done since it started."""
        run_id = str(RunId.derive("spotify", FIRST + timedelta(days=13)))
        load = Load(
            run_id=run_id,
            part="part-0000",
            committed_at=NOW - timedelta(seconds=30),
            raw_bytes=4021,
            snapshots=1,
            rows={"playlists": 1, "playlist_items": 5},
            rows_quarantined=0,
            transform_seconds=0.02,
        )
        return ProcessState(
            started_at=NOW - timedelta(hours=1),
            uptime_seconds=3600,
            draining=False,
            breaker="closed",
            watchdogs=(self.alive(),),
            polled_at=NOW - timedelta(seconds=2),
            last_error=None,
            messages_received=2,
            messages_in_flight=0,
            messages_retried=0,
            objects_committed=1,
            objects_per_minute=1,
            objects_repeated=0,
            objects_rejected=1,
            objects_vanished=0,
            records_ignored=0,
            rows=load.rows,
            rows_quarantined=0,
            runs_completed=(run_id,),
            crawls=0,
            crawled_at=None,
            reconciled_at=NOW - timedelta(minutes=50),
            objects_reannounced=0,
            parts_missing=0,
            new_fields=(),
            latest_loads=(load,),
        )


def letter(number: int, *, hours_ago: int = 3) -> DeadLetter:
    """A raw object that was rejected; its reason has what has to be escaped."""
    return DeadLetter(
        id=f"{number:024x}",
        code="corrupt_zstd",
        reason=f"frame {number} <b>ends</b> early",
        rejected_at=NOW - timedelta(hours=hours_ago),
        run_id=str(RunId.derive("spotify", FIRST)),
        part=f"part-{number:04}",
        dismissed=None,
    )


def song(number: int) -> dict[str, Any]:
    """A place in a playlist with a track that has a URI."""
    return entry(number, uri=f"spotify:track:track{number:017}")


def two_weeks(root: Path) -> Folder:
    """Two weeks: a playlist that loses a song and gains one daily, one that is quiet, one gone."""
    folder, _ = make_lake(root / "lake", synthetic=True)
    first = ""
    for day in range(14):
        at = FIRST + timedelta(days=day)
        crate = [song(100 + day + place) for place in range(5)]
        snapshots = [read(CRATE, crate)]
        others = [failed(GONE, Outcome.GONE)]
        if day == 0:
            snapshots.append(read(QUIET, [song(1), entry(2, duration_ms=-5)]))
        elif day == 5:
            others.append(failed(QUIET, Outcome.FAILED))
        else:
            others.append(unchanged(QUIET, first))
        run_id = commit_run(folder, at, snapshots, others)
        first = first or run_id
    compact(folder)
    return folder


def site_of(
    lake: Folder,
    tokens: Tokens | None,
    pipeline: Pipeline | None = None,
    wait_seconds: float = 20,
) -> Site:
    """A site over a lake, around which all is well if nothing else is said."""
    return Site(
        reader=FolderReader(lake),
        is_synthetic=True,
        pipeline=pipeline or StubPipeline(),
        operations=Operations(wait_seconds),
        tokens=tokens,
        hosts=("127.0.0.1",),
        is_secure=False,
        clock=lambda: NOW,
    )


@contextmanager
def served(site: Site, links: Links) -> Iterator[httpx.Client]:
    """A client of a site that is served while a block lasts; it follows no redirect."""
    app = create_app(site, links)
    with serve(app, server_config(app)) as address, httpx.Client(base_url=address) as client:
        yield client
