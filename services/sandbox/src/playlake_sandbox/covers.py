"""Covers of playlists under /image: PNG images that are drawn from their names.

Spotify's image hosts need no token, and an address of a cover expires within a day. Here it serves
on the day that it was given and on the next.
"""

import struct
import zlib
from datetime import date, timedelta
from hashlib import sha256
from typing import Annotated

from fastapi import FastAPI, Path
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from playlake_sandbox.state import Current, Sandbox

_SERVES_FOR = timedelta(days=1)
_SIDE = 96
_STRIPES = 8
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2


def create_image_host(sandbox: Sandbox) -> FastAPI:
    """Returns the host of the covers of a sandbox."""
    app = FastAPI(openapi_url=None)
    app.state.sandbox = sandbox
    app.add_api_route("/{name}", show_cover, methods=["GET"])
    for error in (RequestValidationError, HTTPException):
        app.add_exception_handler(error, _nothing_here)
    return app


async def show_cover(
    sandbox: Current, name: Annotated[str, Path(pattern="^[0-9a-f]{40}$")], day: date
) -> Response:
    """Returns a cover; 404 if its address has expired."""
    if not timedelta() <= sandbox.today - day <= _SERVES_FOR:
        raise HTTPException(404)
    return Response(draw_cover(name), media_type="image/png")


def draw_cover(name: str) -> bytes:
    """Returns a PNG of coloured stripes; another name has other colours."""
    shades = sha256(name.encode()).digest()
    rows = b"".join(b"\0" + _shade(shades, row * _STRIPES // _SIDE) * _SIDE for row in range(_SIDE))
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, _RGB, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _shade(shades: bytes, stripe: int) -> bytes:
    return shades[3 * stripe : 3 * stripe + 3]


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


async def _nothing_here(_: object, error: Exception) -> Response:
    """Answers as an image host does: by a status without a body."""
    return Response(status_code=error.status_code if isinstance(error, HTTPException) else 404)
