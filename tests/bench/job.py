"""What a contestant of the benchmark gets: one synthetic part, as landed and decompressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RAW_KEY = (
    "raw/source=spotify/snapshot_date=2026-11-21/run=20261121T060000Z-wrjkwl/part-0000.jsonl.zst"
)


@dataclass(frozen=True, slots=True)
class Job:
    """A part.

    Attributes:
        api: `classic` for playlists with `tracks` and `track`, `items` for `items` and `item`.
        raw: the part as landed, compressed.
        frames: its snapshots as JSON, one object and a line feed each.
        folder: the folder that holds both; files may be written to `output` in it.
    """

    api: str
    raw: bytes
    frames: list[bytes]
    folder: Path

    @classmethod
    def load(cls, folder: Path) -> Job:
        """Read a part from its folder, whose name begins with the API."""
        frames = [path.read_bytes() for path in sorted(folder.glob("frames/*.json"))]
        return cls(folder.name.split("-")[0], (folder / "part").read_bytes(), frames, folder)

    @property
    def page_key(self) -> str:
        """The key of a playlist's first page."""
        return "items" if self.api == "items" else "tracks"

    @property
    def item_key(self) -> str:
        """The key of an entry's item."""
        return "item" if self.api == "items" else "track"

    @property
    def output(self) -> Path:
        """A folder for the files of a run."""
        output = self.folder / "output"
        output.mkdir(exist_ok=True)
        return output

    def entries_of(self, frame: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The entries of a parsed frame that have an item."""
        for page in (frame["playlist"][self.page_key], *frame["pages"]):
            yield from (entry for entry in page["items"] if entry[self.item_key])
