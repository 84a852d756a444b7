"""Quality rules for the rows of YouTube."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow.compute as pc

from playlake_transformer.domain.quality.rule import Rule, Severity

if TYPE_CHECKING:
    import pyarrow as pa


def _id_form(name: str, table: str, column: str, form: str, message: str) -> Rule:
    """A warning only: YouTube documents no form of its ids."""

    def has_another_form(rows: pa.Table) -> pa.ChunkedArray:
        return pc.invert(pc.match_substring_regex(rows[column], form))

    return Rule(name, table, column, Severity.WARN, has_another_form, message)


RULES: Final = (
    _id_form(
        "video_id_form", "tracks", "track_id", r"^[0-9A-Za-z_-]{11}$",
        "the id of a video has not 11 letters, digits, hyphens and underscores",
    ),
    _id_form(
        "channel_id_form", "artists", "artist_id", r"^UC[0-9A-Za-z_-]{22}$",
        "the id of a channel is not UC and 22 letters, digits, hyphens and underscores",
    ),
)  # fmt: skip
