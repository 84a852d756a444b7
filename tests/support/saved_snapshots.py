"""Reads saved files as an import does, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playlake_extractor.sources.dialects import NOT_GIVEN, GivenPlaylist
from playlake_extractor.sources.saved_files import SavedFile, read_saved

if TYPE_CHECKING:
    from playlake_extractor.run.saved_snapshots import SavedSnapshot


def snapshots_in(
    *files: tuple[str, bytes], given: GivenPlaylist = NOT_GIVEN, said: list[str] | None = None
) -> list[SavedSnapshot]:
    """The snapshots in files, each with its name and its bytes; none of them may be refused.

    Args:
        files: the files.
        given: what the user says of the playlist.
        said: receives the sentences for a person; with None there may be none.
    """
    say = pytest.fail if said is None else said.append
    judged = read_saved([SavedFile(*file) for file in files], say, given)
    assert judged.refusals == []
    return [each for snapshots in judged.snapshots.values() for each in snapshots]


def refusals_of(*files: tuple[str, bytes], given: GivenPlaylist = NOT_GIVEN) -> list[str]:
    """The sentences by which files are refused."""
    return read_saved([SavedFile(*file) for file in files], lambda _: None, given).refusals
