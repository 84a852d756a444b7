"""A playlist: wound back to any day, what changed, and how long songs stayed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.sources.references import link_of_song, links_make_playlists
from playlake_lake.history import ChangeKind
from playlake_web.addresses import artist_page, cover_of_playlist, page
from playlake_web.drawing.waves import wave
from playlake_web.facts import history
from playlake_web.facts.artists import credits_in
from playlake_web.facts.people import name_of, names_of_people
from playlake_web.facts.rotation import rotation
from playlake_web.pages.environment import Page
from playlake_web.pages.overview import wave_day
from playlake_web.words import count_of, short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playlake_web.facts.artists import Credits
    from playlake_web.facts.history import Change, ChangedDay, Entry, Moment, Stay
    from playlake_web.facts.playlists import Playlist
    from playlake_web.facts.rotation import ArtistOverTime, Rotation
    from playlake_web.reader import Reader

PAGE_SIZE: Final = 200
_DAYS_SHOWN: Final = 8
_LINES_A_DAY: Final = 30
_STAYS_DRAWN: Final = 60
_ARTISTS_DRAWN: Final = 24
_ARTISTS_LISTED: Final = 100
_PEOPLE_SHOWN: Final = 6
_WAVE_HEIGHT: Final = 120
_MINUS: Final = "\N{MINUS SIGN}"
_SIGNS: Final[Mapping[ChangeKind, tuple[str, str]]] = {
    ChangeKind.ADDED: ("+", "Came"),
    ChangeKind.REMOVED: (_MINUS, "Left"),
    ChangeKind.MOVED: ("↕", "Moved"),
    ChangeKind.READDED: ("+", "Taken out and put back"),
    ChangeKind.UNAVAILABLE: ("!", "No longer available"),
    ChangeKind.AVAILABLE: ("^", "Available again"),
    ChangeKind.GONE: (_MINUS, "The playlist was gone"),
    ChangeKind.RETURNED: ("+", "The playlist was there again"),
    ChangeKind.NAME: ("~", "Renamed"),
    ChangeKind.DESCRIPTION: ("~", "Described anew"),
    ChangeKind.OWNER: ("~", "Another owner"),
    ChangeKind.PUBLIC: ("~", "Public, or not any more"),
    ChangeKind.COLLABORATIVE: ("~", "Shared, or not any more"),
    ChangeKind.COVER: ("~", "A new cover"),
}
_OF_PLAYLIST: Final = {
    ChangeKind.GONE, ChangeKind.RETURNED, ChangeKind.NAME, ChangeKind.DESCRIPTION,
    ChangeKind.OWNER, ChangeKind.PUBLIC, ChangeKind.COLLABORATIVE, ChangeKind.COVER,
}  # fmt: skip
_AWAY: Final = {ChangeKind.REMOVED, ChangeKind.UNAVAILABLE}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list, or a change of the playlist.

    Attributes:
        entry: the entry; None if it is about the playlist.
        beside: what is written beside it.
        has_left: whether it is shown faded.
        sign: the sign before it.
        said: the sign in words.
    """

    entry: Entry | Change | None
    beside: str = ""
    has_left: bool = False
    sign: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class DayLines:
    """What changed on a day, as it is listed.

    Attributes:
        day: the day.
        since: the day with which it is compared.
        entries: the number of entries at its end, if that is known.
        lines: what changed.
        more: how many more changes there are.
    """

    day: date
    since: date
    entries: int | None
    lines: Sequence[Line]
    more: int


@dataclass(frozen=True, slots=True)
class Then:
    """The playlist on a day, as it is listed.

    Attributes:
        day: the day.
        moment: what it held at its end.
        cover: the address of the cover that it had, or of one that is drawn.
        lines: a page of its entries.
        first: the position of the first of them, from 0.
        total: the number of its entries.
        lost: the number of these that left later.
        links: the links of those that have one.
        can_be_pasted: whether these links, pasted into the source's app, make the playlist again.
        is_today: whether it is the last day.
        next_from: the position from which the next page goes on; None on the last one.
    """

    day: date
    moment: Moment
    cover: str
    lines: Sequence[Line]
    first: int
    total: int
    lost: int
    links: Sequence[str]
    can_be_pasted: bool
    is_today: bool
    next_from: int | None
    page_size: int = PAGE_SIZE

    @property
    def previous_from(self) -> int:
        """The position from which the page before goes on."""
        return max(0, self.first - self.page_size)


