"""Synthetic responses of the YouTube Data API, as documented and observed.

Shapes: https://developers.google.com/youtube/v3/docs/playlistItems
"""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

PLAYLIST_ID: Final = "PLsynthetic00000000000000000000001"
CHANNEL_ID: Final = "UCsynthetic0000000000001"
OWNER_ID: Final = "UCsynthetic0000000000002"
ADDED_AT: Final = "2026-01-02T03:04:05Z"


def video_id(number: int) -> str:
    """The id of a synthetic video."""
    return f"synthetic{number:02}"


def entry(number: int, **snippet: object) -> Json:
    """An entry of a playlist: a video with its owner."""
    return {
        "kind": "youtube#playlistItem",
        "etag": f"entry-{number}",
        "id": f"synthetic-entry-{number}",
        "snippet": {
            "publishedAt": ADDED_AT,
            "channelId": CHANNEL_ID,
            "title": f"Synthetic video {number}",
            "description": "synthetic",
            "thumbnails": {},
            "channelTitle": "Synthetic listener",
            "videoOwnerChannelTitle": "Synthetic band - Topic",
            "videoOwnerChannelId": OWNER_ID,
            "playlistId": PLAYLIST_ID,
            "position": number,
            "resourceId": {"kind": "youtube#video", "videoId": video_id(number)},
            **snippet,
        },
        "contentDetails": {
            "videoId": video_id(number),
            "videoPublishedAt": "2020-01-02T03:04:05Z",
        },
        "status": {"privacyStatus": "public"},
    }


def lost(number: int, title: str = "Deleted video", privacy: str | None = None) -> Json:
    """The entry of a video that is no longer there: without the owner."""
    one = entry(number, title=title)
    del one["snippet"]["videoOwnerChannelTitle"], one["snippet"]["videoOwnerChannelId"]
    del one["contentDetails"]["videoPublishedAt"]
    one["status"] = {"privacyStatus": privacy or "privacyStatusUnspecified"}
    return one


def page(*entries: object, total: object = None, next_page: str | None = None) -> Json:
    """A response of `playlistItems.list`."""
    return {
        "kind": "youtube#playlistItemListResponse",
        "etag": f"page-{len(entries)}-{next_page}",
        **({"nextPageToken": next_page} if next_page else {}),
        "items": list(entries),
        "pageInfo": {
            "totalResults": len(entries) if total is None else total,
            "resultsPerPage": 50,
        },
    }


def listed(playlist_id: str = PLAYLIST_ID, count: int = 1, **snippet: object) -> Json:
    """A playlist in a response of `playlists.list`."""
    return {
        "kind": "youtube#playlist",
        "etag": f"playlist-{count}",
        "id": playlist_id,
        "snippet": {
            "publishedAt": "2019-01-02T03:04:05Z",
            "channelId": CHANNEL_ID,
            "title": "Synthetic playlist",
            "description": "synthetic &amp; small",
            "thumbnails": {
                "default": {"url": "https://i.example/small.jpg", "width": 120, "height": 90},
                "high": {"url": "https://i.example/large.jpg", "width": 480, "height": 360},
            },
            "channelTitle": "Synthetic listener",
            "localized": {"title": "Synthetic playlist", "description": "synthetic"},
            **snippet,
        },
        "status": {"privacyStatus": "public"},
        "contentDetails": {"itemCount": count},
    }


def playlists(*found: object, next_page: str | None = None) -> Json:
    """A response of `playlists.list`."""
    return {
        "kind": "youtube#playlistListResponse",
        "etag": f"playlists-{len(found)}",
        **({"nextPageToken": next_page} if next_page else {}),
        "pageInfo": {"totalResults": len(found), "resultsPerPage": 50},
        "items": list(found),
    }
