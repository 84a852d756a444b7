"""The file `lake.json` at the root of a lake: it says which versions can use the lake."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import msgspec
from msgspec.structs import replace

from playlake_contracts.keys import CURATED_PREFIX, RAW_PREFIX
from playlake_lake.errors import NoLakeError, NoLakeYetError, system_call
from playlake_lake.folder import ASIDE, Folder, etag

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

LAKE_FILE: Final = "lake.json"
LAYOUT: Final = 1
_SCHEMA: Final = re.compile(r"playlake\.lake/(?P<layout>[0-9]+)", re.ASCII)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of `lake.json`.

    Attributes:
        schema: `playlake.lake/` and the number of the layout.
        id: distinguishes lakes; a copy of a lake has the same.
        synthetic: whether the stand-in's invented music is in it.
        tables: the tables that every committed part has its files of; None is all of them. A lake
            that was pulled with a choice of tables lacks the others.
    """

    schema: str = f"playlake.lake/{LAYOUT}"
    id: str = msgspec.field(default_factory=lambda: uuid4().hex)
    synthetic: bool = False
    tables: tuple[str, ...] | None = None


def open_lake(root: Path) -> tuple[Folder, Identity]:
    """Open the lake in a folder.

    Raises:
        NoLakeError: there is none, or this version cannot use it.
        FolderFailedError: the system refused.
    """
    folder = Folder(root)
    identity = identity_of(folder)
    if identity is None:
        raise _why_none(root)
    return folder, identity


def identity_of(folder: Folder) -> Identity | None:
    """The contents of a lake's `lake.json`; None if there is none.

    Raises:
        NoLakeError: this version cannot use the lake.
        FolderFailedError: the system refused.
    """
    contents = folder.read(LAKE_FILE)
    return None if contents is None else _parse(folder.root, contents)


def make_lake(
    root: Path, *, synthetic: bool = False, tables: Collection[str] | None = None
) -> tuple[Folder, Identity]:
    """Open the lake in a folder, and make one if the folder is empty or missing.

    Args:
        root: the folder.
        synthetic: whether a new lake will hold the stand-in's invented music.
        tables: the tables that a new lake will hold; None is all of them.

    Raises:
        NoLakeError: the folder has other files, or this version cannot use its lake.
        FolderFailedError: the system refused.
    """
    folder = Folder(root)
    if folder.read(LAKE_FILE) is None:
        if not _is_empty(root):
            raise _why_none(root)
        identify(folder, synthetic=synthetic, tables=tables)
    folder.sweep()
    return open_lake(root)


def identify(folder: Folder, *, synthetic: bool, tables: Collection[str] | None = None) -> None:
    """Write `lake.json` unless it is there."""
    held = None if tables is None else tuple(sorted(tables))
    folder.put_new(LAKE_FILE, _encoded(Identity(synthetic=synthetic, tables=held)))


def hold_tables(folder: Folder, tables: Collection[str] | None) -> Identity:
    """Note in `lake.json` that every part has its files of these tables by now; None is all.

    Tables that the lake holds already stay noted, also those that another process notes meanwhile.

    Raises:
        NoLakeError: the lake's file is gone, or this version cannot use it.
        FolderFailedError: the system refused.
    """
    while True:
        contents = folder.read(LAKE_FILE)
        if contents is None:
            raise NoLakeError(_why_none(folder.root))
        found = _parse(folder.root, contents)
        held = None if tables is None or found.tables is None else {*tables, *found.tables}
        changed = replace(found, tables=None if held is None else tuple(sorted(held)))
        if folder.replace(LAKE_FILE, _encoded(changed), etag(contents)):
            return changed


def _encoded(identity: Identity) -> bytes:
    return msgspec.json.format(msgspec.json.encode(identity))


def _parse(root: Path, contents: bytes) -> Identity:
    try:
        identity = msgspec.json.decode(contents, type=Identity)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoLakeError(
            f"{root / LAKE_FILE} cannot be read ({error}): restore it from a copy of the lake, or "
            "move it away and run `playlake lake repair`"
        ) from error
    match = _SCHEMA.fullmatch(identity.schema)
    if match is None:
        raise NoLakeError(f"{root / LAKE_FILE} describes no lake: name another folder")
    if int(match["layout"]) > LAYOUT:
        raise NoLakeError(
            f"a later version of Playlake made the lake in {root}: install that version"
        )
    return identity


def _is_empty(root: Path) -> bool:
    with system_call(f"{root} cannot be listed"):
        if root.exists() and not root.is_dir():
            return False
        return not root.exists() or all(entry.name == ASIDE for entry in root.iterdir())


def _why_none(root: Path) -> NoLakeError:
    if root.exists() and not root.is_dir():
        return NoLakeError(f"{root} is a file and not the folder of a lake: name a folder")
    if _is_empty(root):
        return NoLakeYetError(
            f"there is no lake in {root}: `playlake run` or `playlake import` makes one"
        )
    if (root / RAW_PREFIX).is_dir() or (root / CURATED_PREFIX).is_dir():
        return NoLakeError(
            f"{root} has tables but no {LAKE_FILE}, so the lake was copied only in part: copy it "
            "again, or run `playlake lake repair`"
        )
    return NoLakeError(
        f"{root} has other files and is no lake: name a lake, or an empty folder for a new one"
    )
