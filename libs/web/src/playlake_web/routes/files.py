"""Routes of files, drawings and kept covers: what they answer never changes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Path, Response

from playlake_contracts.covers import media_type_of
from playlake_web.drawing.covers import album_cover, playlist_cover
from playlake_web.files_served import PREFIX, served_files
from playlake_web.problems import ProblemCode, ProblemError

if TYPE_CHECKING:
    from playlake_web.site import Site

_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_DAY = {"cache-control": "public, max-age=86400"}
# Only whoever may read the lake may see them, so no proxy may keep them for others.
_FOR_EVER_FOR_ONE = {"cache-control": "private, max-age=31536000, immutable"}
_DRAWINGS = {"playlist": playlist_cover, "song": album_cover}


def file_routes(site: Site) -> APIRouter:
    """The routes of files, drawings and kept covers."""
    router = APIRouter(include_in_schema=False)

    @router.get(f"{PREFIX}{{name:path}}")
    def show_file(name: str, v: str = "") -> Response:
        found = served_files().get(name)
        if found is None:
            raise ProblemError(ProblemCode.NOT_FOUND, "no file has this name")
        headers = _FOR_EVER if v == found.version else _DAY
        return Response(found.body, media_type=found.media_type, headers=headers)

    @router.get("/covers/{kind}-{key}.svg")
    def show_cover(
        kind: Literal["playlist", "song"], key: Annotated[str, Path(pattern="^[0-9a-f]{24}$")]
    ) -> Response:
        return Response(_DRAWINGS[kind](key), media_type="image/svg+xml", headers=_FOR_EVER)

    @router.get("/covers/{digest}")
    def show_kept_cover(digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> Response:
        image = site.reader.covers.image(digest)
        media_type = None if image is None else media_type_of(image)
        if image is None or media_type is None or sha256(image).hexdigest() != digest:
            raise ProblemError(ProblemCode.NOT_FOUND, "the lake keeps no cover with this digest")
        return Response(image, media_type=media_type, headers=_FOR_EVER_FOR_ONE)

    return router
