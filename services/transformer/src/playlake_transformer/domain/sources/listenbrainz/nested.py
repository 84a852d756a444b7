"""Reads the columns that ListenBrainz's objects hold in their own way."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playlake_transformer.domain.sources.listenbrainz.rows import Recording
    from playlake_transformer.domain.tables.mapping import ColumnReader


def _credits(recordings: Sequence[Recording]) -> list[str | None]:
    """The artists of each recording as credited, with the words between their names."""
    return [recording.credited for recording in recordings]


NESTED: Final[Mapping[str, Mapping[str, ColumnReader]]] = MappingProxyType(
    {"playlist_items": {"artist_names": _credits}}
)
