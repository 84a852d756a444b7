"""Texts as M writes them."""

from __future__ import annotations


def m_text(value: str) -> str:
    """A text literal of M: `"` is doubled, and `#(` and line breaks are escaped.

    Raises:
        ValueError: it has another control character.
    """
    escaped = value.replace("#(", "#(#)(").replace('"', '""')
    escaped = escaped.replace("\r", "#(cr)").replace("\n", "#(lf)").replace("\t", "#(tab)")
    if not escaped.isprintable():
        raise ValueError(f"{value[:80]!r} has a control character: leave it out")
    return f'"{escaped}"'
