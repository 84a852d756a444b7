"""What is no playlist is refused by its name, and with what to do instead.

All contents here are synthetic.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saved_snapshots import refusals_of, snapshots_in

from playlake_contracts.raw import Tail
from playlake_contracts.sources.spotify_dialects import READERS, DialectError
from playlake_extractor.ports import PlaylistRead
from playlake_extractor.run.saved_snapshots import SavedSnapshot
from playlake_extractor.sources.dialects import Document, GivenPlaylist
from playlake_extractor.sources.registry import SOURCES
from playlake_extractor.sources.saved_files import SavedFile, read_saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.unit.saved_files.conftest import Saved

MUSICBRAINZ = "https://musicbrainz.org/recording/b0c47a06-0000-4000-8000-000000000001"
LISTENBRAINZ = "https://listenbrainz.org/playlist/5a0f6a5e-0000-4000-8000-000000000001"
NO_PLAYLISTS: dict[str, tuple[Any, str]] = {
    "StreamingHistory": (
        [{"endTime": "2024-01-01 10:00", "artistName": "a", "trackName": "t", "msPlayed": 5}] * 3,
        "is a history of streams, which has no playlists: import Playlist1.json",
    ),
    "endsong": (
        [{"ts": "2024-01-01T10:00:00Z", "ms_played": 5, "spotify_track_uri": "spotify:track:a"}],
        "is a history of streams, which has no playlists: import Playlist1.json",
    ),
    "YourLibrary": (
        {"tracks": [{"artist": "a", "track": "t", "uri": "spotify:track:a"}], "albums": [],
         "shows": []},
        "is YourLibrary, the names of what you saved without the days: import pages of /me/tracks",
    ),
    "SearchQueries": (
        [{"platform": "x", "searchTime": "x", "searchQuery": "x"}],
        "is a list of searches of the account data: import Playlist1.json",
    ),
    "results of a search": (
        {"tracks": {"href": "https://api.spotify.example/v1/search?q=x", "items": []}},
        "holds the results of a search, which are in no playlist: import the response of GET",
    ),
    "the web player": (
        {"data": {"playlistV2": {"name": "n"}}, "extensions": {}},
        "is in the format of Spotify's web player, which is no interface: save the playlist with",
    ),
    "JSPF that has a recording elsewhere": (
        {"playlist": {"title": "t", "info": MUSICBRAINZ, "track": [{"title": "x"}]}},
        ("has addresses of MusicBrainz or ListenBrainz, but no track whose identifier or location "
        "is a recording of MusicBrainz: import the response of GET /1/playlist/{mbid}"),
    ),
    "a list of ListenBrainz's playlists": (
        {"playlist_count": 1, "playlists": [{"playlist": {"identifier": LISTENBRAINZ}}]},
        "is a list of playlists of ListenBrainz without their recordings: import the response of",
    ),
    "a playlist of such a list": (
        {"playlist": {"identifier": LISTENBRAINZ, "title": "t", "track": []}},
        "has no tracks, like every playlist in a list of playlists: import the response of",
    ),
    "JSPF without its playlist": (
        {"playlist": {"track": [{"identifier": MUSICBRAINZ, "title": "x"}]}},
        "does not say of which playlist of ListenBrainz it is: name it with --playlist MBID",
    ),
    "a list of playlists": (
        {"href": "https://api.spotify.example/v1/me/playlists", "items": [{"type": "playlist"}]},
        "is a response of '/v1/me/playlists': only playlists and pages of their items",
    ),
    "a frame of another source": (
        {"schema": "playlake.raw/1", "source": "other", "kind": "playlist"},
        ("is a frame of a raw part of Playlake, of source 'other' and kind 'playlist', unpacked "
        "(unknown_schema): give the part as it was landed"),
    ),
}  # fmt: skip
NO_JSON = {
    "a web page": ("\n<!DOCTYPE html><html>spotify:track:abc", "is a web page and not its data"),
    "other columns": ("Title;Artist\nx;y\n", "is CSV without the columns of Exportify"),
    "M3U of files": ("#EXTM3U\nmusic/one.mp3\n", "names no track of Spotify"),
    "XSPF of MusicBrainz": (
        f'<playlist xmlns="http://xspf.org/ns/0/"><info>{MUSICBRAINZ}</info></playlist>',
        "has addresses of MusicBrainz or ListenBrainz, but no track whose identifier or location",
    ),
    "XSPF that names Spotify beside its tracks": (
        '<playlist xmlns="http://xspf.org/ns/0/"><info>spotify:track:abc</info></playlist>',
        "names no track of Spotify: import a file with Spotify's links or URIs",
    ),
    "M3U that names Spotify beside its tracks": (
        "#EXTM3U\n#EXTINF:1,spotify:track:abc\nmusic/one.mp3\n", "names no track of Spotify",
    ),
    "columns alone": ("Track URI,Track Name\n", "has columns and no rows"),
    "a short row's opposite": (
        "Track URI,Track Name\nspotify:track:a,b,c\n", "has more values than columns on line 2"
    ),
    "an open quotation mark": (
        'Track URI,Track Name\nspotify:track:a,"b\n', "is no CSV after line 1: unexpected end"
    ),
    "XML that ends early": (
        '<playlist xmlns="http://xspf.org/ns/0/">spotify:track:abc', "is no XML: "
    ),
    "XML with entities": (
        ('<playlist xmlns="http://xspf.org/ns/0/"><!DOCTYPE x [<!ENTITY a "b">]>'
        "spotify:track:abc</playlist>"), "declares a document type, which no XSPF has"
    ),
    "another XML": (
        '<playlist xmlns="http://other/">spotify:track:abc</playlist>', "is XML, but no XSPF"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_PLAYLISTS)
def test_json_that_is_no_playlist_is_named(name: str) -> None:
    value, what = NO_PLAYLISTS[name]
    (refusal,) = refusals_of(("a.json", json.dumps(value).encode()))
    assert refusal.startswith(f"a.json {what}")


@pytest.mark.parametrize("name", NO_JSON)
def test_text_that_is_no_playlist_is_named(name: str) -> None:
    text, what = NO_JSON[name]
    (refusal,) = refusals_of(("a.txt", text.encode()))
    assert refusal.startswith(f"a.txt {what}")
    assert "\n" not in refusal


@pytest.mark.parametrize("contents", [b"", b"\xef\xbb\xbf", b"\n \n"])
def test_an_empty_file_is_empty_whatever_its_name(contents: bytes) -> None:
    assert refusals_of(("a.csv", contents)) == ["a.csv is empty"]


def test_text_that_is_not_utf_8_is_refused_with_what_to_do() -> None:
    (refusal,) = refusals_of(("a.csv", "Track URI,Größe\n".encode("latin-1")))
    assert refusal == "a.csv is neither JSON nor UTF-8 text: convert it to UTF-8 first"


def test_entries_that_name_nothing_are_refused_with_the_reason(saved: Saved) -> None:
    page = {"items": [{"item": None}, {"item": {"name": "n"}}], "total": 2}
    judged = read_saved([SavedFile("a.json", saved.file(saved.playlist(page)))], pytest.fail)
    (refusal,) = judged.refusals
    assert refusal.startswith("a.json: none of the 2 entries has an id, so all of their rows would")
    assert judged.snapshots == {"spotify": []}


def test_good_files_are_not_held_up_by_bad_ones(saved: Saved) -> None:
    files = [
        SavedFile("bad.json", b"{}"),
        SavedFile("good.json", saved.file(saved.playlist())),
        SavedFile("worse.json", b"nothing"),
    ]
    judged = read_saved(files, pytest.fail)
    assert [snapshot.origins for snapshot in judged.snapshots["spotify"]] == [("good.json",)]
    assert [refusal.split()[0] for refusal in judged.refusals] == ["bad.json", "worse.json"]


def test_what_is_no_playlist_in_an_archive_is_left_out(saved: Saved) -> None:
    said: list[str] = []
    files = [
        SavedFile("a.zip/Playlist1.json", saved.file(saved.playlist()), "a.zip"),
        SavedFile("a.zip/Userdata.json", b"{}", "a.zip"),
        SavedFile("a.zip/ReadMe.pdf", b"%PDF", "a.zip"),
    ]
    judged = read_saved(files, said.append)
    assert len(judged.snapshots["spotify"]) == 1
    assert judged.refusals == []
    assert said == ["a.zip: 2 files are left out, because they are no playlists"]
    assert read_saved(files[1:], said.append).refusals == ["a.zip holds no file of a playlist"]


def test_of_many_values_that_are_no_playlists_one_is_named(saved: Saved) -> None:
    values = [saved.playlist(), *({"type": "artist"} for _ in range(3))]
    (refusal,) = refusals_of(("a.json", saved.file(values)))
    assert refusal.startswith("a.json[1] is an object of type 'artist'")
    assert refusal.endswith("(2 more like it)")


def test_the_same_playlist_in_two_formats_is_of_two_moments(saved: Saved) -> None:
    backup = saved.playlist(items=None, tracks=[saved.entry(1, "track")])
    files = [("a.json", saved.file(saved.playlist())), ("b.json", saved.file(backup))]
    (refusal,) = refusals_of(*files)
    assert refusal.startswith("a.json, b.json each hold all of playlist 'synthetic0000000000001'")


def test_the_same_file_twice_is_left_out_once() -> None:
    csv = b"Track URI,Track Name\nspotify:track:abc,One\n"
    said: list[str] = []
    (snapshot,) = snapshots_in(("x/a.csv", csv), ("y/a.csv", csv), said=said)
    assert snapshot.origins == ("x/a.csv",)
    assert said == ["y/a.csv is left out: it holds the same bytes as x/a.csv"]


def test_a_file_of_many_playlists_takes_no_name() -> None:
    one = {"name": "n", "items": [{"track": None, "addedDate": "2024-01-01"}]}
    file = ("a.json", json.dumps({"playlists": [one, one]}).encode())
    (refusal,) = refusals_of(file, given=GivenPlaylist(name="mine"))
    assert refusal.startswith("a.json holds 2 playlists with names of their own: import it without")


NAMES = (
    "url name tracks items album artists owner track episode audiobook localTrack addedDate "
    "trackName trackUri uri date_removed added_at playlist identifier location title creator "
    "annotation duration numberOfFollowers total"
)
FIELDS = st.sampled_from(NAMES.split())
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["spotify:track:a", "https://open.spotify.com/track/a", "id:a", "name:a%09b"])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=15,
)


@pytest.mark.parametrize("kind", READERS)
@given(value=VALUES)
def test_a_reader_reads_any_json_or_says_what_is_wrong(kind: str, value: object) -> None:
    body = json.dumps(value).encode()
    try:
        saved = READERS[kind](body, [body])
        entries = list(saved.entries)
    except DialectError:
        return
    assert all(json.loads(entry.entry).keys() <= ENTRY for entry in entries if kind not in AS_IS)


ENTRY = {"added_at", "added_by", "is_local", "track"}
AS_IS = {"entry-array", "playlist-with-entries"}


class ToyDialect:
    """Reads files that begin with `toy`; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> list[SavedSnapshot] | None:
        assert given == GivenPlaylist()
        if not document.contents.startswith(b"toy"):
            return None
        read = PlaylistRead("Toy", None, Tail(api=None, entries=0, complete=True), 0)
        return [SavedSnapshot("t", "toy", b"{}", (), read, (document.origin,), has_available=False)]

    def merge(
        self,
        saved: Iterable[SavedSnapshot],
        say: Callable[[str], None],  # noqa: ARG002 - nothing is left out
    ) -> Iterable[SavedSnapshot]:
        return saved


def test_the_dialects_of_every_source_are_asked(saved: Saved) -> None:
    toy = replace(SOURCES["spotify"], dialects=(ToyDialect(),), explain=None)
    files = [SavedFile("a", b"toy"), SavedFile("b", saved.file(saved.playlist()))]
    judged = read_saved(files, pytest.fail, sources={**SOURCES, "toy": toy})
    assert judged.refusals == []
    assert {source: len(found) for source, found in judged.snapshots.items()} == {
        "spotify": 1, "toy": 1,
    }  # fmt: skip
