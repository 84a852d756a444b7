"""`track_artists` and `album_artists`: one row for each artist that a work credits."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_transformer.domain.model import Album, Item

# The id of the work; the position, id and name of the artist.
Credit = tuple[str | None, int, str | None, str | None]


def credits_of(works: Iterable[Item | Album]) -> list[Credit]:
    """List the artists of each work in the order of its credits."""
    return [
        (work.id, position, artist.id or None, artist.name)
        for work in works
        for position, artist in enumerate(work.artists or ())
    ]


def _credits(work: str) -> TableMapping:
    return TableMapping(
        TABLES[f"{work}_artists"],
        read={
            f"{work}_id": itemgetter(0),
            "position": itemgetter(1),
            "artist_id": itemgetter(2),
            "artist_name": itemgetter(3),
        },
    )


TRACK_ARTISTS: Final = _credits("track")
ALBUM_ARTISTS: Final = _credits("album")
