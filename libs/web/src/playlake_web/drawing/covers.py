"""Covers for what has none: drawn from an id, so that the same id always has the same cover.

Addresses of Spotify's covers expire within a day. A lake keeps the images only if it is told to,
and those of playlists alone. Playlists are layers of a landscape, albums are sleeves of records.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import count, cycle
from math import pi, sin
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Palette(NamedTuple):
    """Four shades of one mineral."""

    deep: str
    mid: str
    light: str
    pale: str


PALETTES: Final = (
    Palette("#0d3a44", "#17707c", "#5cb1af", "#dcebdc"),
    Palette("#2a2c58", "#585ca4", "#a7a6d2", "#ebe6ee"),
    Palette("#3a2a21", "#8b4d30", "#d6985c", "#f2e2c4"),
    Palette("#183a2d", "#317350", "#8cb57a", "#e5ebca"),
    Palette("#3f2130", "#8b3e5a", "#d1889a", "#f3dedc"),
    Palette("#21303b", "#4f6a7a", "#9fb6be", "#e7edea"),
    Palette("#483911", "#977920", "#d9be5f", "#f5eed0"),
    Palette("#112f4d", "#2d689d", "#88b4d6", "#e3edf1"),
)
_LANDSCAPE: Final = 96
_SLEEVE: Final = 48


class _Dice:
    """Numbers that depend on a text alone."""

    def __init__(self, text: str) -> None:
        self._bytes = _bytes(text)

    def below(self, limit: int) -> int:
        """A number from 0 to below a limit of at most 256."""
        return next(self._bytes) * limit >> 8

    def palette(self) -> Palette:
        """One of the palettes."""
        return PALETTES[self.below(len(PALETTES))]


def _bytes(text: str) -> Iterator[int]:
    for block in count():
        yield from sha256(f"{block}:{text}".encode()).digest()


def playlist_cover(playlist_id: str) -> str:
    """The cover of a playlist, as the text of an SVG image."""
    dice = _Dice(f"playlist:{playlist_id}")
    near, far = dice.palette(), dice.palette()
    parts = [_ground(near.pale, _LANDSCAPE)]
    if dice.below(3):
        parts.append(
            _circle(20 + dice.below(56), 14 + dice.below(18), 6 + dice.below(8), far.light)
        )
    height = 20 + dice.below(14)
    for shade in (near.light, far.light, near.mid, far.mid, near.deep, far.deep):
        parts.append(_hills(dice, height, shade))
        height += 7 + dice.below(11)
    return _image(parts, _LANDSCAPE)


def album_cover(album_id: str) -> str:
    """The cover of an album, or of what stands for one, as the text of an SVG image."""
    dice = _Dice(f"album:{album_id}")
    motif = _MOTIFS[dice.below(len(_MOTIFS))]
    return _image(motif(dice, dice.palette(), dice.palette()), _SLEEVE)


def _hills(dice: _Dice, height: int, shade: str) -> str:
    swing, shift, waves = 2 + dice.below(7), dice.below(256) / 256 * 2 * pi, 1 + dice.below(3)
    line = "".join(
        f"L{x} {height + swing * sin(shift + waves * pi * x / _LANDSCAPE):.1f}"
        for x in range(0, _LANDSCAPE + 1, 8)
    )
    return f'<path d="M0 {_LANDSCAPE}{line}L{_LANDSCAPE} {_LANDSCAPE}Z" fill="{shade}"/>'


def _rising_sun(dice: _Dice, one: Palette, _: Palette) -> list[str]:
    return [
        _ground(one.pale, _SLEEVE),
        _circle(16 + dice.below(16), 16 + dice.below(16), 10 + dice.below(8), one.mid),
        _bar(0, 34 + dice.below(6), _SLEEVE, 14, one.deep),
    ]


def _ripples(dice: _Dice, one: Palette, _: Palette) -> list[str]:
    centre = 4 + dice.below(8)
    rings = zip((12, 21, 30, 39), cycle((one.light, one.mid)), strict=False)
    return [
        _ground(one.deep, _SLEEVE),
        *(
            f'<circle cx="{centre}" cy="{_SLEEVE}" r="{radius}" fill="none" stroke="{shade}" '
            'stroke-width="4"/>'
            for radius, shade in rings
        ),
    ]


def _columns(dice: _Dice, one: Palette, other: Palette) -> list[str]:
    heights = [8 + dice.below(36) for _ in range(6)]
    shades = cycle((other.mid, one.deep))
    return [
        _ground(one.light, _SLEEVE),
        *(
            _bar(3 + 7 * at, _SLEEVE - height, 5, height, shade)
            for at, (height, shade) in enumerate(zip(heights, shades, strict=False))
        ),
    ]


def _slope(dice: _Dice, one: Palette, _: Palette) -> list[str]:
    return [
        _ground(one.mid, _SLEEVE),
        f'<path d="M0 {_SLEEVE} {_SLEEVE} {dice.below(20)}V{_SLEEVE}Z" fill="{one.deep}"/>',
        _circle(12 + dice.below(20), 10 + dice.below(8), 5, one.pale),
    ]


def _record(_: _Dice, one: Palette, other: Palette) -> list[str]:
    return [
        _ground(one.pale, _SLEEVE),
        f'<path d="M24 6A18 18 0 0 1 24 42Z" fill="{one.deep}"/>',
        f'<path d="M24 6A18 18 0 0 0 24 42Z" fill="{other.mid}"/>',
        _circle(24, 24, 4, one.pale),
    ]


def _crossing(dice: _Dice, one: Palette, other: Palette) -> list[str]:
    return [
        _ground(one.deep, _SLEEVE),
        _bar(dice.below(20), 0, 8 + dice.below(14), _SLEEVE, other.mid),
        _bar(0, 8 + dice.below(20), _SLEEVE, 5 + dice.below(8), one.light),
    ]


_MOTIFS: Final[Sequence[Callable[[_Dice, Palette, Palette], list[str]]]] = (
    _rising_sun,
    _ripples,
    _columns,
    _slope,
    _record,
    _crossing,
)


def _ground(shade: str, size: int) -> str:
    return _bar(0, 0, size, size, shade)


def _bar(x: int, y: int, width: int, height: int, shade: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{shade}"/>'


def _circle(x: int, y: int, radius: int, shade: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{shade}"/>'


def _image(parts: Sequence[str], size: int) -> str:
    box = f"0 0 {size} {size}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{"".join(parts)}</svg>'
