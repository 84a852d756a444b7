"""Finds the playlist that a person names: by name, id, URI or link.

A name is looked for from the newest days back, so it means the playlists that had it last.
"""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NamedTuple

from playlake.errors import CommandError
from playlake.output.text import cut, safe
from playlake_contracts.sources.references import playlists_named
from playlake_lake.history.reading import backwards
from playlake_lake.history.records import Playlist

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from playlake.history.reading import HistoryLake

_MOST_SHOWN: Final = 5
_MOST_CELLS: Final = 40

_NAMES: Final = """
select source, playlist_id, name, max(fetched_at) as seen_at
from (
    select source, playlist_id, name, fetched_at from playlists where {in_days}
    union all
    select source, playlist_id, name, fetched_at from run_outcomes where {in_days}
) as seen
group by source, playlist_id, name
order by seen_at, name
"""
_LAST: Final = """
select
    source, playlist_id, max_by(name, fetched_at) as name,
    max_by(coalesce(owner_name, owner_id), fetched_at) as owner
from playlists where {in_days} group by source, playlist_id
"""


class Named(NamedTuple):
    """A playlist, and a name for a person: its last one, else its id."""

    playlist: Playlist
    name: str

    @property
    def told(self) -> str:
        """The name as `told`."""
        return told(self.name)


def told(name: str) -> str:
    """A name in a sentence: control characters are spelled out, and a long name is cut."""
    return cut(safe(name), _MOST_CELLS)


def find_playlist(lake: HistoryLake, text: str) -> Named:
    """The playlist that a text names.

    Args:
        lake: the lake.
        text: a name in any letter case, an id, a URI or a link.

    Raises:
        CommandError: none has this name, or several have it; the message says which there are.
            Or the text is empty.
    """
    wanted = text.strip()
    if not wanted:
        raise CommandError("the playlist is an empty text: give its name, id, URI or link")
    referred = {Playlist(*each) for each in playlists_named(wanted)}
    latest: dict[Playlist, str] = {}
    seen: dict[str, None] = {}
    for days in backwards(lake.records.days()):
        names = _names(lake, days)
        for one in reversed(names):
            seen.setdefault(one.name)
            if one.name != one.playlist.id:
                latest.setdefault(one.playlist, one.name)
        found = _matching(names, wanted, referred, latest)
        if len(found) > 1:
            raise CommandError(_ambiguous(lake, wanted, found))
        for playlist in found:
            return Named(playlist, latest.get(playlist, playlist.id))
    raise CommandError(_unknown(lake, wanted, seen))


def _matching(
    names: Iterable[Named],
    wanted: str,
    referred: Collection[Playlist],
    latest: Mapping[Playlist, str],
) -> list[Playlist]:
    """The playlists that a text names: by id, else by name, of several those that still have it."""
    of_id = {one.playlist for one in names if one.playlist in referred or one.playlist.id == wanted}
    named = of_id or {one.playlist for one in _with_name(names, wanted)}
    if len(named) > 1:
        current = [Named(playlist, latest.get(playlist, "")) for playlist in named]
        named = {one.playlist for one in _with_name(current, wanted)} or named
    return sorted(named)


def _names(lake: HistoryLake, days: Iterable[str]) -> list[Named]:
    """The playlists of some days with each of their names, the newest last."""
    rows = lake.rows(_NAMES, set(days))
    return [Named(Playlist(source, id_), name or id_) for source, id_, name, _ in rows]


def _with_name(names: Iterable[Named], wanted: str) -> list[Named]:
    alike = [one for one in names if _folded(one.name) == _folded(wanted)]
    return [one for one in alike if one.name == wanted] or alike


def _folded(name: str) -> str:
    """A name without what distinguishes letter cases and ways to compose letters."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _ambiguous(lake: HistoryLake, wanted: str, found: Collection[Playlist]) -> str:
    last = {Playlist(source, id_): rest for source, id_, *rest in lake.rows(_LAST)}
    shown = [
        f"{told(name or '(no name)')} ({playlist.id}, owner {owner or 'unknown'})"
        for playlist in found
        for name, owner in [last.get(playlist, (None, None))]
    ]
    return f"{len(found)} playlists are named {wanted}: give the id of one: {', '.join(shown)}"


def _unknown(lake: HistoryLake, wanted: str, names: Collection[str]) -> str:
    nearest = similar(wanted, names)
    hint = f"the most similar are {', '.join(map(told, nearest))}" if nearest else _all_of(names)
    return f"no playlist in the lake in {lake.place} is {wanted[:200]}: {hint}"


def similar(wanted: str, names: Collection[str]) -> list[str]:
    """The names that are most similar to a text, the nearest first; those that contain it too."""
    by_folded = {_folded(name): name for name in names}
    folded = _folded(wanted)
    inside = [name for name in by_folded if folded and folded in name][:_MOST_SHOWN]
    near = get_close_matches(folded, by_folded, n=_MOST_SHOWN)
    return [by_folded[name] for name in dict.fromkeys([*near, *inside])][:_MOST_SHOWN]


def _all_of(names: Collection[str]) -> str:
    shown = ", ".join(map(told, list(names)[:_MOST_SHOWN]))
    return f"among others there are {shown}" if shown else "`playlake runs` shows what there is"
