"""Turns each entry into a row, and decides the row's `item_type`.

YouTube keeps the entry of a video that was deleted or made private, under the title "Deleted
video" or "Private video" and without the owner of the video. A video of that title with an owner
is a video.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.sources.youtube import identity_of
from playlake_transformer.domain.model import EntryRow
from playlake_transformer.domain.sources.youtube.shapes import Channel, Entry, EntrySnippet, Video

if TYPE_CHECKING:
    from playlake_contracts.tables import ItemType

_NO_ENTRY: Final = Entry()
_NO_SNIPPET: Final = EntrySnippet()
# Why a video is not there, by the title of its entry, and by the privacy of the video.
_LOST_TITLES: Final = {"Deleted video": "deleted", "Private video": "private"}
_LOST_STATES: Final = {"privacyStatusUnspecified": "deleted", "private": "private"}


def classify_entry(entry: Entry | None) -> EntryRow:
    """Build the row of an entry; None is an entry that YouTube sent as null."""
    sent = entry or _NO_ENTRY
    snippet = sent.snippet or _NO_SNIPPET
    if sent.video_id is None:
        return _row(snippet, Video(), "unavailable", "no_id")
    owner = _owner(snippet)
    if not owner and (reason := _lost(sent, snippet)):
        return _row(snippet, Video(sent.video_id), "unavailable", reason)
    return _row(snippet, Video(sent.video_id, snippet.title, owner), "track", None)


def unreadable(entry: Entry | None, reason: str) -> EntryRow:
    """Build the row of an entry whose video could not be read."""
    snippet = entry.snippet if entry else None
    return _row(snippet or _NO_SNIPPET, Video(), "unreadable", reason)


def _lost(entry: Entry, snippet: EntrySnippet) -> str | None:
    """Why the video is not there; None if it is."""
    privacy = entry.status.privacy_status if entry.status else None
    return _LOST_TITLES.get(snippet.title or "") or _LOST_STATES.get(privacy or "")


def _owner(snippet: EntrySnippet) -> list[Channel]:
    channel = Channel(snippet.video_owner_channel_id, snippet.video_owner_channel_title)
    return [channel] if channel.id or channel.name else []


def _row(snippet: EntrySnippet, video: Video, item_type: ItemType, reason: str | None) -> EntryRow:
    item: Any = video  # the other attributes are absent columns
    return EntryRow(
        item,
        item_type,
        identity_of(video.id),
        added_at=snippet.published_at,
        added_by=snippet.channel_id,
        track_id=video.id,
        reason=reason,
    )
