"""Runs, and one of them with every playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_web.addresses import page
from playlake_web.facts.covers import latest_covers
from playlake_web.facts.playlists import PlaylistKey
from playlake_web.facts.runs import run_details, runs
from playlake_web.pages.environment import Page
from playlake_web.pages.status import news, replay_button
from playlake_web.words import OUTCOMES, count_of, day_words, why_words

if TYPE_CHECKING:
    from playlake_web.facts.runs import PlaylistInRun, Run, RunDetails
    from playlake_web.pages.viewing import View
    from playlake_web.reader import Reader

_DRAWN: Final = 60
_LISTED: Final = 30


def runs_page(lake: Reader, before: str | None = None) -> Page:
    """The runs before one, the newest first."""
    found = runs(lake)
    older = [run for run in found if before is None or run.run_id < before]
    listed, drawn = older[:_LISTED], [run for run in older[:_DRAWN] if run.asked][::-1]
    values = {
        "answer": _answer(found),
        "drawn": drawn,
        "most": max((run.asked for run in drawn), default=1),
        "listed": listed,
        "worst": worst,
        "next_page": page("runs", before=listed[-1].run_id) if len(older) > _LISTED else None,
    }
    return Page("runs.html", values, here="/runs")


def run_page(lake: Reader, run_id: str, view: View) -> Page | None:
    """A run; None if nothing of it is committed.

    Raises:
        ValueError: the text is no id of a run.
    """
    found = run_details(lake, run_id)
    if found is None:
        return None
    values = {
        "run": found,
        "accounting": _accounting(found),
        "why": _why,
        "key": _key,
        "covers": latest_covers(lake),
        "view": view,
        "news": news(view),
        "again": replay_button(found.run_id),
    }
    return Page("run.html", values, here="/runs")


def worst(run: Run) -> str:
    """The state of the worst outcome of a run."""
    states = {OUTCOMES[outcome].state for outcome in run.outcomes}
    return next((state for state in ("bad", "warn", "lost") if state in states), "well")


def _answer(found: list[Run]) -> str:
    unaccounted = sum(not run.is_accounted for run in found)
    if unaccounted:
        return f"{count_of(len(found), 'run')}, {unaccounted:,} without an account"
    return f"{count_of(len(found), 'run')}, each accounted for"


def _accounting(run: RunDetails) -> str:
    if not run.is_accounted:
        return "Its manifest is not committed yet, so what became of each playlist is not known."
    landed, unchanged = (run.outcomes.get(each, 0) for each in (Outcome.LANDED, Outcome.UNCHANGED))
    return (
        f"{count_of(run.asked, 'playlist')}: {landed:,} landed, {unchanged:,} unchanged, "
        f"{run.unread:,} not read. The sum is what was asked for."
    )


def _why(playlist: PlaylistInRun) -> str:
    if playlist.outcome is Outcome.UNCHANGED and playlist.unchanged_since_run_id:
        since = RunId.parse(playlist.unchanged_since_run_id).scheduled_at.date()
        return f"In force: the snapshot of {day_words(since)}."
    if playlist.outcome.is_success:
        return ""
    why = why_words(playlist.outcome, playlist.reason)
    return f"{why} {OUTCOMES[playlist.outcome].advice}"


def _key(playlist: PlaylistInRun) -> PlaylistKey:
    return PlaylistKey(playlist.source, playlist.playlist_id)
