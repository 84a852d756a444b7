"""The files that a browser gets, each at an address that changes with its bytes.

Such an address can be kept for ever. The stylesheet is the files of `styles/` in their order; what
it refers to lies beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from mimetypes import guess_type
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

PREFIX: Final = "/files/"
STYLESHEET: Final = "playlake.css"
_VERSION_LETTERS: Final = 10
# What the stylesheet refers to has no version in its address, and is renamed when it changes.
_TYPES: Final = {".js": "text/javascript", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file for a browser.

    Attributes:
        name: its name below `PREFIX`.
        body: its bytes.
        media_type: its type, with the character set of a text.
        version: changes with the bytes.
    """

    name: str
    body: bytes
    media_type: str
    version: str

    @property
    def address(self) -> str:
        """Its address, which changes with its bytes."""
        return f"{PREFIX}{self.name}?v={self.version}"


@cache
def served_files() -> Mapping[str, ServedFile]:
    """The files by their names."""
    package = files("playlake_web")
    bodies = dict(_bodies(package / "files"))
    styles = sorted((package / "styles").iterdir(), key=lambda file: file.name)
    bodies[STYLESHEET] = b"\n".join(style.read_bytes() for style in styles)
    return {name: _served(name, body) for name, body in bodies.items()}


def _bodies(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _bodies(each, f"{prefix}{each.name}/")
        else:
            yield f"{prefix}{each.name}", each.read_bytes()


def _served(name: str, body: bytes) -> ServedFile:
    suffix = f".{name.rpartition('.')[2]}"
    kind = _TYPES.get(suffix) or guess_type(name)[0] or "text/plain"
    if kind.startswith("text/") or kind.endswith(("json", "svg+xml")):
        kind += "; charset=utf-8"
    return ServedFile(name, body, kind, sha256(body).hexdigest()[:_VERSION_LETTERS])
