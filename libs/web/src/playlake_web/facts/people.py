"""Names of people: of who added a song a source may send an id alone, and names of owners only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.sources.references import names_users

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


def name_of(people: Mapping[str, str], source: str, user: str | None) -> str:
    """The name of a person of a source; empty if it is not known.

    Args:
        people: the names of people who own a playlist, by id.
        source: the source.
        user: the id of the person; None if that is not known.
    """
    if user is None:
        return ""
    return people.get(user, user if names_users(source) else "")
