"""The row of a playlist, and texts in names and descriptions."""

import pytest
from tests.unit.transformer.curated import FETCHED_AT, curate, curate_entries, frame
from tests.unit.transformer.synthetic import (
    GENERATIONS,
    Json,
    album,
    artist,
    entry,
    in_generation,
    playlist,
    track,
)

from playlake_contracts.sources.spotify import Api


def content_hash(*entries: Json | None, api: Api = "classic") -> str:
    found: str = curate_entries(*entries, api=api).only("playlists")["content_hash"]
    return found


def test_a_playlist_is_a_row_with_all_of_its_columns() -> None:
    row = curate(frame(playlist([entry(track(1))]))).only("playlists")
    version, _, digest = row.pop("content_hash").partition(":")
    assert (version, len(digest)) == ("2", 32)
    assert row == {
        "source": "spotify",
        "run_id": "20261121T060000Z-k3x2ab",
        "part": "part-0000",
        "snapshot_date": "2026-11-21",
        "fetched_at": FETCHED_AT,
        "playlist_id": "playlist00000000000001",
        "snapshot_id": "MTAsOGY+/=",
        "name": "Playlist 1",
        "description": "Made up & made for tests",
        "description_raw": "Made up &amp; made for tests",
        "owner_id": "alice",
        "owner_name": "Alice",
        "is_public": True,
        "is_collaborative": False,
        "followers": 7,
        "image_url": "https://mosaic.scdn.co/640/1",
        "total": 1,
        "entries": 1,
        "is_complete": True,
        "api": "classic",
    }


@pytest.mark.parametrize(
    ("listed", "sent", "version"),
    [("listed", "sent", "listed"), (None, "sent", "sent"), ("listed", None, "listed")],
)
def test_the_snapshot_id_of_the_envelope_takes_precedence(
    listed: str | None, sent: str | None, version: str
) -> None:
    """The extractor checked the pages against the snapshot_id of the envelope."""
    curated = curate(frame(playlist(snapshot_id=sent), snapshot_id=listed))
    assert curated.only("playlists")["snapshot_id"] == version


def test_followers_that_are_not_sent_are_null() -> None:
    newer = in_generation(playlist(), "items")
    assert curate(frame(newer, api="items")).only("playlists")["followers"] is None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Rock &amp; Roll", "Rock & Roll"),
        ("it&#x27;s 50&#x2F;50", "it's 50/50"),
        ('<a href="spotify:x">here</a>', '<a href="spotify:x">here</a>'),
        ("&amp;amp;", "&amp;"),
        ("50 % & more &", "50 % & more &"),
        ("&#0; &#xD800;", "\ufffd \ufffd"),
        ("", None),
        (None, None),
    ],
)
def test_a_description_is_stored_decoded_and_as_sent(raw: str | None, text: str | None) -> None:
    row = curate(frame(playlist(description=raw))).only("playlists")
    assert row["description_raw"] == raw
    assert row["description"] == text


def test_a_playlist_may_have_an_empty_name() -> None:
    assert curate(frame(playlist(name=""))).only("playlists")["name"] is None


def test_an_empty_text_is_null_but_texts_are_kept_as_sent() -> None:
    sent = playlist([entry(track(1), added_by={"id": ""})], description="", snapshot_id="")
    curated = curate(frame(sent, snapshot_id=None))
    row = curated.only("playlists")
    assert (row["description"], row["description_raw"], row["snapshot_id"]) == (None, "", None)
    assert curated.only("playlist_items")["added_by"] is None


def test_a_playlist_may_have_only_an_id() -> None:
    silent = dict.fromkeys(playlist()) | {"id": "x"}
    row = curate(frame(silent)).only("playlists")
    for column in ("name", "owner_id", "owner_name", "is_public", "image_url", "total"):
        assert row[column] is None
    assert row["entries"] == 0


@pytest.mark.parametrize("owner", [None, {}, {"id": None, "display_name": None}])
def test_an_owner_may_be_unknown(owner: Json | None) -> None:
    row = curate(frame(playlist(owner=owner))).only("playlists")
    assert (row["owner_id"], row["owner_name"]) == (None, None)


@pytest.mark.parametrize("images", [None, []])
def test_a_playlist_may_lack_a_cover(images: list[Json] | None) -> None:
    assert curate(frame(playlist(images=images))).only("playlists")["image_url"] is None


