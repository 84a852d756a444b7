"""The fields that a source sends and that this version does not know, as this process saw them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from playlake_contracts.keys import RawKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_transformer.domain.commit_mark import Load

_log = structlog.get_logger()

MOST_NEW_FIELDS: Final = 100


@dataclass(slots=True)
class NewField:
    """A field that the source is not known to send.

    Attributes:
        path: where it is, such as `playlist.tracks.items[].track.lyrics`.
        count: how often it was found in samples.
        first_run: the earliest run that had it.
        last_run: the latest run that had it.
    """

    source: str
    path: str
    count: int
    first_run: str
    last_run: str

    @property
    def sentence(self) -> str:
        """What it means, for a person."""
        return (
            f"{self.source.capitalize()} sends a new field: the raw objects keep it, but no table "
            "has it"
        )


@dataclass(slots=True)
class NewFields:
    """New fields in the order in which they were found; after a hundred no others are noted."""

    _found: dict[tuple[str, str], NewField] = field(default_factory=dict)

    def __iter__(self) -> Iterator[NewField]:
        return iter(self._found.values())

    def note(self, load: Load) -> None:
        """Note the unknown fields of a raw object, and write a line for each new one."""
        source = RawKey.parse(load.key).source
        for path, count in load.unknown_fields.items():
            if known := self._found.get((source, path)):
                known.count += count
                known.first_run = min(known.first_run, load.run_id)
                known.last_run = max(known.last_run, load.run_id)
            elif len(self._found) < MOST_NEW_FIELDS:
                new = NewField(source, path, count, load.run_id, load.run_id)
                self._found[source, path] = new
                _log.warning("unknown_field", path=path, object_key=load.key, reason=new.sentence)
