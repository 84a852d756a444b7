"""Reads the frame of a playlist: its pages, the positions of its entries, and its row."""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slow_transform.entries import item_row, read_entry
from slow_transform.reading import Faults, read
from slow_transform.rules import ORIGIN, Origin
from slow_transform.shapes import PAGE_NUMBERS, PLAYLIST

if TYPE_CHECKING:
    from slow_transform.json_text import Piece
    from slow_transform.objects import Row
    from slow_transform.reading import Shape

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """The entries of a page; None if the source withheld them."""

    entries: list[Piece] | None
    offset: int | None
    total: int | None


@dataclass(slots=True)
class Snapshot:
    """The rows of a playlist.

    Attributes:
        playlist: its row of `playlists`.
        items: its rows of `playlist_items`.
        tracks: the items that are tracks of the catalogue, in their order, with their origins.
        quarantined: the rows of `quarantine`, without their number.
    """

    playlist_id: str
    playlist: Row = field(default_factory=dict)
    items: list[Row] = field(default_factory=list)
    tracks: list[tuple[Json, Origin]] = field(default_factory=list)
    quarantined: list[Row] = field(default_factory=list)
    lost_a_page: bool = False

    def quarantine(
        self, table: str, piece: Piece, faults: Faults, position: int | None = None
    ) -> None:
        """Keep a piece that has faults."""
        self.quarantined.append(
            {
                "table_name": table,
                "playlist_id": self.playlist_id,
                "entry_position": position,
                "code": faults.codes,
                "reason": faults,
                "raw": piece.text,
            }
        )

    def read(self, table: str, piece: Piece, shape: Shape) -> Json:
        """Read a piece, and keep it if it has faults."""
        value, faults = read(piece, shape)
        if faults:
            self.quarantine(table, piece, faults)
        return value or {}


def read_snapshot(envelope: Json, pieces: dict[str, Piece]) -> Snapshot:
    """Read a playlist from the values and the pieces of its frame."""
    snapshot = Snapshot(envelope["playlist_id"])
    playlist = snapshot.read("playlists", pieces["playlist"], PLAYLIST)
    pages = _pages(snapshot, pieces)
    digest = 0
    for position, entry in _numbered(pages):
        row, added_at = _add_entry(snapshot, position, entry)
        text = f"{position}\t{row['identity']}\t{added_at}"
        digest += int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")
    snapshot.playlist = _playlist_row(snapshot, envelope, playlist) | {
        "total": next((page.total for page in pages if page.total is not None), None),
        "content_hash": f"2:{digest % 2**128:032x}",
    }
    return snapshot


def _playlist_row(snapshot: Snapshot, envelope: Json, playlist: Json) -> Row:
    owner, description = playlist.get("owner") or {}, playlist.get("description")
    return {
        "playlist_id": snapshot.playlist_id,
        "snapshot_id": envelope["snapshot_id"] or playlist.get("snapshot_id"),
        "name": playlist.get("name"),
        "description": html.unescape(description) if description else None,
        "description_raw": description,
        "owner_id": owner.get("id"),
        "owner_name": owner.get("display_name"),
        "is_public": playlist.get("public"),
        "is_collaborative": playlist.get("collaborative"),
        "followers": (playlist.get("followers") or {}).get("total"),
        "image_url": first_image(playlist),
        "entries": len(snapshot.items),
        "is_complete": envelope["complete"] and not snapshot.lost_a_page,
        "api": envelope["api"],
    }


def first_image(of: Json) -> str | None:
    """The address of the first cover, which is the largest."""
    images = of.get("images") or [{}]
    url: str | None = images[0].get("url")
    return url


def _pages(snapshot: Snapshot, pieces: dict[str, Piece]) -> list[Page]:
    first = _first_page(snapshot, pieces["playlist"].members())
    further = [_page(snapshot, piece) for piece in pieces["pages"].elements()]
    return [page for page in [first, *further] if page is not None]


def _first_page(snapshot: Snapshot, playlist: dict[str, Piece]) -> Page | None:
    """The page in the playlist: the first key that has entries, else the first that is empty."""
    empty = None
    for key in ("items", "tracks"):
        page = _page(snapshot, playlist[key]) if key in playlist else None
        if page is not None and page.entries:
            return page
        if page is not None and empty is None and (page.entries == [] or page.total == 0):
            empty = page
    return empty


def _page(snapshot: Snapshot, piece: Piece) -> Page | None:
    """Read a page; what is neither an object nor null, or lists no entries, is lost."""
    value = piece.value
    if value is None:
        return None
    items = value.get("items") if isinstance(value, dict) else 0
    if not isinstance(items, list | None):
        snapshot.lost_a_page = True
        paths = {"$.items"} if isinstance(value, dict) else set()
        snapshot.quarantine("playlist_items", piece, Faults({"wrong_type"}, paths))
        return None
    numbers = snapshot.read("playlist_items", piece, PAGE_NUMBERS)
    entries = None if items is None else piece.members()["items"].elements()
    return Page(entries, numbers.get("offset"), numbers.get("total"))


def _numbered(pages: list[Page]) -> list[tuple[int, Piece]]:
    """Number the entries: a page begins at its offset, but never before the page before it ends."""
    numbered: list[tuple[int, Piece]] = []
    following = 0
    for page in pages:
        start = max(following, page.offset or 0)
        entries = page.entries or []
        numbered += [(start + number, entry) for number, entry in enumerate(entries)]
        following = start + len(entries)
    return numbered


def _add_entry(snapshot: Snapshot, position: int, piece: Piece) -> tuple[Row, str | None]:
    """Add the row of an entry, and return it with the time of adding as sent."""
    entry, item, faults = read_entry(piece)
    if faults:
        snapshot.quarantine("playlist_items", piece, faults, position)
    row = item_row(entry, item, faults)
    origin = Origin(piece.text, snapshot.playlist_id, position)
    own = {"playlist_id": snapshot.playlist_id, "position": position, ORIGIN: origin}
    snapshot.items.append(own | row)
    if item is not None and row["item_type"] == "track":
        snapshot.tracks.append((item, origin))
    return row, (entry or {}).get("added_at")
