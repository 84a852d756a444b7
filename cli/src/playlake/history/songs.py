"""Where a song has been: its stays in all playlists of a lake."""

from __future__ import annotations

import unicodedata
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from playlake.errors import CommandError
from playlake.history.playlists import similar, told
from playlake_contracts.sources.references import identity_of_song
from playlake_lake.history import fold
from playlake_lake.history.reading import observations
from playlake_lake.history.records import Playlist

if TYPE_CHECKING:
    from playlake.history.reading import HistoryLake
    from playlake_lake.history import Membership

_BY_IDENTITY: Final = """
select distinct source, playlist_id, identity from playlist_items
where identity = $wanted and {in_days}
"""
_BY_NAME: Final = """
select distinct source, playlist_id, identity from playlist_items
where lower(name) = $wanted and identity is not null and {in_days}
"""
_NAMES: Final = "select distinct name from playlist_items where name is not null and {in_days}"


class Stay(NamedTuple):
    """A stay of a song in a playlist, of which the name is today's."""

    playlist: Playlist
    playlist_name: str
    membership: Membership


def stays(lake: HistoryLake, text: str) -> list[Stay]:
    """The stays of a song, the one that began last first.

    Args:
        lake: the lake.
        text: a title in any letter case, a URI or a link. All songs of a title are found.

    Raises:
        CommandError: no playlist ever had it; the message names the most similar titles. Or the
            text is empty.
    """
    if not text.strip():
        raise CommandError("the song is an empty text: give its title, URI or link")
    identity = identity_of_song(text)
    title = unicodedata.normalize("NFC", text.strip()).lower()
    sql, wanted = (_BY_NAME, title) if identity is None else (_BY_IDENTITY, identity)
    identities: dict[Playlist, set[str]] = {}
    for source, id_, identity in lake.rows(sql, wanted=wanted):
        identities.setdefault(Playlist(source, id_), set()).add(identity)
    if not identities:
        raise CommandError(_unknown(lake, text, is_title=identity is None))
    found = [stay for each in identities.items() for stay in _stays(lake, *each)]
    return sorted(found, key=_first_seen, reverse=True)


def _stays(lake: HistoryLake, playlist: Playlist, identities: set[str]) -> list[Stay]:
    history = fold(observations(lake.records, playlist))
    name = history.state.metadata.name or playlist.id
    return [
        Stay(playlist, name, membership)
        for membership in history.memberships
        if membership.entry.known_as in identities
    ]


_first_seen = attrgetter("membership.joining.first_seen", "playlist")


def _unknown(lake: HistoryLake, text: str, *, is_title: bool) -> str:
    sentence = f"no playlist in the lake in {lake.place} ever had the song {text[:200]}"
    if not is_title:
        return f"{sentence}: see that the link is right, or give its title"
    nearest = similar(text, [name for (name,) in lake.rows(_NAMES)])
    hint = (
        f"the most similar are {', '.join(map(told, nearest))}" if nearest else "correct the title"
    )
    return f"{sentence}: {hint}"
