"""The report: two pages that show the measures, as the files of PBIR."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from playlake_warehouses.powerbi.keys import DATES, PLAYLIST_NAMES
from playlake_warehouses.powerbi.schemas import schema
from playlake_warehouses.powerbi.tags import object_name
from playlake_warehouses.powerbi.visuals import (
    BARS,
    CARD,
    COLUMNS,
    LINES,
    SLICER,
    TABLE,
    Area,
    Field,
    Json,
    Visual,
    measure,
    visual_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH: Final = 1280
_HEIGHT: Final = 720
_MARGIN: Final = 16
_CARD_HEIGHT: Final = 96

_PLAYLIST: Final = Field(PLAYLIST_NAMES, "name")
_ADDED: Final = measure("Songs added")
_REMOVED: Final = measure("Songs removed")
_TENURE: Final = measure("Median tenure in days")


class _Page(NamedTuple):
    """A page: its title, and its visuals."""

    title: str
    visuals: tuple[Visual, ...]


def _cards(*names: str) -> tuple[Visual, ...]:
    """A row of cards, one a measure, at the top of a page."""
    width = (_WIDTH - _MARGIN * (len(names) + 1)) // len(names)
    return tuple(
        Visual(
            "",
            CARD,
            Area(_MARGIN + at * (width + _MARGIN), _MARGIN, width, _CARD_HEIGHT),
            {"Values": [measure(name)]},
        )
        for at, name in enumerate(names)
    )


_PAGES: Final = (
    _Page(
        "Playlists",
        (
            *_cards("Playlists", "Entries", "Songs added", "Songs removed", _TENURE.name),
            Visual(
                "Entries by day",
                LINES,
                Area(16, 128, 824, 280),
                {"Category": [Field(DATES, "day")], "Y": [measure("Entries")]},
            ),
            Visual(
                "Songs added and removed by month",
                COLUMNS,
                Area(16, 424, 824, 280),
                {"Category": [Field(DATES, "month")], "Y": [_ADDED, _REMOVED]},
            ),
            Visual("Playlist", SLICER, Area(856, 128, 408, 280), {"Values": [_PLAYLIST]}),
            Visual(
                "Playlists",
                TABLE,
                Area(856, 424, 408, 280),
                {"Values": [_PLAYLIST, _REMOVED, _TENURE, _ADDED]},
                largest_first=True,
            ),
        ),
    ),
    _Page(
        "Songs and runs",
        (
            *_cards("Songs there", "Hours of music", "Runs", "Last run", "History up to"),
            Visual(
                "Artists of the songs that are there",
                BARS,
                Area(16, 128, 616, 576),
                {
                    "Category": [Field("memberships", "artist_names")],
                    "Y": [measure("Songs there")],
                },
                largest_first=True,
            ),
            Visual(
                "Stays in a playlist",
                TABLE,
                Area(648, 128, 616, 352),
                {
                    "Values": [
                        _PLAYLIST,
                        Field("memberships", "name"),
                        Field("memberships", "artist_names"),
                        Field("memberships", "came_on"),
                        Field("memberships", "days_in_playlist"),
                    ]
                },
                largest_first=True,
            ),
            Visual(
                "Playlists that a run did not read, by day",
                COLUMNS,
                Area(648, 496, 616, 208),
                {"Category": [Field(DATES, "day")], "Y": [measure("Playlists not read")]},
            ),
        ),
    ),
)


def report_files() -> dict[str, Json]:
    """The files of the folder `definition` of the report, by their paths in it."""
    return dict(_files())


def _files() -> Iterator[tuple[str, Json]]:
    yield "version.json", {"$schema": schema("version"), "version": "2.0.0"}
    yield (
        "report.json",
        {
            "$schema": schema("report"),
            "themeCollection": {},
            "settings": {"useStylableVisualContainerHeader": True},
        },
    )
    names = [object_name("page", page.title) for page in _PAGES]
    yield (
        "pages/pages.json",
        {"$schema": schema("pages"), "pageOrder": names, "activePageName": names[0]},
    )
    for name, page in zip(names, _PAGES, strict=True):
        yield f"pages/{name}/page.json", _page(name, page.title)
        for order, visual in enumerate(page.visuals):
            own = object_name("visual", page.title, str(order))
            path = f"pages/{name}/visuals/{own}/visual.json"
            yield path, visual_json(visual, own, order)


def _page(name: str, title: str) -> Json:
    return {
        "$schema": schema("page"),
        "name": name,
        "displayName": title,
        "displayOption": "FitToPage",
        "height": _HEIGHT,
        "width": _WIDTH,
    }
