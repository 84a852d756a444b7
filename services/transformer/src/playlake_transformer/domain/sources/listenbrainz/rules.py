"""Quality rules for the rows of ListenBrainz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow.compute as pc

from playlake_contracts.sources.listenbrainz import MBID_FORM
from playlake_transformer.domain.quality.rule import Rule, Severity

if TYPE_CHECKING:
    import pyarrow as pa


def _mbid_form(name: str, table: str, column: str) -> Rule:
    """A warning only: an id of another form still tells things apart."""

    def has_another_form(rows: pa.Table) -> pa.ChunkedArray:
        return pc.invert(pc.match_substring_regex(rows[column], f"^{MBID_FORM}$"))

    message = "the id has not the form of an MBID"
    return Rule(name, table, column, Severity.WARN, has_another_form, message)


RULES: Final = (
    _mbid_form("album_mbid_form", "albums", "album_id"),
    _mbid_form("artist_mbid_form", "artists", "artist_id"),
)
