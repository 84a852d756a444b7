"""What files with recordings of MusicBrainz become, from the file to the rows.

All playlists here are synthetic.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from landed_files import Landed, land_and_transform
from saved_snapshots import refusals_of, snapshots_in
from tests.unit.listenbrainz.jspf import OF_TRACK, PLAYLIST, playlist, recording, track

from playlake.history.moments import PlaylistAt
from playlake.history.playlists import Named
from playlake.output import playlist_files
from playlake_contracts.content import entry_identity
from playlake_contracts.sources.dialect_reading import DialectError
from playlake_contracts.sources.listenbrainz_dialects import JSPF, M3U, READERS, XSPF
from playlake_extractor.sources.dialects import NOT_GIVEN, GivenPlaylist
from playlake_extractor.sources.listenbrainz.dialects import translating
from playlake_extractor.sources.listenbrainz.reading import WholePlaylist
from playlake_extractor.sources.saved_files import SavedFile, read_saved
from playlake_lake.history import Entry
from playlake_lake.history.metadata import Metadata
from playlake_lake.history.reading import Held
from playlake_lake.history.records import Playlist
from playlake_lake.history.values import Instant
from playlake_transformer.domain.sources.listenbrainz.decode import entry_pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_extractor.run.saved_snapshots import SavedSnapshot

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
LINK = f"https://listenbrainz.org/playlist/{PLAYLIST}"
OTHER = "5a0f6a5e-0000-4000-8000-000000000002"
MINE = GivenPlaylist(PLAYLIST)
SPOTIFY = "spotify:track:4uLU6hMCjMI75M1A2tKUQC"


def file(playlist: object) -> bytes:
    """A file that is indented oddly, so that a rewritten byte would show."""
    return json.dumps(playlist, indent=3, ensure_ascii=False).encode() + b"\n"


def by_hand(*tracks: object, **fields: object) -> bytes:
    """JSPF without any extension."""
    return file({"playlist": {"title": "Größe", "track": list(tracks), **fields}})


def landed(contents: bytes, given: GivenPlaylist = NOT_GIVEN) -> Landed:
    judged = read_saved([SavedFile("mix.file", contents)], pytest.fail, given)
    assert judged.refusals == []
    (source,) = judged.snapshots
    (snapshot,) = judged.snapshots[source]
    assert source == "listenbrainz"
    read = land_and_transform(snapshot, source=source)
    assert_agreed(snapshot, read)
    return read


def assert_agreed(snapshot: SavedSnapshot, read: Landed) -> None:
    """Both services have to count, digest and name the same."""
    (found,) = read.playlists
    assert found["content_hash"] == snapshot.read.items_sha256
    assert found["entries"] == len(read.items) == snapshot.read.tail.entries
    assert (found["name"], found["total"]) == (snapshot.read.name, snapshot.read.total)
    assert read.unknown_fields == {}


SHOWN_XSPF = f"""<?xml version="1.0" encoding="UTF-8"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/">
  <title>Größe</title>
  <identifier>{LINK}</identifier>
  <trackList>
    <track>
      <location>{recording(1)}</location>
      <identifier>{recording(1)}</identifier>
      <title>Song 1</title>
      <creator>Ana</creator>
      <duration>181000</duration>
      <annotation>added at 2026-11-02T07:08:09+00:00 by robin</annotation>
    </track>
  </trackList>
