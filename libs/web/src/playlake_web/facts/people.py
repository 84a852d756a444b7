"""Names of people: Spotify sends an id where somebody added a song, and a name of owners only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_web.reader import Rows

_OWNERS: Final = """
select owner_id, max_by(owner_name, fetched_at) filter (where owner_name is not null) as name
from playlists where owner_id is not null group by owner_id
"""


def names_of_people(lake: Rows) -> Mapping[str, str]:
    """The last name of each person who owns a playlist of the lake, by id."""
    return {id_: name for id_, name in lake.rows(_OWNERS) if name}
