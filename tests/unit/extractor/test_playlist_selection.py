"""Which playlists a run is asked for: the setting, and a file in its many wrong forms."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from playlake_contracts.sources.spotify_references import parse_reference
from playlake_extractor.adapters.playlist_files import read_selection
from playlake_extractor.errors import ConfigurationError
from playlake_extractor.run.playlist_selection import (
    Mine,
    PlaylistFile,
    parse_file,
    parse_selection,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

    from playlake_extractor.run.playlist_selection import Selection

A, B = "0123456789abcdefABCDEF", "BBBBBBBBBBBBBBBBBBBBBB"


def parsed(text: str) -> Selection:
    """The setting, with Spotify's references."""
    return parse_selection(text, parse_reference)


@pytest.fixture
def client() -> S3Client:
    return boto3.client("s3", region_name="eu-central-1")


@pytest.mark.parametrize("text", ["mine", " Mine\n"])
def test_mine_is_a_word(text: str) -> None:
    assert parse_selection(text, parse_reference) == Mine()


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("playlists.yaml", PlaylistFile("playlists.yaml")),
        ("/etc/my playlists.yml", PlaylistFile("/etc/my playlists.yml")),
        ("s3://bucket/a/b", PlaylistFile("a/b", "bucket")),
    ],
)
def test_a_file_is_known_by_its_name_or_address(text: str, file: PlaylistFile) -> None:
    assert parse_selection(text, parse_reference) == file
    assert str(file) == text


def test_an_address_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="is no address like s3://bucket"):
        parse_selection("s3://bucket", parse_reference)


@pytest.mark.parametrize("text", [A, f"https://open.spotify.com/playlist/{A}?si=1, {A}"])
def test_anything_else_is_a_list_of_references(text: str) -> None:
    assert parse_selection(text, parse_reference) == (A,)


@pytest.mark.parametrize(
    "text",
    [
        f"- {A}\n- {B}\n",
        f"playlists:\n  - {A}  # mornings\n  - spotify:playlist:{B}\n",
        f"# all\nother: 1\nplaylists: [{A}, 'https://open.spotify.com/playlist/{B}?si=1']\n",
        json.dumps([A, B]),
    ],
)
def test_a_file_lists_references_at_its_top_or_under_playlists(text: str) -> None:
    assert parse_file(text, parse_reference).playlists == (A, B)


@pytest.mark.parametrize("text", ["mine", "playlists: mine\n"])
def test_a_file_may_say_mine(text: str) -> None:
    assert parse_file(text, parse_reference).playlists == Mine()


def test_an_id_of_digits_alone_is_an_id() -> None:
    assert parse_file(f"- {'0' * 22}", parse_reference).playlists == ("0" * 22,)


def test_a_repeated_playlist_is_taken_once_and_reported_by_line() -> None:
    found = parse_file(f"- {A}\n- {B}\n- spotify:playlist:{A}\n", parse_reference)
    assert found.playlists == (A, B)
    assert found.repeated == ("line 3 repeats the playlist of line 1",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it holds no list of playlists"),
        ("# nothing\n", "it holds no list of playlists"),
        ("[]", "it holds no list of playlists"),
        ("just words", "it holds no list of playlists"),
        ("other: [a]", "it holds no list of playlists"),
        ("playlists:\n", "it holds no list of playlists"),
        (f"- id: {A}\n  name: x\n", "line 1: more than a word stands where"),
        (f"- {A}\n- [{B}]\n", "line 2: more than a word stands where"),
        (f"- {A}\n- {B[1:]}\n", "line 2: 'BBBBBBBBBBBBBBBBBBBBB' is neither a playlist id of 22"),
        (f"- {A}\n-\n", "line 2: '' is neither"),
        (f"playlists:\n\t- {A}\n", "line 2: it is not YAML: found character"),
        ("- 'open\n", "it is not YAML"),
        ("- *unknown\n", "it is not YAML"),
    ],
)
def test_errors_in_a_file_are_reported_by_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_file(text, parse_reference)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_ten_thousand_lines_of_nonsense_are_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"line 5: .*; and 9,995 lines more$") as caught:
        parse_file("- nonsense\n" * 10_000, parse_reference)
    assert len(str(caught.value)) < 1_000


def test_ten_thousand_playlists_are_read() -> None:
    ids = tuple(f"{number:022d}" for number in range(10_000))
    assert parse_file("".join(f"- {one}\n" for one in ids), parse_reference).playlists == ids


def test_a_file_of_this_machine_is_read(tmp_path: Path, client: S3Client) -> None:
    file = tmp_path / "playlists.yaml"
    file.write_text(f"- {A}\n")
    assert read_selection(parsed(str(file)), parse_reference, lambda: client) == (A,)


def test_a_file_in_s3_is_read(client: S3Client) -> None:
    with Stubber(client) as s3:
        written = f"- {A}\n".encode()
        body = {"Body": StreamingBody(io.BytesIO(written), len(written))}
        s3.add_response("get_object", body, {"Bucket": "bucket", "Key": "lists/a.yaml"})
        assert read_selection(
            parsed("s3://bucket/lists/a.yaml"), parse_reference, lambda: client
        ) == (A,)


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied"])
def test_a_file_in_s3_that_is_missing_or_closed_is_one_sentence(
    client: S3Client, code: str
) -> None:
    with Stubber(client) as s3:
        s3.add_client_error("get_object", code, "Synthetic", 404)
        with pytest.raises(ConfigurationError, match=rf"in s3://bucket/a\.yaml: .*{code}"):
            read_selection(parsed("s3://bucket/a.yaml"), parse_reference, lambda: client)


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"- nonsense"])
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, client: S3Client, content: bytes | None
) -> None:
    file = tmp_path / "playlists.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"playlists in .*playlists\.yaml: "):
        read_selection(parsed(str(file)), parse_reference, lambda: client)


def test_named_playlists_and_mine_need_no_file(client: S3Client) -> None:
    assert read_selection((A, B), parse_reference, lambda: client) == (A, B)
    assert read_selection(Mine(), parse_reference, lambda: client) is None
