"""Answers with the bytes and headers that Spotify sends."""

import json
from hashlib import blake2b

from fastapi.responses import Response

from playlake_sandbox.spotify_json import Json, write

JSON_TYPE = "application/json; charset=utf-8"


def found(value: Json) -> Response:
    """Returns a successful answer of the Web API."""
    body = write(value).encode()
    headers = {
        "cache-control": "public, max-age=0",
        "etag": f'"{blake2b(body, digest_size=16).hexdigest()}"',
    }
    return Response(body, media_type=JSON_TYPE, headers=headers)


def issued(token: dict[str, str | int]) -> Response:
    """Returns a token, on one line as the accounts service writes it."""
    body = json.dumps(token, separators=(",", ":"))
    return Response(body, media_type=JSON_TYPE, headers={"cache-control": "no-store"})
