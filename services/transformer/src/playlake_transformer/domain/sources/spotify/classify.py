"""Turns each entry into a row, and decides the row's `item_type`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET

from playlake_contracts.content import entry_identity
from playlake_contracts.sources.spotify import has_content, item_with_content
from playlake_transformer.domain.model import Entries, EntryRow
from playlake_transformer.domain.sources.spotify.shapes import Entry, Item, TwofoldEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playlake_contracts.tables import ItemType

AnyEntry = Entry | TwofoldEntry

_NO_ITEM: Final = Item()
_NO_ENTRY: Final = Entry(item=None)
_NAMED_TYPES: Final[dict[str, ItemType]] = {
    "track": "track",
    "episode": "episode",
    "chapter": "chapter",
    "audiobook": "audiobook",
}
_item_decoder = msgspec.json.Decoder(Item | None)


def classify(positions: list[int], entries: Sequence[AnyEntry | None]) -> Entries:
    """Build the rows of entries; None is an entry that Spotify sent as null.

    Raises:
        msgspec.DecodeError: the item under the older key is not as documented.
    """
    sent = [entry or _NO_ENTRY for entry in entries]
    items: list[Any] = [entry.item or entry.track for entry in sent]
    odd = [
        place
        for place, item in enumerate(items)
        if not (
            type(item) is Item
            and item.type == "track"
            and item.id
            and item.uri
            and item.name
            and item.restrictions is None
            and not item.is_local
            and not sent[place].is_local
        )
    ]
    rows = [classify_entry(sent[place]) for place in odd]
    for place, row in zip(odd, rows, strict=True):
        items[place] = row.item
    ids = [item.id for item in items]
    read = Entries(
        position=positions,
        item=items,
        item_type=["track"] * len(items),
        identity=[item.uri for item in items],
        added_at=[entry.added_at for entry in sent],
        added_by=[entry.added_by.id if entry.added_by else None for entry in sent],
        track_id=ids,
        episode_id=[None] * len(items),
        reason=[None] * len(items),
    )
    for place, row in zip(odd, rows, strict=True):
        read.set(place, row)
    return read


def classify_entry(entry: AnyEntry | None) -> EntryRow:
    """Build the row of an entry, of whatever kind.

    Raises:
        msgspec.DecodeError: the item under the older key is not as documented.
    """
    parsed = _NO_ENTRY if entry is None else entry
    item = parsed.item
    if not isinstance(item, Item) or not has_content(item):
        item = item_with_content(_items(parsed))
    if item is None:
        return _row(_NO_ITEM, "unavailable", parsed, reason=_missing_item_reason(parsed))
    if parsed.is_local or item.is_local:
        return _row(item, "local", parsed)
    return _by_type(item, parsed)


def unreadable(entry: Entry | None, reason: str) -> EntryRow:
    """Build the row of an entry whose item could not be read."""
    return _row(_NO_ITEM, "unreadable", _NO_ENTRY if entry is None else entry, reason=reason)


def _by_type(item: Item, entry: AnyEntry) -> EntryRow:
    reason = _restriction(item)
    if not item.id:
        return _row(item, "unavailable", entry, reason="no_id")
    named = _named_type(item)
    match _NAMED_TYPES.get(named, "other"):
        # An absent name means nothing, because saved files may lack names.
        case "track" if item.name == "":
            return _row(item, "unavailable", entry, track_id=item.id, reason="taken_down")
        case "track":
            return _row(item, "track", entry, track_id=item.id, reason=reason)
        case "episode":
            return _row(item, "episode", entry, episode_id=item.id, reason=reason)
        case "other":
            return _row(item, "other", entry, reason=f"unknown type: {named}")
        case item_type:
            return _row(item, item_type, entry, reason=reason)


def _row(
    item: Item,
    item_type: ItemType,
    entry: AnyEntry,
    *,
    track_id: str | None = None,
    episode_id: str | None = None,
    reason: str | None = None,
) -> EntryRow:
    user = entry.added_by
    return EntryRow(
        item,
        item_type,
        entry_identity(item.uri, item.id, item.name, _names(item)),
        entry.added_at,
        user.id if user else None,
        track_id,
        episode_id,
        reason,
    )


def _named_type(item: Item) -> str:
    """The type that an item declares, else the type in its URI, else track."""
    if item.type is not None:
        return item.type
    match (item.uri or "").split(":"):
        case ["spotify", named, _, *_]:
            return named
        case _:
            return "track"


def _items(entry: AnyEntry) -> Iterator[Item | None]:
    yield entry.item or None
    track = entry.track
    if isinstance(track, msgspec.Raw):
        yield _item_decoder.decode(track) if track else None
    else:
        yield track or None


def _missing_item_reason(entry: AnyEntry) -> str:
    is_absent = entry.track is UNSET or (isinstance(entry.track, msgspec.Raw) and not entry.track)
    return "absent_item" if entry.item is UNSET and is_absent else "null_item"


def _restriction(item: Item) -> str | None:
    if item.restrictions is not None and item.restrictions.reason:
        return f"restricted: {item.restrictions.reason}"
    return None


def _names(item: Item) -> Iterator[str | None]:
    return (artist.name for artist in item.artists or ())
