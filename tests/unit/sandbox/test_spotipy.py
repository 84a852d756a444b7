"""Spotipy reads the sandbox over a socket."""

from collections.abc import Iterator

import pytest
import requests
import spotipy
from served import serve
from spotipy.cache_handler import MemoryCacheHandler

from playlake_sandbox import Settings, create_app

SCOPE = "playlist-read-private playlist-read-collaborative"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Serves a sandbox on a free port of this machine; gives its address."""
    with serve(create_app(Settings(largest=230))) as address:
        yield address


@pytest.fixture
def client(server: str) -> Iterator[spotipy.Spotify]:
    """Gives spotipy with a user's refresh token, pointed at the sandbox."""
    auth = spotipy.SpotifyOAuth(
        "sandbox-client-id",
        "sandbox-client-secret",
        "http://127.0.0.1:8080/callback",
        scope=SCOPE,
        open_browser=False,
        requests_timeout=10,
        cache_handler=MemoryCacheHandler(
            {
                "access_token": "",
                "refresh_token": "sandbox-refresh-token",
                "expires_at": 0,
                "scope": SCOPE,
            }
        ),
    )
    auth.OAUTH_TOKEN_URL = f"{server}/api/token"
    with requests.Session() as session:
        spotify = spotipy.Spotify(auth_manager=auth, requests_session=session)
        spotify.prefix = f"{server}/v1/"
        yield spotify


def test_spotipy_reads_a_whole_playlist(client: spotipy.Spotify) -> None:
    listed = client.current_user_playlists()["items"][0]
    page = client.playlist_items(listed["id"])
    entries = page["items"]
    while page["next"]:
        page = client.next(page)
        entries += page["items"]
    assert len(entries) == listed["items"]["total"] > 150
    assert all(entry["item"]["name"] for entry in entries)


def test_spotipy_reads_a_playlist_its_snapshot_id_and_its_artists(client: spotipy.Spotify) -> None:
    listed = client.current_user_playlists()["items"][0]
    playlist = client.playlist(listed["id"])
    track = playlist["items"]["items"][0]["item"]
    snapshot = client.playlist(listed["id"], fields="id,snapshot_id")
    assert snapshot == {"id": listed["id"], "snapshot_id": listed["snapshot_id"]}
    assert client.artist(track["artists"][0]["id"])["name"] == track["artists"][0]["name"]
    assert client.album(track["album"]["id"])["name"] == track["album"]["name"]


def test_spotipy_reports_an_error_in_spotifys_words(server: str, client: spotipy.Spotify) -> None:
    listed = requests.get(f"{server}/sandbox/playlists", timeout=10).json()
    with pytest.raises(spotipy.SpotifyException, match="Forbidden") as refused:
        client.playlist_items(listed[8]["id"])
    assert refused.value.http_status == 403
