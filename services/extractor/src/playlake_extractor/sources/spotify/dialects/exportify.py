"""Exportify's CSV, one file a playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from playlake_contracts.sources.spotify_dialects import kinds
from playlake_contracts.sources.spotify_dialects.exportify import has_columns
from playlake_extractor.run.saved_snapshots import SavedFileError
from playlake_extractor.sources.one_snapshot import OneSnapshot, name_of_file
from playlake_extractor.sources.spotify.dialects.translating import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.dialects import Document, GivenPlaylist


class Exportify(OneSnapshot):
    """The rows of a playlist; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read the file of a playlist, whose name is that of the file."""
        text = document.text
        if text is None or document.is_json:
            return None
        first = text.split("\n", 1)[0].rstrip("\r")
        if not has_columns(first):
            return None
        if not text[len(first) :].strip():
            raise SavedFileError(f"{document.origin} has columns and no rows: there is no entry")
        body = msgspec.json.encode(text)
        name = name_of_file(document)
        kind = kinds.EXPORTIFY
        return [translate(kind, document, given, playlist=body, default_name=name)]
