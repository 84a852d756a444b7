"""The pictures of docs/images are small, and docs/page.md shows each."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs"
MOST_BYTES = 150_000


def test_every_picture_is_small_and_shown() -> None:
    pictures = {path.name: path.stat().st_size for path in (DOCS / "images").iterdir()}
    shown = re.findall(r"images/([\w.]+)", (DOCS / "page.md").read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(pictures)
    assert len(pictures) == 6
    assert max(pictures.values()) < MOST_BYTES