class PlaylistView:
    """What a page about a playlist shows, read once."""

    def __init__(self, lake: Reader, playlist: Playlist) -> None:
        self.lake, self.playlist = lake, playlist
        self.here = page("playlists", playlist.playlist_id)
        self.people = names_of_people(lake)
        self.stays = history.stays(lake, playlist.key)

    @cached_property
    def credits(self) -> Credits:
        """The credits of its songs, by identity."""
        return credits_in(self.lake, self.playlist.key)

    @cached_property
    def rotation(self) -> Rotation:
        """Its artists over time."""
        return rotation(self.days, self.stays, self.credits)

    @property
    def days(self) -> list[date]:
        """The days since it was first read."""
        first = self.playlist.first_at
        return [each.day for each in self.playlist.days if first and each.day >= first.date()]

    def who(self, user: str | None) -> str:
        """The name of a person, if the source or a playlist of theirs ever showed it."""
        return name_of(self.people, self.playlist.source, user)

    def then(self, day: date, first: int = 0) -> Then | None:
        """The playlist at the end of a day; None if it had not been read until then.

        Args:
            day: the day.
            first: the position that the list begins with; one that it has not means its beginning.
        """
        end = datetime.combine(day, time.max, UTC)
        found = history.moment(self.lake, self.playlist.key, end)
        if found is None:
            return None
        ended = _ends(self.stays, end)
        lines = [self._line(entry, ended) for entry in found.entries]
        first = first if first < len(lines) else 0
        links = [link for entry in found.entries if (link := link_of_song(entry.identity))]
        rest = first + PAGE_SIZE
        return Then(
            day=day,
            moment=found,
            cover=cover_of_playlist(self.playlist.key, found.cover),
            lines=lines[first:rest],
            first=first,
            total=len(lines),
            lost=sum(line.has_left for line in lines),
            links=links,
            can_be_pasted=bool(links) and links_make_playlists(self.playlist.key.source),
            is_today=day >= self.days[-1],
            next_from=rest if rest < len(lines) else None,
        )

    def _line(self, entry: Entry, ended: dict[str | None, list[date]]) -> Line:
        ends = ended.get(entry.identity)
        if ends:
            return Line(entry, f"left by {short_day(ends.pop())}", has_left=True)
        return Line(entry, self.who(entry.added_by))

    def days_of_change(self) -> list[ChangedDay]:
        """What changed by day, the newest first."""
        found = history.changes(self.lake, self.playlist.key)
        return history.changed_days(found, history.sizes(self.lake, self.playlist.key))

    def lines_of(self, changed: ChangedDay) -> DayLines:
        """What changed on a day as it is listed; moves that belong together are one line."""
        lines = [self._changed(each) for each in changed.changes]
        return DayLines(
            day=changed.day,
            since=max(self.days[0], changed.day - timedelta(days=1)),
            entries=changed.entries,
            lines=lines[:_LINES_A_DAY],
            more=max(0, len(lines) - _LINES_A_DAY),
        )

    def _changed(self, change: Change) -> Line:
        sign, said = _SIGNS[change.change]
        is_entry = change.change not in _OF_PLAYLIST
        if change.change is ChangeKind.MOVED:
            beside = f"{_place(change.from_position)} → {_place(change.to_position)}"
        elif not is_entry:
            beside = " → ".join(filter(None, (change.old_value, change.new_value)))
        else:
            beside = "" if change.change in _AWAY else self.who(change.added_by)
        return Line(change if is_entry else None, beside, change.change in _AWAY, sign, said)


