"""However an answer arrives, reading it ends."""

from __future__ import annotations

import gzip
import io
import json
from datetime import timedelta

import pytest
import requests
from urllib3 import HTTPResponse

from playlake_extractor.http.response_body import Body

MIB = 1024 * 1024


def response(body: bytes, headers: dict[str, str] | None = None) -> requests.Response:
    """A synthetic response of which nothing has been read."""
    made = requests.Response()
    made.status_code = 200
    made.raw = HTTPResponse(io.BytesIO(body), headers=headers, preload_content=False)
    return made


def test_the_bytes_are_kept_and_the_response_can_still_be_read() -> None:
    sent = b'{"a" :\t"\xc3\xbc"}\n'
    answer = response(sent)
    body = Body(timedelta(seconds=5))

    body.keep(answer)

    assert body.content == sent
    assert answer.json() == {"a": "ü"}


def test_requests_takes_the_kept_bytes_without_copying_them() -> None:
    answer = response(bytes(MIB))
    body = Body(timedelta(seconds=5))

    body.keep(answer)

    assert answer.content is body.content


@pytest.mark.parametrize(
    ("sent", "json"),
    [
        (b'{"name": "parsed by none"}', {}),
        (b"[1, 2]", {}),
        (rb'{"half a surrogate pair": "\ud83d"}', {}),
        (b" null ", None),
        (b"\xef\xbb\xbf[1]", [1]),  # requests reads it, with its mark of UTF-8
    ],
)
def test_a_kept_success_is_checked_and_not_parsed(sent: bytes, json: object) -> None:
    answer = response(sent)
    body = Body(timedelta(seconds=5))

    body.keep_unparsed(answer)

    assert body.content == sent
    assert answer.json() == json


@pytest.mark.parametrize("sent", [b"", b"<html>", b'{"items": [1, 2', b'{"a": 1} {'])
def test_what_is_not_json_is_an_error_also_unparsed(sent: bytes) -> None:
    answer = response(sent)

    Body(timedelta(seconds=5)).keep_unparsed(answer)

    with pytest.raises(ValueError, match=r"Expecting|Extra"):
        answer.json()


def test_the_json_of_a_refusal_is_parsed() -> None:
    answer = response(b'{"error": {"message": "Not found."}}')
    answer.status_code = 404

    Body(timedelta(seconds=5)).keep_unparsed(answer)

    assert answer.json() == {"error": {"message": "Not found."}}


def test_a_compressed_answer_is_kept_decompressed() -> None:
    sent = json.dumps(list(range(1000))).encode()
    body = Body(timedelta(seconds=5))

    body.keep(response(gzip.compress(sent), {"Content-Encoding": "gzip"}))

    assert body.content == sent


def test_an_answer_over_the_size_limit_is_not_read_to_its_end() -> None:
    bomb = gzip.compress(bytes(80 * MIB), compresslevel=1)
    answer = response(bomb, {"Content-Encoding": "gzip"})

    with pytest.raises(requests.exceptions.ContentDecodingError, match="67,108,864 bytes"):
        Body(timedelta(seconds=5)).keep(answer)

    assert answer.raw.closed


def test_an_answer_that_drips_ends_at_the_time_limit() -> None:
    moments = iter(range(0, 1000, 2))
    answer = response(bytes(MIB))

    with pytest.raises(requests.ReadTimeout, match="longer than 5 s"):
        Body(timedelta(seconds=5), clock=lambda: next(moments)).keep(answer)

    assert next(moments) < 10
    assert answer.raw.closed
