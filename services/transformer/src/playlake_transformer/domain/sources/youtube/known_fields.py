"""The fields of YouTube's objects: all that the API documents or was seen to send.

They include fields that no table has. A field that is not here is reported as new.

Objects: https://developers.google.com/youtube/v3/docs/playlists
and https://developers.google.com/youtube/v3/docs/playlistItems
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_transformer.domain.unknown_fields import KnownFields


def _fields(values: str, **objects: str) -> Mapping[str, str | None]:
    """The fields of an object: those without fields of their own, and those with their objects."""
    return MappingProxyType({**dict.fromkeys(values.split()), **objects})


_SIZES: Final = ("default", "medium", "high", "standard", "maxres")
_LIST: Final = "kind etag eventId nextPageToken prevPageToken visitorId"

KNOWN_FIELDS: Final[KnownFields] = MappingProxyType(
    {
        # The response of playlists.list, and that of playlistItems.list.
        "playlist": _fields(_LIST, pageInfo="page_info", items="listed_playlist"),
        "page": _fields(_LIST, pageInfo="page_info", items="entry"),
        "page_info": _fields("totalResults resultsPerPage"),
        "listed_playlist": _fields(
            "kind etag id localizations",
            snippet="playlist_snippet",
            status="status",
            contentDetails="playlist_details",
            player="player",
        ),
        "playlist_snippet": _fields(
            "publishedAt channelId title description thumbnailVideoId tags channelTitle "
            "defaultLanguage",
            thumbnails="thumbnails",
            localized="localized",
        ),
        "playlist_details": _fields("itemCount"),
        "player": _fields("embedHtml"),
        "localized": _fields("title description"),
        "entry": _fields(
            "kind etag id",
            snippet="entry_snippet",
            contentDetails="entry_details",
            status="status",
        ),
        "entry_snippet": _fields(
            "publishedAt channelId title description channelTitle playlistId position "
            "videoOwnerChannelTitle videoOwnerChannelId",
            thumbnails="thumbnails",
            resourceId="resource_id",
        ),
        "entry_details": _fields("videoId startAt endAt note videoPublishedAt"),
        "resource_id": _fields("kind videoId"),
        "status": _fields("privacyStatus podcastStatus"),
        "thumbnails": MappingProxyType(dict.fromkeys(_SIZES, "thumbnail")),
        "thumbnail": _fields("url width height"),
    }
)
