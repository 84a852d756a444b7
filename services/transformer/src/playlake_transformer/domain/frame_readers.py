"""What a source tells the transformer: how each kind of its frames is read, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playlake_contracts.raw import SCHEMA
from playlake_contracts.tables import COMMON_COLUMNS, TABLES
from playlake_transformer.domain.snapshot import FrameContent
from playlake_transformer.errors import UnknownSchemaError

if TYPE_CHECKING:
    from playlake_contracts.raw import Header

Reader = Callable[[bytes], FrameContent]


@dataclass(frozen=True, slots=True)
class Source:
    """A source of playlists.

    Attributes:
        name: as in keys and envelopes.
        readers: by kind of frame, what reads a decompressed frame. A reader raises
            `UnreadableFrameError` where nothing of a frame can become a row.
        absent: by table, the columns that no response of the source tells; they are null.

    Raises:
        ValueError: an absent column is none of the table's own.
    """

    name: str
    readers: Mapping[str, Reader]
    absent: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table, columns in self.absent.items():
            own = set(TABLES[table].schema.names) if table in TABLES else set()
            if unknown := columns - (own - set(COMMON_COLUMNS)):
                raise ValueError(f"{self.name} cannot lack {sorted(unknown)} of {table}")


def reader_of(header: Header, sources: Mapping[str, Source]) -> Reader:
    """The reader of frames with a header.

    Raises:
        UnknownSchemaError: the frame was written by a later, incompatible version, or nobody has
            registered its source and kind.
    """
    if header.schema != SCHEMA:
        raise UnknownSchemaError(f"raw schema {header.schema!r} is not {SCHEMA!r}")
    source = sources.get(header.source)
    reader = source.readers.get(header.kind) if source else None
    if reader is None:
        raise UnknownSchemaError(
            f"nothing here reads frames of source {header.source[:80]!r} and kind "
            f"{header.kind[:80]!r}: use the version of Playlake that wrote them"
        )
    return reader