@pytest.mark.parametrize("api", GENERATIONS)
def test_the_same_content_has_the_same_hash_in_every_generation(api: Api) -> None:
    entries = [entry(track(1)), entry(None), entry(track(2))]
    assert content_hash(*entries, api=api) == content_hash(*entries)


def test_changes_of_popularity_do_not_change_the_hash() -> None:
    assert content_hash(entry(track(1, popularity=1, album=album(5)))) == content_hash(
        entry(track(1, popularity=2, preview_url=None))
    )


def test_content_without_uris_is_distinguished_by_ids_and_names() -> None:
    """A response that was saved with `fields=` may have no URIs."""
    by_id, other_id = entry(track(1, uri=None)), entry(track(2, uri=None))
    by_name = entry(track(1, uri=None, id=None, name="One"))
    other_name = entry(track(1, uri=None, id=None, name="Two"))
    other_artist = entry(track(1, uri=None, id=None, name="One", artists=[artist(2)]))
    entries = [by_id, other_id, by_name, other_name, other_artist]
    assert len({content_hash(one) for one in entries}) == len(entries)
    found = [row["identity"] for row in curate_entries(*entries).items]
    assert found == [
        "id:track00000000000000001",
        "id:track00000000000000002",
        "name:One\tArtist 1",
        "name:Two\tArtist 1",
        "name:One\tArtist 2",
    ]


def test_every_change_of_content_changes_the_hash() -> None:
    one, two = entry(track(1)), entry(track(2))
    later = entry(track(1), added_at="2024-03-01T00:00:00Z")
    singles: list[list[Json | None]] = [[], [one], [two], [later], [None]]
    contents: list[list[Json | None]] = [*singles, [one, two], [two, one], [one, one], [None, one]]
    assert len({content_hash(*entries) for entries in contents}) == len(contents)


@pytest.mark.parametrize(
    "text",
    [
        "Motörhead",
        "Sigur Rós — Ágætis byrjun",
        "宇多田ヒカル",
        "🎧 100 % 🇩🇪 👩\u200d🎤",
        "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd",
        "line\nbreak\r\n\ttab",
        "\"quotes\" \\ and, commas; 'single'",
        "\\u0000 spelt out",
        "\u0001\u001f\u007f\u2028\ufeff",
        "x" * 100_000,
    ],
    ids=lambda text: ascii(text)[:24],
)
def test_any_text_is_stored_unchanged(text: str) -> None:
    assert names_of(text) == {text}


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (" \u00a0 trimmed\t\n", "trimmed"),
        ("\u3000\u5b87\u591a\u7530 \u30d2\u30ab\u30eb", "\u5b87\u591a\u7530 \u30d2\u30ab\u30eb"),
        ("Beyonce\u0301", "Beyonc\u00e9"),
        ("\u1112\u1161\u11ab", "\ud55c"),
        ("\u212b", "\u00c5"),
        ("", None),
        (" \u2003 ", None),
    ],
)
def test_a_name_is_trimmed_composed_and_null_if_nothing_is_left(
    sent: str, name: str | None
) -> None:
    assert names_of(sent) == {name}


def names_of(text: str) -> set[str | None]:
    """What a text becomes as a name, in every table."""
    credited = [artist(1, name=text)]
    # Spotify sends a track whose name is empty after a takedown.
    item = track(1, name=text or " ", album=album(1, name=text, artists=[]), artists=credited)
    curated = curate(frame(playlist([entry(item)], name=text, owner={"display_name": text})))
    assert curated.quarantined("playlist_items") == []
    row, listed = curated.only("playlist_items"), curated.only("playlists")
    return {
        *(listed[column] for column in ("name", "owner_name")),
        *(row[column] for column in ("name", "album_name", "artist_names")),
        *(curated.only(table)["name"] for table in ("tracks", "albums")),
        curated.only("artists")["name"],
        curated.rows("track_artists")[0]["artist_name"],
    }


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\0b", "a\ufffdb"),
        ("\0\0", "\ufffd\ufffd"),
        ("\\\0", "\\\ufffd"),
        ("\\u0000", "\\u0000"),
        ("\\\\u0000\0", "\\\\u0000\ufffd"),
    ],
)
def test_a_nul_escape_is_replaced_and_an_escaped_backslash_is_not(text: str, kept: str) -> None:
    """Text columns of warehouses do not store NUL."""
    assert curate_entries(entry(track(1, name=text))).only("tracks")["name"] == kept
