"""Which image a cover's address led to is said by keys, and images are known by their bytes."""

from __future__ import annotations

import pytest

from playlake_contracts.covers import KeptCovers, media_type_of
from playlake_contracts.keys import (
    RAW_PREFIX,
    CoverLink,
    address_digest,
    cover_image_key,
    cover_links_prefix,
)

ADDRESS = address_digest("https://i.scdn.co/image/ab67")
IMAGE, OTHER = "0" * 64, "1" * 64
LINK = CoverLink("spotify", ADDRESS, IMAGE)


def test_a_link_is_its_key_and_back() -> None:
    assert str(LINK) == f"covers/source=spotify/{ADDRESS}.{IMAGE}"
    assert CoverLink.parse(str(LINK)) == LINK
    assert str(LINK).startswith(cover_links_prefix("spotify"))


@pytest.mark.parametrize(
    "key",
    [
        "",
        f"covers/images/{IMAGE}",
        f"covers/source=spotify/{ADDRESS}",
        f"covers/source=spotify/{ADDRESS}.{IMAGE}\n",
        f"covers/source=spotify/{ADDRESS}.{IMAGE[1:]}",
        f"covers/source=../{ADDRESS}.{IMAGE}",
        f"covers/source=Spotify/{ADDRESS}.{IMAGE}",
    ],
)
def test_no_other_key_is_a_link(key: str) -> None:
    with pytest.raises(ValueError, match=r"is not (a|the) "):
        CoverLink.parse(key)


@pytest.mark.parametrize("image", ["", "a" * 63, "A" * 64, "../../etc/passwd", "a" * 64 + "\n"])
def test_no_other_text_is_the_digest_of_an_image(image: str) -> None:
    with pytest.raises(ValueError, match="digest of an image"):
        cover_image_key(image)


def test_no_cover_raises_an_event_or_expires_with_raw_objects() -> None:
    assert not cover_image_key(IMAGE).startswith(RAW_PREFIX)
    assert not str(LINK).startswith(RAW_PREFIX)


@pytest.mark.parametrize(
    "same",
    [
        "https://i.scdn.co/image/ab67?expires=1",
        "https://image-cdn-ak.spotifycdn.com/image/ab67#x",
        "http://127.0.0.1:8888/image/ab67?day=2026-11-21",
    ],
)
def test_the_host_and_what_expires_do_not_count(same: str) -> None:
    assert address_digest(same) == ADDRESS


@pytest.mark.parametrize(
    "other", ["https://i.scdn.co/image/ab68", "https://i.scdn.co/2/image/ab67", "https://i.scdn.co"]
)
def test_the_whole_path_counts(other: str) -> None:
    # Covers that Spotify makes for a user end with the same word, such as `default`.
    assert address_digest(other) != ADDRESS


@pytest.mark.parametrize(
    ("image", "media_type"),
    [
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"RIFF\x04\0\0\0WEBPrest", "image/webp"),
        (b"RIFF\x04\0\0\0WAVErest", None),
        (b"GIF89a", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<!DOCTYPE html>", None),
        (b"", None),
    ],
)
def test_a_type_is_known_by_the_first_bytes(image: bytes, media_type: str | None) -> None:
    assert media_type_of(image) == media_type


def test_an_address_leads_to_the_image_that_was_kept_of_it() -> None:
    kept = KeptCovers(["covers/other", str(LINK), str(CoverLink("spotify", ADDRESS, OTHER))])
    assert kept
    assert kept.image_at("spotify", "https://i.scdn.co/image/ab67?day=9") == IMAGE
    assert kept.image_at("youtube", "https://i.scdn.co/image/ab67") is None
    assert kept.image_at("spotify", "https://i.scdn.co/image/ab68") is None


@pytest.mark.parametrize("address", [None, "", "https://[", "no address"])
def test_what_is_no_address_has_no_image(address: str | None) -> None:
    assert KeptCovers([str(LINK)]).image_at("spotify", address) is None
    assert not KeptCovers()
