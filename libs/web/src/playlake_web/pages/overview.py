"""The first page: what the last run found, what changed, and how the pipeline is doing."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from playlake_contracts.outcomes import Outcome
from playlake_web.drawing.waves import WaveDay, wave
from playlake_web.facts import history, songs
from playlake_web.facts.health import health_of
from playlake_web.facts.playlists import Playlist, playlists, together
from playlake_web.facts.runs import runs
from playlake_web.pages.environment import Page
from playlake_web.pages.status import news, troubles
from playlake_web.words import OUTCOMES, count_of, day_words, why_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from playlake_web.facts.history import Change
    from playlake_web.facts.playlists import DayOfChange
    from playlake_web.facts.runs import Run
    from playlake_web.pages.viewing import View
    from playlake_web.reader import Reader

_RUNS: Final = 24
_RECENT_DAYS: Final = 3
_WAVE_HEIGHT: Final = 120
_WEEK: Final = timedelta(days=7)


class Notice(NamedTuple):
    """Something that needs a look: one cause, for one playlist or several.

    Attributes:
        state: the shape that it is shown with.
        heading: the playlists.
        outcome: what became of them.
        text: why, and what to do.
    """

    state: str
    heading: str
    outcome: Outcome
    text: str


def overview(lake: Reader, view: View, today: date) -> Page:
    """The overview of a lake; of an empty one, how to begin."""
    about = {"view": view, "news": news(view), "troubles": troubles(view.status)}
    found = runs(lake)
    accounted = [run for run in found if run.asked]
    if not accounted:
        return Page("empty.html", about, here="/")
    last, all_playlists = accounted[0], playlists(lake, today)
    days = together(all_playlists)
    drawn = accounted[:_RUNS][::-1]
    values = {
        "last": last,
        "answer": _answer(last),
        "evidence": _evidence(last),
        "notices": notices(all_playlists),
        "wave": _wave(days),
        "came": sum(day.came for day in days),
        "left": sum(day.left for day in days),
        "has_gaps": not all(day.is_read for day in days),
        "counts": songs.song_counts(lake),
        "days": days,
        "playlists": all_playlists,
        "readable": sum(playlist.entries is not None for playlist in all_playlists),
        "recent": _recent(lake, all_playlists),
        "runs": drawn,
        "most": max(run.asked for run in drawn),
        "left_lately": _left_lately(lake, all_playlists, today),
        "health": health_of(view.status),
        **about,
    }
    return Page("overview.html", values, here="/")


def notices(all_playlists: Sequence[Playlist]) -> list[Notice]:
    """What needs a look: playlists that the last run did not read, by cause, the worst first."""
    by_cause: dict[tuple[Outcome, str | None], list[Playlist]] = defaultdict(list)
    for playlist in all_playlists:
        if playlist.outcome is not None and not playlist.outcome.is_success:
            by_cause[playlist.outcome, playlist.reason].append(playlist)
    found = [_notice(outcome, reason, of) for (outcome, reason), of in by_cause.items()]
    return sorted(found, key=lambda notice: ("bad", "lost", "warn").index(notice.state))


def _notice(outcome: Outcome, reason: str | None, of: Sequence[Playlist]) -> Notice:
    words, named = OUTCOMES[outcome], ", ".join(each.label for each in of[:3])
    more = f" and {len(of) - 3:,} more" if len(of) > 3 else ""  # noqa: PLR2004 - as above
    last = of[0].read_at
    kept = f" What it held on {day_words(last.date())} is kept." if last and len(of) == 1 else ""
    return Notice(
        words.state,
        f"{named}{more}",
        outcome,
        f"{why_words(outcome, reason)}{kept} {words.advice}",
    )


def _answer(last: Run) -> str:
    if last.asked == 1:
        return "The one playlist is accounted for."
    return f"All {last.asked:,} playlists are accounted for."


def _evidence(last: Run) -> str:
    landed = last.outcomes.get(Outcome.LANDED, 0)
    unchanged = last.outcomes.get(Outcome.UNCHANGED, 0)
    unread = f"{last.unread:,} could not be read" if last.unread else "all were read"
    return f"{landed:,} landed, {unchanged:,} unchanged, {unread}."


def _wave(days: Sequence[DayOfChange]) -> str:
    came, left = sum(day.came for day in days), sum(day.left for day in days)
    label = (
        f"Entries that came and left on each day since {day_words(days[0].day)}: "
        f"{count_of(came, 'came', 'came')}, {count_of(left, 'left', 'left')}"
    )
    return wave([wave_day(day) for day in days], _WAVE_HEIGHT, label)


def wave_day(day: DayOfChange) -> WaveDay:
    """A day as a wave shows it."""
    return WaveDay(day.day, day.came, day.left, day.is_read)


def _recent(
    lake: Reader, all_playlists: Sequence[Playlist]
) -> list[tuple[date, list[tuple[Playlist, DayOfChange, list[Change]]]]]:
    """The last days on which something came or left, each with its playlists, most change first."""
    changed: dict[date, list[tuple[Playlist, DayOfChange]]] = defaultdict(list)
    for playlist in all_playlists:
        for of_day in playlist.days:
            if of_day.came or of_day.left:
                changed[of_day.day].append((playlist, of_day))
    found = []
    for day in sorted(changed, reverse=True)[:_RECENT_DAYS]:
        pairs = sorted(changed[day], key=lambda pair: pair[1].came + pair[1].left, reverse=True)
        shown = history.changes_of_day(lake, day)
        lines = [(each, on_day, shown.get(each.key, [])) for each, on_day in pairs]
        found.append((day, lines))
    return found


def _left_lately(
    lake: Reader, all_playlists: Sequence[Playlist], today: date
) -> list[tuple[songs.StayIn, Playlist]]:
    by_key = {tuple(playlist.key): playlist for playlist in all_playlists}
    stays = songs.left_since(lake, today - _WEEK)
    return [(stay, by_key[stay.source, stay.playlist_id]) for stay in stays]
