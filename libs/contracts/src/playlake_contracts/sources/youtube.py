"""The rules of YouTube that both services need: which video an entry names, and what it is called.

YouTube sends an entry's video twice: in `contentDetails.videoId` and in
`snippet.resourceId.videoId`. A video has an id and no URI of its own; its address stands for one.

Objects: https://developers.google.com/youtube/v3/docs/playlistItems
"""

from __future__ import annotations

from typing import Final

SOURCE: Final = "youtube"

# YouTube's terms let a client keep what a key reads for 30 days. A day's rows go after 28: its
# files follow a day later, and a run of what removes them may be missed.
# https://developers.google.com/youtube/terms/developer-policies, III.E.4
KEEP_DAYS: Final = 28

# How many entries a page has at most, and how many playlists a request names at most:
# https://developers.google.com/youtube/v3/docs/playlistItems/list
ENTRIES_A_PAGE: Final = 50

# The address of a video, before its id.
VIDEO_ADDRESS: Final = "https://www.youtube.com/watch?v="


def video_of(content_details_id: str | None, resource_id: str | None) -> str | None:
    """The id of the video that an entry names; None if it names none."""
    return content_details_id or resource_id or None


def identity_of(video_id: str | None) -> str | None:
    """The text that distinguishes an entry from others: the address of its video.

    It stays the same whatever becomes of the video. None if the entry names no video.
    """
    return f"{VIDEO_ADDRESS}{video_id}" if video_id else None