def playlist_page(view: PlaylistView, day: date | None, first: int, *, every_day: bool) -> Page:
    """A playlist, wound back to a day.

    Args:
        view: what is shown.
        day: the day; None is the last one.
        first: the first position of the list, from 0.
        every_day: whether the timeline shows all days.
    """
    days, playlist = view.days, view.playlist
    chosen = days[-1] if day is None else min(max(day, days[0]), days[-1])
    of_days = [each for each in playlist.days if each.day in set(days)]
    changed = view.days_of_change()
    shown = changed if every_day else changed[:_DAYS_SHOWN]
    gone = _charted(view)
    label = f"Entries that came and left on each day since {short_day(days[0])}"
    values = {
        "playlist": playlist,
        "here_page": view.here,
        "balance": _balance(view),
        "wave": wave(
            [wave_day(each) for each in of_days], _WAVE_HEIGHT, label, picked=days.index(chosen)
        ),
        "days": days,
        "day": chosen,
        "picked": days.index(chosen),
        "credits": view.credits,
        "then": view.then(chosen, first),
        "timeline": [view.lines_of(each) for each in shown],
        "all_days": changed,
        "earlier": len(changed) - len(shown),
        "gaps": ", ".join(short_day(each.day) for each in of_days if not each.is_read),
        "people": _people(view),
        "always": sum(_was_always_there(stay) for stay in view.stays),
        "stays": gone,
        "more_stays": sum(not _was_always_there(stay) for stay in view.stays) - len(gone),
        "values": f"{view.here}/charts",
        **_rotation(view),
    }
    return Page("playlist.html", values, here="/playlists")


def never_read_page(playlist: Playlist) -> Page:
    """A playlist that no run could read so far."""
    return Page("never_read.html", {"playlist": playlist}, here="/playlists")


def then_fragment(view: PlaylistView, day: date) -> Page | None:
    """The list of a day alone; None if the playlist had not been read until then."""
    found = view.then(day)
    return (
        None
        if found is None
        else Page("then.html", {"then": found, "here_page": view.here, "credits": view.credits})
    )


def chart_values(view: PlaylistView) -> dict[str, list[dict[str, Any]]]:
    """The rows of the charts, by the name of their chart."""
    sizes = history.sizes(view.lake, view.playlist.key)
    return {
        "size": _size_rows(view, sizes),
        "calendar": [_square(day) for day in view.playlist.days],
        "stays": [_bar(number, stay) for number, stay in enumerate(_charted(view))],
        "artists": _artist_rows(view),
    }


def _place(position: int | None) -> str:
    return "" if position is None else f"{position + 1:,}"


def _ends(stays: Sequence[Stay], end: datetime) -> dict[str | None, list[date]]:
    """When the copies that are there at a moment left, by identity, the latest first."""
    found: dict[str | None, list[date]] = {}
    for stay in stays:
        if stay.first_seen_at <= end and stay.first_missing_at and stay.first_missing_at > end:
            found.setdefault(stay.identity, []).append(stay.first_missing_at.date())
    return {identity: sorted(ends, reverse=True) for identity, ends in found.items()}


def _was_always_there(stay: Stay) -> bool:
    return stay.was_there_at_first and stay.first_missing_at is None


def _balance(view: PlaylistView) -> str:
    days = view.days
    came = sum(not stay.was_there_at_first for stay in view.stays)
    left = sum(stay.first_missing_at is not None for stay in view.stays)
    always = sum(_was_always_there(stay) for stay in view.stays)
    now = count_of(view.playlist.entries or 0, "entry", "entries")
    if len(days) == 1:
        return f"{now} today. It was read once so far: two snapshots make a change."
    return (
        f"{now} today. In {len(days):,} days {came:,} came and {left:,} left; {always:,} "
        f"{'has' if always == 1 else 'have'} been here all along."
    )


def _people(view: PlaylistView) -> list[tuple[str, int]]:
    counted = Counter(_adder(view, stay) for stay in view.stays if stay.still_there)
    return counted.most_common(_PEOPLE_SHOWN)


def _adder(view: PlaylistView, stay: Stay) -> str:
    if stay.added_by is None:
        return "The source does not say"
    return view.who(stay.added_by) or "people without a name here"


def _charted(view: PlaylistView) -> list[Stay]:
    """The stays of the chart: the latest of those that began or ended, in order."""
    found = [stay for stay in view.stays if not _was_always_there(stay)]
    latest = sorted(found, key=lambda stay: stay.last_seen_at)[-_STAYS_DRAWN:]
    return sorted(latest, key=lambda stay: (stay.first_seen_at, stay.last_seen_at))


