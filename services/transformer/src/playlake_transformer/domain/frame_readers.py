"""What a source registers: a reader for each kind of its frames, and the columns that it lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playlake_contracts.raw import SCHEMA
from playlake_contracts.tables import COMMON_COLUMNS, TABLES
from playlake_transformer.domain.snapshot import FrameContent
from playlake_transformer.domain.tables import MAPPINGS
from playlake_transformer.domain.unknown_fields import PAGE
from playlake_transformer.errors import UnknownSchemaError

if TYPE_CHECKING:
    from playlake_contracts.raw import Header
    from playlake_transformer.domain.quality.rule import Rule
    from playlake_transformer.domain.tables.mapping import ColumnReader
    from playlake_transformer.domain.unknown_fields import KnownFields

FrameReader = Callable[[bytes], FrameContent]
# The raw JSON of the entries of a frame with their positions. A details response has none.
EntryPieces = Callable[[bytes], list[tuple[int | None, bytes]]]


@dataclass(frozen=True, slots=True)
class Source:
    """A source of playlists.

    Attributes:
        name: its name in keys and envelopes.
        readers: by kind of frame, the function that reads a decompressed frame. It raises
            `UnreadableFrameError` if no part of the frame can become a row.
        pieces: lists the raw JSON of the entries of a frame, for rows that break a quality rule.
        nested: by table, the functions that read columns from where they lie in the source's
            objects; see `TableMapping.nested`. A source may also read a column of
            `TableMapping.read` in its own way.
        absent: by table, the columns that no response of the source provides; they are null.
        rules: the quality rules that hold only for this source.
        known_fields: the fields that the source is known to send, so that others are noticed;
            empty if nothing is to be noticed.

    Raises:
        ValueError: an absent column does not exist in its table, or every table has it, or a
            column that the source reads is not a nested one, or the known fields do not describe
            an object that they name.
    """

    name: str
    readers: Mapping[str, FrameReader]
    pieces: EntryPieces
    nested: Mapping[str, Mapping[str, ColumnReader]] = field(default_factory=dict)
    absent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    known_fields: KnownFields = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = {kind for fields in self.known_fields.values() for kind in fields.values() if kind}
        responses = {*self.readers, PAGE} if self.known_fields else set()
        if undescribed := (named | responses) - set(self.known_fields):
            raise ValueError(
                f"source {self.name} does not say which fields it knows of {sorted(undescribed)}"
            )
        for table, readers in self.nested.items():
            mapping = MAPPINGS.get(table)
            of_table = mapping.nested.union(mapping.read) if mapping else frozenset()
            if others := set(readers) - of_table:
                raise ValueError(
                    f"source {self.name} reads columns that objects do not give to {table}: "
                    f"{sorted(others)}"
                )
        for table, columns in self.absent.items():
            own = set(TABLES[table].schema.names) if table in TABLES else set()
            if unknown := columns - (own - set(COMMON_COLUMNS)):
                raise ValueError(
                    f"source {self.name} declares columns absent that cannot be absent from "
                    f"{table}: {sorted(unknown)}"
                )


def reader_of(header: Header, sources: Mapping[str, Source]) -> FrameReader:
    """Find the reader for a frame by its header.

    Raises:
        UnknownSchemaError: an incompatible version wrote the frame, or no reader is registered
            for its source and kind.
    """
    if header.schema != SCHEMA:
        raise UnknownSchemaError(f"raw schema {header.schema!r} is not {SCHEMA!r}")
    source = sources.get(header.source)
    reader = source.readers.get(header.kind) if source else None
    if reader is None:
        raise UnknownSchemaError(
            f"no reader is registered for frames of source {header.source[:80]!r} and kind "
            f"{header.kind[:80]!r}: use the version of Playlake that wrote them"
        )
    return reader
