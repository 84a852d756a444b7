"""Text as a terminal shows it: made safe, measured in cells, cut and wrapped.

Names of playlists were written by strangers, so what a terminal would obey is shown, not sent.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.text import Text

ELLIPSIS = "…"

# C0 and C1 controls, separators of lines, and what reverses the direction of the text after it.
_UNSAFE = [*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
_SPELLED = {code: chr(code).encode("unicode_escape").decode() for code in _UNSAFE}
_SPELLED_EXCEPT_LINES = {code: shown for code, shown in _SPELLED.items() if chr(code) != "\n"}

# Ids, keys, addresses, digests, dates: no blank, and a digit, a scheme or Spotify's length.
_ID = re.compile(
    r"[0-9A-Za-z]{22}|\w+:\w+:[\w.-]+|\w+://[!-~]+|(?=[^\d]*\d)[\w.:/=+%?&#~@-]{6,160}", re.ASCII
)
_PUNCTUATION = ",.:;"


def safe(text: str) -> str:
    """Text in which control characters are spelled out."""
    return text.translate(_SPELLED)


def safe_lines(text: str) -> str:
    """Text of several lines in which every other control character is spelled out."""
    return text.translate(_SPELLED_EXCEPT_LINES)


def safe_text(text: str) -> Text:
    """Text without markup, in which control characters are spelled out."""
    return Text(safe(text))


def is_id(text: str) -> bool:
    """Whether a text looks like an id, a key, an address or a date: useless when it is broken."""
    return _ID.fullmatch(text) is not None


def cut(text: str, width: int) -> str:
    """Text of at most so many cells, ending in an ellipsis if it was longer."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Text filled up with blanks to so many cells."""
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks


def wrap(text: str, width: int, *, fold: bool = True) -> list[str]:
    """Lines of at most so many cells, broken between words.

    Args:
        text: one line.
        width: cells of a line.
        fold: whether an id that is wider is broken, as other words are; else it has a line of its
            own.
    """
    lines = [""]
    for word in text.split(" "):
        is_kept = cell_len(word) <= width or (not fold and is_id(word.rstrip(_PUNCTUATION)))
        pieces = [word] if is_kept else chop_cells(word, width)
        for place, piece in enumerate(pieces):
            joined = f"{lines[-1]} {piece}" if lines[-1] else piece
            if place == 0 and cell_len(joined) <= width:
                lines[-1] = joined
            else:
                lines.append(piece)
    return [line.rstrip(" ") for line in lines if line] or [""]