def _bar(number: int, stay: Stay) -> dict[str, Any]:
    name = stay.name or "A song that is no longer there"
    end = stay.last_seen_at.date() + timedelta(days=1)
    return {
        # Two songs may have one name: what orders the rows is cut off by the chart.
        "key": f"{number:04d} {name}",
        "song": name,
        "artists": stay.artists or "",
        "from": stay.first_seen_at.date().isoformat(),
        "to": end.isoformat(),
        "seen": f"{short_day(stay.first_seen_at.date())} to {short_day(stay.last_seen_at.date())}",
        "state": "left" if stay.first_missing_at else "still there",
    }


def _size_rows(view: PlaylistView, sizes: Sequence[history.Size]) -> list[dict[str, Any]]:
    rows = []
    for day in view.playlist.days:
        held = [size.entries for size in sizes if size.first_at.date() <= day.day]
        if held:
            rows.append(
                {
                    "day": day.day.isoformat(),
                    "entries": held[-1],
                    "came": day.came,
                    "left": day.left,
                }
            )
    return rows


def _square(day: Any) -> dict[str, Any]:  # noqa: ANN401
    monday = day.day - timedelta(days=day.day.weekday())
    return {
        "week": short_day(monday),
        "weekday": f"{day.day:%a}",
        "label": short_day(day.day),
        "changes": day.came + day.left,
        "came": day.came,
        "left": day.left,
        "read": day.is_read,
        "state": "read" if day.is_read else "not read",
    }


def _rotation(view: PlaylistView) -> dict[str, Any]:
    """The artists of the playlist over time, as they are drawn and listed."""
    found = view.rotation
    listed = found.artists[:_ARTISTS_LISTED]
    return {
        "rotation": found,
        "turned": _turned(found, len(view.days)),
        "turning": _turning(found),
        "all_turning": sum(each.is_turning for each in found.artists),
        "period_names": _period_names(found),
        "artists": listed,
        "more_artists": len(found.artists) - len(listed),
    }


def _turned(found: Rotation, days: int) -> str:
    """Who came and left, in a sentence."""
    came, left = count_of(found.came, "artist"), f"{found.left:,}"
    always = f"{found.always:,} {'was' if found.always == 1 else 'were'} there all along"
    said = f"In {count_of(days, 'day')} {came} came and {left} left; {always}."
    if not found.artists or not found.periods[-1].entries:
        return said
    most = max(found.artists, key=lambda each: each.entries[-1])
    share = most.entries[-1] / found.periods[-1].entries
    return f"{said} Most entries today: {most.name}, {share:.0%}."


def _turning(found: Rotation) -> list[ArtistOverTime]:
    """The artists of the chart: of those who come and go the ones with the most entries.

    Those who were there first come first, and among these those who left first.
    """
    drawn = [each for each in found.artists if each.is_turning][:_ARTISTS_DRAWN]
    return sorted(drawn, key=lambda each: (_first_of(each), _last_of(each), each.name))


def _first_of(it: ArtistOverTime) -> int:
    return next(at for at, entries in enumerate(it.entries) if entries)


def _last_of(it: ArtistOverTime) -> int:
    return max(at for at, entries in enumerate(it.entries) if entries)


def _period_names(found: Rotation) -> list[str]:
    """The names of the periods: a day, or a month in which more than one ends."""
    ends = [each.last_on for each in found.periods]
    is_monthly = len(ends) > 1 and (ends[-1] - ends[0]).days > _MONTHLY_FROM * len(ends)
    return [f"{end:%b %Y}" if is_monthly else short_day(end) for end in ends]


_MONTHLY_FROM: Final = 15


def _artist_rows(view: PlaylistView) -> list[dict[str, Any]]:
    found = view.rotation
    names = _period_names(found)
    return [
        {
            # Two artists may have one name: what orders the rows is cut off by the chart.
            "key": f"{number:04d} {artist.name}",
            "artist": artist.name,
            "period": name,
            "entries": entries,
            "share": f"{entries / period.entries:.0%}" if period.entries else "",
            "href": _artist_address(view, artist),
        }
        for number, artist in enumerate(_turning(found))
        for name, period, entries in zip(names, found.periods, artist.entries, strict=True)
    ]


def _artist_address(view: PlaylistView, it: ArtistOverTime) -> str | None:
    return None if it.artist_id is None else artist_page(view.playlist.source, it.artist_id)
