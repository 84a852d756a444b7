"""The fields of Spotify's objects that the tables have, in both generations of keys."""

from slow_transform.reading import FLAG, INT32, INT64, MARKETS, OFFSET, TEXT

NAMED = {"id": TEXT, "name": TEXT}
USER = {"id": TEXT, "display_name": TEXT}
FOLLOWERS = {"total": INT64}
EXTERNAL_IDS = {"isrc": TEXT, "upc": TEXT}
IMAGES = [{"url": TEXT}]

ARTIST = NAMED | {"followers": FOLLOWERS, "genres": [TEXT], "popularity": INT32}

ALBUM = NAMED | {
    "album_type": TEXT,
    "artists": [ARTIST],
    "available_markets": MARKETS,
    "external_ids": EXTERNAL_IDS,
    "genres": [TEXT],
    "images": IMAGES,
    "label": TEXT,
    "popularity": INT32,
    "release_date": TEXT,
    "release_date_precision": TEXT,
    "total_tracks": INT32,
}

ITEM = NAMED | {
    "album": ALBUM,
    "artists": [ARTIST],
    "audiobook": NAMED,
    "available_markets": MARKETS,
    "disc_number": INT32,
    "duration_ms": INT64,
    "explicit": FLAG,
    "external_ids": EXTERNAL_IDS,
    "is_local": FLAG,
    "is_playable": FLAG,
    "linked_from": NAMED,
    "popularity": INT32,
    "restrictions": {"reason": TEXT},
    "show": NAMED,
    "track_number": INT32,
    "type": TEXT,
    "uri": TEXT,
}

# An entry has its item under one of two keys, or under both.
ADDED = {"added_at": TEXT, "added_by": USER, "is_local": FLAG}
NEWER_ENTRY = ADDED | {"item": ITEM}
ENTRY = NEWER_ENTRY | {"track": ITEM}

PAGE_NUMBERS = {"offset": OFFSET, "total": INT32}

PLAYLIST = {
    "collaborative": FLAG,
    "description": TEXT,
    "followers": FOLLOWERS,
    "images": IMAGES,
    "name": TEXT,
    "owner": USER,
    "public": FLAG,
    "snapshot_id": TEXT,
}
