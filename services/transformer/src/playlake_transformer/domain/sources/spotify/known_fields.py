"""The fields of Spotify's objects: all that Spotify documents or was seen to send.

They include fields that no table has, and fields that some apps do not get. A field that is not
here is reported as new.

Objects: https://developer.spotify.com/documentation/web-api/reference/get-playlist
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_contracts.sources.spotify_dialects import kinds
from playlake_transformer.domain.unknown_fields import PAGE, pages_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_transformer.domain.unknown_fields import KnownFields


def _fields(values: str, **objects: str) -> Mapping[str, str | None]:
    """The fields of an object: those without fields of their own, and those with their objects."""
    return MappingProxyType({**dict.fromkeys(values.split()), **objects})


# What Spotify can play: tracks, episodes, chapters and audiobooks. An entry holds any of them.
_ITEM = _fields(
    # all of them
    "available_markets description explicit href html_description id is_externally_hosted "
    "is_playable language languages name preview_url release_date release_date_precision type uri "
    # tracks
    "disc_number duration_ms episode is_local popularity track track_number "
    # episodes and chapters
    "audio_preview_url chapter_number "
    # audiobooks
    "edition media_type publisher total_chapters",
    album="album",
    artists="artist",
    audiobook="show",
    authors="person",
    chapters="items",
    copyrights="copyright",
    external_ids="external_ids",
    external_urls="external_urls",
    images="image",
    linked_from="link",
    narrators="person",
    restrictions="restrictions",
    resume_point="resume_point",
    show="show",
)


def _playlist(of_entries: str) -> Mapping[str, str | None]:
    """The fields of a playlist, whose entries are in objects or arrays of a kind."""
    return _fields(
        "collaborative description href id name primary_color public snapshot_id type uri",
        external_urls="external_urls",
        followers="followers",
        images="image",
        items=of_entries,
        owner="user",
        tracks=of_entries,
    )


_PAGE = _fields("href limit next offset previous total", items="entry")
_ENTRY = _fields(
    "added_at is_local primary_color",
    added_by="user",
    item="item",
    track="item",
    video_thumbnail="thumbnail",
)

# What the files of other formats than the Web API's hold. Texts, such as CSV, have no fields.
_SAVED: KnownFields = {
    kinds.SAVED_TRACKS: _fields(""),
    pages_of(kinds.SAVED_TRACKS): _PAGE,
    kinds.ENTRY_ARRAY: _fields(""),
    pages_of(kinds.ENTRY_ARRAY): _ENTRY,
    kinds.PLAYLIST_WITH_ENTRIES: _playlist("entry"),
    kinds.ACCOUNT_DATA: _fields(
        "collaborators description lastModifiedDate name numberOfFollowers",
        items="saved entry",
        tracks="saved entry",
    ),
    "saved entry": _fields(
        # with what older downloads have of a track
        "addedDate albumName artistName trackName trackUri",
        audiobook="saved item",
        episode="saved item",
        localTrack="saved item",
        track="saved item",
    ),
    "saved item": _fields(
        "albumName artistName audiobookName audiobookTitle audiobookUri chapterName chapterTitle "
        "chapterUri episodeName episodeUri showName trackName trackUri uri"
    ),
    kinds.ARCHIVE_PRETTY: _fields(
        "description name num_followers original_name snapshot_id unique_name url",
        owner="archived",
        tracks="archived track",
    ),
    kinds.ARCHIVE_CUMULATIVE: _fields(
        "date_first_scraped description name num_followers original_name published_playlist_ids "
        "snapshot_id unique_name url",
        owner="archived",
        tracks="archived track",
    ),
    "archived track": _fields(
        "added_at date_added date_added_asterisk date_removed duration_ms name url",
        album="archived",
        artists="archived",
    ),
    "archived": _fields("name url"),
    kinds.JSPF: _fields("", playlist="jspf playlist"),
    "jspf playlist": _fields(
        "annotation attribution creator date extension identifier image info license link "
        "location meta title",
        track="jspf track",
    ),
    "jspf track": _fields(
        "album annotation creator duration extension identifier image info link location meta "
        "title trackNum"
    ),
    kinds.EXPORTIFY: _fields(""),
    kinds.M3U: _fields(""),
    kinds.XSPF: _fields(""),
}

KNOWN_FIELDS: Final[KnownFields] = MappingProxyType(
    {
        **_SAVED,
        "playlist": _playlist(PAGE),
        PAGE: _PAGE,
        "entry": _ENTRY,
        "item": _ITEM,
        "album": _fields(
            "album_group album_type available_markets genres href id is_playable label name "
            "popularity release_date release_date_precision total_tracks type uri",
            artists="artist",
            copyrights="copyright",
            external_ids="external_ids",
            external_urls="external_urls",
            images="image",
            restrictions="restrictions",
            tracks="items",
        ),
        # The tracks of an album, or the chapters of an audiobook.
        "items": _fields("href limit next offset previous total", items="item"),
        "artist": _fields(
            "genres href id name popularity type uri",
            external_urls="external_urls",
            followers="followers",
            images="image",
        ),
        # A podcast, or the audiobook of a chapter.
        "show": _fields(
            "available_markets description edition explicit href html_description id "
            "is_externally_hosted languages media_type name publisher total_chapters "
            "total_episodes type uri",
            authors="person",
            copyrights="copyright",
            external_urls="external_urls",
            images="image",
            narrators="person",
        ),
        "user": _fields(
            "account_id display_name href id type uri",
            external_urls="external_urls",
            followers="followers",
            images="image",
        ),
        "link": _fields("href id type uri", external_urls="external_urls"),
        "copyright": _fields("text type"),
        "external_ids": _fields("ean isrc upc"),
        "external_urls": _fields("spotify"),
        "followers": _fields("href total"),
        "image": _fields("height url width"),
        "person": _fields("name"),
        "restrictions": _fields("reason"),
        "resume_point": _fields("fully_played resume_position_ms"),
        "thumbnail": _fields("url"),
    }
)
