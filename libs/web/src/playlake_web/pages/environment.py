"""Renders pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from playlake_contracts.version import VERSION
from playlake_web import addresses, words
from playlake_web.drawing.lanes import lane, lanes, share
from playlake_web.drawing.strips import column
from playlake_web.drawing.ticks import ticks
from playlake_web.files_served import PREFIX, served_files

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    Attributes:
        template: its template.
        values: what it shows.
        here: the address in the navigation that it belongs to.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    here: str = ""


def render(page: Page, *, is_synthetic: bool) -> str:
    """A page as HTML."""
    template = _environment().get_template(page.template)
    return template.render(
        here=page.here, is_synthetic=is_synthetic, version=VERSION, **page.values
    )


def _file(name: str, *, is_font: bool = False) -> str:
    """The address of a file; of a font the one that the stylesheet has."""
    return f"{PREFIX}{name}" if is_font else served_files()[name].address


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("playlake_web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(
        OUTCOMES=words.OUTCOMES,
        artist_page=addresses.artist_page,
        bytes_words=words.bytes_words,
        column=column,
        count_of=words.count_of,
        cover_of_artist=addresses.cover_of_artist,
        cover_of_playlist=addresses.cover_of_playlist,
        cover_of_song=addresses.cover_of_song,
        day_words=words.day_words,
        file=_file,
        lane=lane,
        lanes=lanes,
        page=addresses.page,
        playlist_page=addresses.playlist_page,
        share=share,
        short_day=words.short_day,
        ticks=ticks,
        time_words=words.time_words,
    )
    return environment
