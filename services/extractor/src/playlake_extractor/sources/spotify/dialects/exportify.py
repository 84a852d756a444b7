"""Exportify's CSV, one file a playlist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from playlake_contracts.sources.spotify_dialects import kinds
from playlake_contracts.sources.spotify_dialects.exportify import has_columns
from playlake_extractor.run.saved_snapshots import SavedFileError
from playlake_extractor.sources.spotify.dialects.translating import OneSnapshot, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.dialects import Document, GivenPlaylist

# What a browser appends to the name of a file that is there already.
_COPY: Final = re.compile(r" ?\([0-9]+\)$")


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


def name_of_file(document: Document) -> str:
    """The name of a playlist whose file is named after it."""
    return _COPY.sub("", document.stem) or document.stem
