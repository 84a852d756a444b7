"""Pseudonyms of users in what is imported: the same as those of the runs of the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.pseudonym_records import pseudonym_records
from playlake.running.environment import pseudonyms
from playlake_contracts.keys import pseudonyms_key
from playlake_extractor.public import StopError, check_pseudonyms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake.importing.lake_objects import Checked
    from playlake.importing.runs import Plan
    from playlake.lakes.lake import Lake
    from playlake_contracts.pseudonyms import Pseudonyms


def pseudonyms_for(lake: Lake, sources: Iterable[str]) -> dict[str, Pseudonyms | None]:
    """The pseudonyms of some sources by the environment, if they are those of the lake.

    Raises:
        CommandError: the key cannot be used, or is not that of the lake, or the lake has one and
            the environment has none.
    """
    found = {source: pseudonyms(source) for source in sources}
    try:
        for source, made in found.items():
            # An import is of no account, so it has to agree with all of them.
            for key in {pseudonyms_key(source), *pseudonym_records(lake, source)}:
                check_pseudonyms(lake.state_store(key), source, made)
    except StopError as error:
        raise CommandError(str(error)) from None
    return found


def refuse_named_users(plan: Plan, objects: Sequence[Checked], lake: Lake) -> list[Checked]:
    """Refuse raw objects of sources whose users have pseudonyms; return the others.

    They are landed byte for byte, and may have ids.
    """
    sources = {one.key.source for one in objects}
    with_pseudonyms = {source for source in sources if pseudonym_records(lake, source)}
    plan.refusals += [
        f"{one.found.name} is a raw object of another lake, which may have ids of users, and users "
        f"of {one.key.source} have pseudonyms here: import it into a lake of its own"
        for one in objects
        if one.key.source in with_pseudonyms
    ]
    return [one for one in objects if one.key.source not in with_pseudonyms]
