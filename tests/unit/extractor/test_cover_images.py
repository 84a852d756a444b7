"""Covers are fetched from Spotify's image hosts alone, without credentials, and within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from playlake_contracts.covers import MAX_COVER_BYTES
from playlake_extractor.ports import NoCover
from playlake_extractor.sources.spotify import cover_images
from playlake_extractor.sources.spotify.cover_images import SpotifyCovers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.unit.extractor.conftest import Answer, Asked, Server

    Serve = Callable[[Callable[[Asked], Answer]], Server]

API = "https://api.spotify.com/v1/"
PNG = b"\x89PNG\r\n\x1a\nsynthetic"


def scripted(serve: Serve, *answers: Answer) -> tuple[Server, SpotifyCovers, list[float]]:
    """A host that gives these answers, one after another, and covers that are fetched from it."""
    left: Iterator[Answer] = iter(answers)
    server = serve(lambda _: next(left))
    slept: list[float] = []
    return server, SpotifyCovers(f"{server.url}/v1/", slept.append), slept


def test_an_image_arrives_as_it_is_and_no_credential_is_sent(
    serve: Serve, answer: type[Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password synthetic\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server, covers, _ = scripted(serve, answer(PNG))
    assert covers.fetch(f"{server.url}/image/ab?day=1") == PNG
    (asked,) = server.asked
    assert asked.target == "/image/ab?day=1"
    assert not {"authorization", "cookie"} & {name.lower() for name in asked.headers}


@pytest.mark.parametrize(
    "address",
    [
        "http://i.scdn.co/image/ab",
        "https://i.scdn.co:8443/image/ab",
        "https://user:secret@i.scdn.co/image/ab",
        "https://scdn.co.example.com/image/ab",
        "https://evilscdn.co/image/ab",
        "https://example.com/i.scdn.co",
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/image/ab",
        "file:///etc/passwd",
        "//i.scdn.co/image/ab",
        "https://[/image/ab",
        "https://i.scdn.co:port/image",
        "",
    ],
)
def test_no_other_host_is_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(cover_images, "_get", asked.append)
    found = SpotifyCovers(API).fetch(address)
    assert isinstance(found, NoCover)
    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        "https://i.scdn.co/image/ab",
        "https://mosaic.scdn.co/640/abcd",
        "https://image-cdn-ak.spotifycdn.com/image/ab",
        "https://I.SCDN.CO:443/image/ab",
    ],
)
def test_spotifys_image_hosts_are_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover_images, "_get", lambda _: PNG)
    assert SpotifyCovers(API).fetch(address) == PNG


@pytest.mark.parametrize("status", [301, 302, 403, 404, 410])
def test_a_refusal_is_final(serve: Serve, answer: type[Answer], status: int) -> None:
    elsewhere = {"Location": "/elsewhere"}
    server, covers, slept = scripted(serve, answer(PNG, status, elsewhere), answer(PNG))
    found = covers.fetch(f"{server.url}/image/ab")
    assert found == NoCover(f"The host of its cover answered {status}")
    assert (len(server.asked), slept) == (1, [])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_once_more(
    serve: Serve, answer: type[Answer], status: int
) -> None:
    server, covers, slept = scripted(serve, answer(b"", status), answer(PNG))
    assert covers.fetch(f"{server.url}/image/ab") == PNG
    assert slept == [1.0]


def test_a_lasting_failure_is_not_tried_for_ever(serve: Serve, answer: type[Answer]) -> None:
    server, covers, _ = scripted(serve, *[answer(b"", 503)] * 3)
    found = covers.fetch(f"{server.url}/image/ab")
    assert isinstance(found, NoCover)
    assert found.reason == "The host of its cover answered 503"
    assert len(server.asked) == 2


@pytest.mark.parametrize(("more", "is_taken"), [(0, True), (1, False)])
def test_an_image_has_a_largest_size(
    serve: Serve, answer: type[Answer], more: int, *, is_taken: bool
) -> None:
    image = PNG.ljust(MAX_COVER_BYTES + more, b"\0")
    server, covers, _ = scripted(serve, answer(image))
    found = covers.fetch(f"{server.url}/image/ab")
    assert found == (image if is_taken else NoCover(found.reason))  # type: ignore[union-attr]
    assert is_taken or "more than 2,097,152 bytes" in found.reason  # type: ignore[union-attr]


def test_a_host_that_does_not_answer_is_said(serve: Serve, answer: type[Answer]) -> None:
    server, covers, slept = scripted(serve, answer(PNG))
    address = f"http://127.0.0.1:{urlsplit(server.url).port}/image/ab"
    server.close = lambda: None  # type: ignore[method-assign]  # it is closed here
    type(server).close(server)
    found = covers.fetch(address)
    assert isinstance(found, NoCover)
    assert found.reason.startswith("Its cover did not arrive (ConnectionError")
    assert slept == [1.0]
