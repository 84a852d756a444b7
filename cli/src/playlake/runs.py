"""Runs as tables and sentences, from their manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from playlake.rendering import plain_table, safe_text
from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from rich.table import Table

    from playlake_contracts.manifest import DetailsCounts, Manifest, PlaylistOutcome

_MOMENT = "%Y-%m-%d %H:%M:%S"


def runs_table(manifests: Iterable[Manifest]) -> Table:
    """A table of runs, one a row."""
    table = plain_table(
        "run",
        "trigger",
        "started",
        "took",
        "playlists",
        "outcomes",
        "requests",
        "retries",
        "waited",
    )
    for run in manifests:
        table.add_row(
            run.run_id,
            run.trigger,
            run.started_at.strftime(_MOMENT),
            _whole_seconds(run.finished_at - run.started_at),
            f"{run.configured:,}",
            outcomes(run),
            f"{run.requests:,}",
            f"{run.retries:,}",
            f"{run.waited_seconds:.0f} s",
        )
    return table


def playlists_table(playlists: Iterable[PlaylistOutcome]) -> Table:
    """A table of playlists with what became of each."""
    table = plain_table("playlist", "id", "outcome", "entries", "where", "reason")
    for one in playlists:
        table.add_row(
            Text("null", style="dim") if one.name is None else safe_text(one.name),
            safe_text(one.playlist_id),
            one.outcome,
            _entries(one),
            _where(one),
            safe_text(one.reason or ""),
        )
    return table


def parts_table(run: Manifest) -> Table:
    """A table of the parts of a run."""
    table = plain_table("part", "playlists", "entries", "details", "JSON bytes", "bytes", "key")
    for part in run.parts:
        counts = (part.snapshots, part.entries, part.details, part.json_bytes, part.bytes)
        table.add_row(part.part, *(f"{count:,}" for count in counts), safe_text(part.key))
    return table


def outcomes(run: Manifest) -> str:
    """How many playlists of a run had each outcome."""
    return ", ".join(f"{count:,} {outcome}" for outcome, count in run.counts().items())


def summary(run: Manifest) -> str:
    """A run in two sentences, or three if it asked for details."""
    return (
        f"{run.configured:,} playlists: {outcomes(run) or 'none'}. "
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


def _entries(one: PlaylistOutcome) -> str:
    if one.entries is None:
        return ""
    if one.entries == one.total:
        return f"{one.entries:,}"
    return f"{one.entries:,} of {'?' if one.total is None else f'{one.total:,}'}"


def _where(one: PlaylistOutcome) -> str:
    if one.unchanged_since is not None:
        return f"as in {one.unchanged_since}"
    return one.part or ""


def _whole_seconds(took: timedelta) -> str:
    return f"{took.total_seconds():,.0f} s"
