"""Saved responses of the Web API as a dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_extractor.sources.spotify.dialects.api_responses import read_response
from playlake_extractor.sources.spotify.dialects.merging import merge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from playlake_extractor.run.saved_snapshots import SavedFileError, SavedSnapshot
    from playlake_extractor.sources.dialects import Document, GivenPlaylist
    from playlake_extractor.sources.spotify.dialects.api_responses import SavedResponse


class ApiResponses:
    """Playlists and pages, in one document each; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedResponse] | None:
        """Read a playlist or a page of entries."""
        response = read_response(document, given)
        return None if response is None else [response]

    def merge(
        self, saved: Iterable[SavedResponse], say: Callable[[str], None]
    ) -> Iterable[SavedSnapshot | SavedFileError]:
        """Merge the responses of each playlist."""
        return merge(saved, say)