</playlist>
""".encode()
SHOWN_M3U = f"#EXTM3U\n#PLAYLIST:Größe\n#EXTINF:181,Ana - Song 1\n{recording(1)}\n".encode()
FILES: dict[str, tuple[str, bytes, GivenPlaylist]] = {
    "a saved response": ("playlist", file(playlist(track(1))), NOT_GIVEN),
    "a list of identifiers": ("playlist", file(playlist(track(1), identifier=[LINK])), NOT_GIVEN),
    "an old export": ("playlist", file(playlist(track(1, identifier=recording(1)))), NOT_GIVEN),
    "JSPF by hand": (JSPF, by_hand({"location": [recording(1)], "title": "Song 1"}), MINE),
    "XSPF": (XSPF, SHOWN_XSPF, NOT_GIVEN),
    "M3U": (M3U, SHOWN_M3U, MINE),
    "links": (M3U, f"{recording(1)}\n{recording(2)}".encode(), MINE),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_landed_is_what_was_saved_and_both_services_agree(name: str) -> None:
    kind, contents, given = FILES[name]
    read = landed(contents, given)
    (frame,) = read.frames
    assert (frame.kind, frame.playlist_id) == (kind, PLAYLIST)
    body = bytes(frame.playlist)
    saved = json.loads(body).encode() if body.startswith(b'"') else body + b"\n"
    assert saved == contents
    assert (read.items[0]["item_type"], read.items[0]["identity"]) == ("track", recording(1))


def test_every_kind_has_a_file_here() -> None:
    assert {kind for kind, *_ in FILES.values()} == {"playlist", *READERS}


def test_a_saved_response_is_read_as_a_fetched_one() -> None:
    sent = json.dumps(playlist(track(1), track(2), {"title": "x", "creator": "y"})).encode()
    (snapshot,) = snapshots_in(("a.jspf", sent))
    fetched = WholePlaylist(sent)
    assert (snapshot.playlist, snapshot.kind) == (fetched.playlist(), fetched.kind)
    assert snapshot.read == fetched.result()


@pytest.mark.parametrize("contents", [SHOWN_XSPF, SHOWN_M3U])
def test_titles_artists_and_times_are_read(contents: bytes) -> None:
    (row,) = landed(contents, MINE).items
    columns = ("name", "artist_names", "duration_ms")
    assert tuple(row[column] for column in columns) == ("Song 1", "Ana", 181_000)
    if contents == SHOWN_XSPF:
        assert row["added_at"].isoformat() == "2026-11-02T07:08:09+00:00"
        assert row["added_by"] == "robin"


def test_the_name_that_the_user_gives_comes_first_and_a_missing_one_is_that_of_the_file() -> None:
    response, nameless = (file(playlist(track(1), title=title)) for title in ("Rainy days", None))
    for contents, name in ((response, "Rainy days"), (nameless, "mix")):
        assert landed(contents).playlists[0]["name"] == name
        mine = landed(contents, GivenPlaylist(name="Mine"))
        assert (mine.playlists[0]["name"], mine.playlists[0]["playlist_id"]) == ("Mine", PLAYLIST)


def test_a_file_that_names_no_playlist_is_of_the_one_that_the_user_names() -> None:
    (refusal,) = refusals_of(("a.m3u8", SHOWN_M3U), given=GivenPlaylist(name="Mine"))
    assert refusal == (
        "a.m3u8 does not say of which playlist of ListenBrainz it is: name it with --playlist MBID"
    )
    (refusal,) = refusals_of(("a.m3u8", SHOWN_M3U), given=GivenPlaylist("my-mix"))
    assert refusal.endswith("'my-mix' is none: give --playlist the MBID or the link of one")
    (refusal,) = refusals_of(("a.xspf", SHOWN_XSPF), given=GivenPlaylist(OTHER))
    assert refusal.startswith(f"a.xspf is of playlist {PLAYLIST!r}, and not of {OTHER!r}")


def test_the_first_source_that_recognises_an_entry_takes_the_file() -> None:
    mixed = [{"identifier": recording(1)}, {"identifier": [SPOTIFY]}]
    judged = read_saved([SavedFile("a", by_hand(*mixed, identifier=LINK))], pytest.fail)
    assert list(judged.snapshots) == ["spotify"]
    # A name as `show` writes it, or a word about Spotify, belongs to no source.
    names = by_hand({"identifier": "name:x"}, {"identifier": recording(1)}, identifier=LINK)
    assert landed(names).items[0]["identity"] == "name:x"
    about = SHOWN_XSPF.replace(b"<title>Song 1<", b"<title>Song 1 open.spotify.com/track/x<")
    assert landed(about).frames[0].kind == XSPF


def test_a_file_whose_rows_would_all_be_unavailable_is_refused() -> None:
    nowhere = track(1, identifier=None, location=[recording(1)])
    (refusal,) = refusals_of(("a.jspf", file(playlist(nowhere))))
    assert refusal.startswith("a.jspf: none of the 1 entries has an id, so all of their rows would")


def test_a_response_of_another_form_is_refused_with_what_is_wrong() -> None:
    (refusal,) = refusals_of(("a.jspf", file(playlist(track(1), title=5))))
    assert refusal.startswith("a.jspf cannot be read: ListenBrainz's jspf is not as documented")


@pytest.mark.parametrize(
    "contents",
    [
        file(playlist(track(1), track(2, duration="long"))),
        by_hand({"identifier": recording(1)}, {"identifier": recording(2), "duration": "long"}),
        SHOWN_XSPF.replace(b">181000<", b">long<"),
    ],
)
def test_a_bad_value_is_null_and_what_was_saved_of_its_entry_is_in_quarantine(
    contents: bytes,
) -> None:
    read = landed(contents, MINE)
    assert read.items[-1]["duration_ms"] is None
    (quarantined,) = read.quarantine
    assert quarantined["entry_position"] == len(read.items) - 1
    saved = json.loads(quarantined["raw"])
    if isinstance(saved, str):
        assert "long</" in saved
    else:
        assert saved in json.loads(contents)["playlist"]["track"]


def test_the_pieces_of_a_frame_are_what_was_saved() -> None:
    (frame,) = landed(SHOWN_XSPF).frames
    ((position, piece),) = entry_pieces(msgspec.json.encode(frame))
    assert position == 0
    assert json.loads(piece).startswith("<")


def test_a_playlist_with_too_many_entries_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translating, "MAX_SNAPSHOT_ENTRIES", 1)
    (refusal,) = refusals_of(("a.jspf", file(playlist(track(1), track(2)))))
    assert refusal == "a.jspf has more than 1 entries"


def test_an_entry_that_is_no_object_keeps_its_position() -> None:
    read = landed(by_hand(None, {"identifier": recording(1)}), MINE)
    assert [row["item_type"] for row in read.items] == ["unavailable", "track"]


VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from([recording(1), LINK, "name:a%09b", "added by x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["playlist", "track", "identifier", "location", "title", "annotation", "extension"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", READERS)
@given(value=VALUES)
def test_a_reader_reads_any_json_or_says_what_is_wrong(kind: str, value: object) -> None:
    try:
        jspf, read_from = READERS[kind](json.dumps(value).encode())
    except DialectError:
        return
    assert len(json.loads(jspf)["playlist"]["track"]) == len(read_from)


texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=8)
entries = st.builds(
    Entry,
    st.integers(1, 99).map(recording)
    | st.builds(entry_identity, st.none(), st.none(), texts, st.lists(texts, max_size=1)),
    st.none() | st.datetimes(datetime(2019, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.none() | st.text("abc", min_size=1),
    st.just("track"),
    st.none() | texts,
    st.none() | texts,
)
FIRST = Entry(recording(1), AT, "robin", "track", "Song", "Ana")


def shown(*contents: Entry) -> PlaylistAt:
    held = Held((FIRST, *contents), "run", Instant(AT, "run"), is_gone=False)
    named = Named(Playlist("listenbrainz", PLAYLIST), "Größe")
    return PlaylistAt(named, AT, held, Metadata(name="Größe", description="d", owner="robin"))


@pytest.mark.parametrize("write", [playlist_files.jspf, playlist_files.xspf])
@settings(max_examples=20)
@given(contents=st.lists(entries, max_size=5))
def test_jspf_and_xspf_of_show_come_back_as_they_were(
    write: Callable[[PlaylistAt], str], contents: list[Entry]
) -> None:
    at = shown(*contents)
    (snapshot,) = snapshots_in(("a", write(at).encode()))
    assert (snapshot.playlist_id, snapshot.read.name) == (PLAYLIST, "Größe")
    jspf = READERS[snapshot.kind](snapshot.playlist or b"").jspf
    found: list[dict[str, Any]] = json.loads(jspf)["playlist"]["track"]
    for entry, sent in zip(at.held.contents, found, strict=True):
        names = [sent.get("creator")]
        identity = sent.get("identifier", [None])[0] or entry_identity(
            None, None, sent.get("title"), names
        )
        extension = sent.get("extension", {}).get(OF_TRACK, {})
        added = entry.added_at and entry.added_at.isoformat(timespec="seconds")
        assert identity == entry.identity
        assert (extension.get("added_at"), extension.get("added_by")) == (added, entry.added_by)


def test_m3u_of_show_comes_back_with_what_has_an_address() -> None:
    at = shown(Entry("name:x", name="x"), Entry(recording(2), item_type="track"))
    read = landed(playlist_files.m3u(at).encode(), MINE)
    assert [(row["identity"], row["name"]) for row in read.items] == [
        (recording(1), "Song"), (recording(2), None),
    ]  # fmt: skip
