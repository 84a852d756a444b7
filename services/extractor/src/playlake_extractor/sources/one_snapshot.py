"""What dialects have in common of which each document is one snapshot, or several."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from playlake_contracts.limits import MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_OBJECTS
from playlake_extractor.run.saved_snapshots import SavedFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.dialects import Document

# What a browser appends to the name of a file that is there already.
_COPY: Final = re.compile(r" ?\([0-9]+\)$")


class OneSnapshot:
    """Dialects of which each document, or playlist in it, is a snapshot of its own."""

    @staticmethod
    def merge(saved: Iterable[SavedSnapshot], _say: object) -> Iterable[SavedSnapshot]:
        """Return the snapshots as they are."""
        return saved


def name_of_file(document: Document) -> str:
    """The name of a playlist whose file is named after it."""
    return _COPY.sub("", document.stem) or document.stem


def check_size(origin: str, bodies: Sequence[bytes]) -> None:
    """Check that bodies together are not too large for a snapshot.

    Raises:
        SavedFileError: they are; the message begins with where they are from.
    """
    size, objects = sum(map(len, bodies)), sum(body.count(b"{") for body in bodies)
    if size > MAX_SNAPSHOT_BYTES or objects > MAX_SNAPSHOT_OBJECTS:
        raise SavedFileError(
            f"{origin}: too large for a snapshot, with {size:,} bytes of JSON and {objects:,} "
            f"objects, of which it has at most {MAX_SNAPSHOT_BYTES:,} and {MAX_SNAPSHOT_OBJECTS:,}"
        )


def check_given(origin: str, own_id: str | None, given_id: str | None) -> None:
    """Check that a document is of the playlist that the user names.

    Raises:
        SavedFileError: it says that it is of another one.
    """
    if own_id and given_id and own_id != given_id:
        raise SavedFileError(
            f"{origin} is of playlist {own_id!r}, and not of {given_id!r}: import it "
            "without --playlist"
        )
