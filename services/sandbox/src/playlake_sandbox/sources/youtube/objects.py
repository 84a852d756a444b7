"""YouTube's objects as JSON. The etag of an object is a digest of all that it says.

https://developers.google.com/youtube/v3/docs/playlists and .../playlistItems
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from playlake_sandbox.sources.youtube.world import Kept, Video, channel_id, video_of
from playlake_sandbox.world.history import FIRST_DAY, addition

Object = dict[str, Any]

_ETAG_BYTES: Final = 20
_THUMBNAILS: Final = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}
_LOST: Final = {
    "deleted": ("Deleted video", "This video is unavailable.", "privacyStatusUnspecified"),
    "private": ("Private video", "This video is private.", "private"),
}
_BEGINNING: Final = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)


def written(value: object) -> bytes:
    """Returns JSON as YouTube writes it."""
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()


def with_etag(kind: str, members: Mapping[str, Any]) -> Object:
    """Returns an object with its kind, and with the etag of its contents."""
    digest = blake2b(json.dumps(members).encode(), digest_size=_ETAG_BYTES)
    return {"kind": f"youtube#{kind}", "etag": digest.hexdigest(), **members}


def playlist(kept: Kept, slots: Sequence[int], parts: Iterable[str]) -> Object:
    """Returns a playlist that holds these slots, with the requested parts."""
    profile, seed = kept.playlist.profile, kept.playlist.seed
    texts = {"title": profile.name, "description": profile.description or ""}
    cover = video_of(kept.playlist, slots[0]).id if slots else "no_video"
    every = {
        "snippet": {
            "publishedAt": _time(_BEGINNING - timedelta(days=kept.playlist.number % 1_000)),
            "channelId": channel_id(seed, profile.owner),
            **texts,
            "thumbnails": _thumbnails(cover),
            "channelTitle": profile.owner.display_name,
            "localized": texts,
        },
        "status": {"privacyStatus": kept.privacy},
        "contentDetails": {"itemCount": len(slots)},
    }
    return with_etag("playlist", {"id": kept.playlist.id, **_chosen(every, parts)})


def entry(kept: Kept, slot: int, position: int, day: date, parts: Iterable[str]) -> Object:
    """Returns an entry on a day, with the requested parts."""
    known = kept.playlist
    video, added = video_of(known, slot), addition(known, slot)
    is_lost = video.is_lost(day)
    there = (video.title, f"Provided to YouTube for {video.owner}", "public")
    title, description, privacy = _LOST[video.lost_as] if is_lost else there
    every = {
        "snippet": {
            "publishedAt": _time(added.at or _BEGINNING),
            "channelId": channel_id(known.seed, known.profile.owner),
            "title": title,
            "description": description,
            "thumbnails": {} if is_lost else _thumbnails(video.id),
            "channelTitle": known.profile.owner.display_name,
            **({} if is_lost else _owner(video)),
            "playlistId": known.id,
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": video.id},
        },
        "contentDetails": {
            "videoId": video.id,
            **({} if is_lost else {"videoPublishedAt": "2019-05-06T07:08:09Z"}),
        },
        "status": {"privacyStatus": privacy},
    }
    entry_id = f"{known.id}.{slot:012x}"
    return with_etag("playlistItem", {"id": entry_id, **_chosen(every, parts)})


def _owner(video: Video) -> Object:
    return {"videoOwnerChannelTitle": video.owner, "videoOwnerChannelId": video.owner_id}


def _chosen(every: Mapping[str, Any], parts: Iterable[str]) -> Object:
    wanted = set(parts)
    return {part: value for part, value in every.items() if part in wanted}


def _thumbnails(video_id: str) -> Object:
    return {
        size: {"url": f"https://i.ytimg.com/vi/{video_id}/{size}.jpg", "width": w, "height": h}
        for size, (w, h) in _THUMBNAILS.items()
    }


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
