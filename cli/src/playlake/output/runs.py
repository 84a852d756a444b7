"""Runs as tables and sentences, from their manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.output.table import Field, Kind, Table
from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_contracts.manifest import DetailsCounts, Manifest, PlaylistOutcome

_RUNS = (
    Field("run_id", Kind.ID, 9, "run"),
    Field("trigger", Kind.WORD, 3),
    Field("started_at", Kind.MOMENT, 7, "started"),
    Field("took_seconds", Kind.SECONDS, 5, "took"),
    Field("playlists", Kind.COUNT, 6),
    Field("outcomes", Kind.PROSE, 8),
    Field("requests", Kind.COUNT, 4),
    Field("retries", Kind.COUNT, 2),
    Field("waited_seconds", Kind.SECONDS, 1, "waited"),
)
_ACCOUNT = Field("account", Kind.ID, 7)
_PLAYLISTS = (
    Field("name", Kind.TEXT, 8, "playlist"),
    Field("playlist_id", Kind.ID, 9, "id"),
    Field("outcome", Kind.WORD, 7),
    Field("entries", Kind.COUNT, 5),
    Field("total", Kind.COUNT, 3, "of"),
    Field("found_in", Kind.WORD, 2, "where"),
    Field("reason", Kind.PROSE, 6),
)
_PARTS = (
    Field("part", Kind.WORD, 9),
    Field("snapshots", Kind.COUNT, 7, "playlists"),
    Field("entries", Kind.COUNT, 8),
    Field("details", Kind.COUNT, 4),
    Field("json_bytes", Kind.COUNT, 2, "JSON bytes"),
    Field("bytes", Kind.COUNT, 6),
    Field("key", Kind.ID, 3),
)


def runs_table(manifests: Iterable[Manifest]) -> Table:
    """A table of runs, one a row; it says whose they are if one is of an account with a name."""
    runs = list(manifests)
    named = any(run.account is not None for run in runs)
    rows = [
        (
            run.run_id,
            run.trigger,
            run.started_at,
            (run.finished_at - run.started_at).total_seconds(),
            run.configured,
            outcomes(run),
            run.requests,
            run.retries,
            run.waited_seconds,
            *([run.account] if named else []),
        )
        for run in runs
    ]
    return Table((*_RUNS, *([_ACCOUNT] if named else [])), rows)


def playlists_table(playlists: Iterable[PlaylistOutcome], *, elsewhere: str = "--json") -> Table:
    """A table of playlists with what became of each.

    Args:
        playlists: the outcomes.
        elsewhere: what shows the columns that do not fit.
    """
    rows = [
        (
            one.name,
            one.playlist_id,
            one.outcome.value,
            one.entries,
            one.total,
            _where(one),
            one.reason,
        )
        for one in playlists
    ]
    return Table(_PLAYLISTS, rows, elsewhere=elsewhere)


def parts_table(run: Manifest) -> Table:
    """A table of the parts of a run."""
    rows = [
        (
            part.part,
            part.snapshots,
            part.entries,
            part.details,
            part.json_bytes,
            part.bytes,
            part.key,
        )
        for part in run.parts
    ]
    return Table(_PARTS, rows)


def outcomes(run: Manifest) -> str:
    """How many playlists of a run had each outcome."""
    return ", ".join(f"{count:,} {outcome}" for outcome, count in run.counts().items())


def summary(run: Manifest) -> str:
    """A run in two sentences, or three if it asked for details."""
    whose = "" if run.account is None else f"Account {run.account}: "
    return (
        f"{whose}{run.configured:,} playlists: {outcomes(run) or 'none'}. "
        f"{run.requests:,} requests, {run.retries:,} of them retries, "
        f"{run.waited_seconds:.0f} s of waiting.{_details(run.details)}"
    )


def changed_or_unread(run: Manifest) -> list[PlaylistOutcome]:
    """The playlists of a run of which there is something to tell."""
    return [one for one in run.playlists if one.outcome is not Outcome.UNCHANGED]


def _details(details: DetailsCounts | None) -> str:
    if details is None:
        return ""
    return (
        f" Details of {details.artists:,} artists and {details.albums:,} albums; Spotify has none "
        f"of {details.refused:,}, and {details.left:,} are left to later runs."
    )


def _where(one: PlaylistOutcome) -> str | None:
    return one.part if one.unchanged_since is None else f"as in {one.unchanged_since}"
