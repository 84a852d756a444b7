"""What a lake says of its pseudonyms: a record for each source and account that has some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.keys import pseudonyms_key, state_prefix

if TYPE_CHECKING:
    from playlake.lakes.lake import Lake


def pseudonym_records(lake: Lake, source: str) -> list[str]:
    """The keys of the records of a source, those of named accounts too."""
    name = pseudonyms_key(source).removeprefix(state_prefix(source))
    keys = lake.state_keys(state_prefix(source))
    return [key for key in keys if key.rpartition("/")[2] == name]
