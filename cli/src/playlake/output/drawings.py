"""Lines on a screen that are neither sentences nor tables: a heading, and lines with styles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.output.text import cut, safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.output.grid import Line


@dataclass(frozen=True, slots=True)
class Heading:
    """A name in bold on a line of its own, cut where the terminal ends."""

    text: str

    def lines(self, width: int | None) -> Iterator[Line]:
        """The line."""
        text = safe(self.text)
        yield [(text if width is None else cut(text, width), "bold")]
