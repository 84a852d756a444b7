"""A playlist is named by its id or by any link that has it; anything else is refused by name."""

from __future__ import annotations

import pytest

from playlake_contracts.sources.references import (
    REFERENCES,
    identity_of_song,
    link_of_playlist,
    link_of_song,
    playlists_named,
)

ID = "PLsynthetic00000000000000000000001"
ALBUM = "OLAK5uy_synthetic00000000000000000000"
VIDEO = "synthetic-1"
parse = REFERENCES["youtube"].parse_playlist


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f" {ID}\n",
        f"https://www.youtube.com/playlist?list={ID}",
        f"https://youtube.com/playlist?si=abc&list={ID}",
        f"http://m.youtube.com/playlist?list={ID}#top",
        f"youtube.com/playlist?list={ID}",
        f"HTTPS://WWW.YOUTUBE.COM/playlist?list={ID}",
        f"https://music.youtube.com/playlist?list={ID}",
        f"https://music.youtube.com/watch?v={VIDEO}&list={ID}",
        f"https://www.youtube.com/watch?v={VIDEO}&list={ID}&index=3",
        f"https://youtu.be/{VIDEO}?list={ID}",
        f"https://www.youtube.com/embed/videoseries?list={ID}",
    ],
)
def test_a_playlist_is_known_by_its_id_and_by_its_links(text: str) -> None:
    assert parse(text) == ID
    assert ("youtube", ID) in playlists_named(text)


@pytest.mark.parametrize("playlist_id", [ALBUM, "UUsynthetic000000000001", "PL0123456789ABCDEF"])
def test_all_forms_of_ids_are_known(playlist_id: str) -> None:
    assert parse(playlist_id) == playlist_id
    link = link_of_playlist("youtube", playlist_id)
    assert link == f"https://www.youtube.com/playlist?list={playlist_id}"
    assert parse(link) == playlist_id


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://open.spotify.com/playlist/0123456789abcdefABCDEF", "open.spotify.com"),
        ("https://listenbrainz.org/playlist/0", "listenbrainz.org"),
        ("open.spotify.com/playlist/0123456789abcdefABCDEF", "open.spotify.com"),
        (f"https://youtube.com.example.org/playlist?list={ID}", "youtube.com.example.org"),
        (f"https://www.youtube.com/watch?v={VIDEO}", "names no playlist"),
        (f"https://youtu.be/{VIDEO}", "names no playlist"),
        ("https://www.youtube.com/playlist?list=", "names no playlist"),
        ("https://www.youtube.com/playlist?list=WL", "which begins with PL"),
        ("LL", "which begins with PL"),
        (f"RD{VIDEO}", "which begins with PL"),
        (f"https://www.youtube.com/watch?v={VIDEO}&list=RD{VIDEO}", "which begins with PL"),
        ("0123456789abcdefABCDEF", "which begins with PL"),
        (f"{ID}/../../x", "which begins with PL"),
        (f"https://www.youtube.com/playlist?list={ID}%2F..", "which begins with PL"),
        ("https://[youtube.com/playlist?list=x", "which begins with PL"),
        ("", "which begins with PL"),
    ],
)
def test_anything_else_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"^'") as refused:
        parse(text)
    assert str(refused.value).startswith(repr(text[:80]))
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.youtube.com/watch?v={VIDEO}",
        f"https://www.youtube.com/watch?list={ID}&v={VIDEO}",
        f"https://music.youtube.com/watch?v={VIDEO}",
        f"https://youtu.be/{VIDEO}?t=5",
        f"https://www.youtube.com/shorts/{VIDEO}",
        f"https://www.youtube.com/embed/{VIDEO}",
    ],
)
def test_a_video_is_known_by_its_links(link: str) -> None:
    assert identity_of_song(link) == f"https://www.youtube.com/watch?v={VIDEO}"


def test_a_video_has_a_link() -> None:
    link = f"https://www.youtube.com/watch?v={VIDEO}"
    assert link_of_song(link) == link
    assert link_of_song(f"{link}?") is None


@pytest.mark.parametrize(
    "text",
    [
        f"https://www.youtube.com/playlist?list={ID}",
        "https://www.youtube.com/watch?v=short",
        f"https://example.org/watch?v={VIDEO}",
        VIDEO,
    ],
)
def test_what_is_no_link_of_a_video_names_none(text: str) -> None:
    assert identity_of_song(text) is None


@pytest.mark.parametrize(
    ("source", "playlist_id"), [("youtube", "0123456789abcdefABCDEF"), ("youtube", "file-0123")]
)
def test_an_id_of_another_form_has_no_link(source: str, playlist_id: str) -> None:
    assert link_of_playlist(source, playlist_id) is None
