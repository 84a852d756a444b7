"""Lakes in folders with raw objects that were landed and committed. All synthetic."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from landed import FETCHED_AT, bad_entry, entry, manifest, manifest_key, part, part_key

from playlake_lake.folder import etag
from playlake_lake.identity import make_lake
from playlake_transformer.domain.commit_mark import Commit, commit_mark_file
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_contracts.keys import RawKey
    from playlake_lake.folder import Folder

PLAYLISTS = ([entry(1), entry(2)], [entry(3, duration_ms=10**9), bad_entry()])


def landed_lake(root: Path, run: str = "synthetic") -> Folder:
    """A lake with a run of one part, of two playlists with four entries, that is landed only."""
    folder, _ = make_lake(root)
    body = part(part_key(run=run), *PLAYLISTS)
    folder.put_new(str(part_key(run=run)), body)
    folder.put_new(str(manifest_key(run)), manifest(run, (part_key(run=run), body, 2)))
    return folder


def committed_lake(root: Path, run: str = "synthetic") -> Folder:
    """The same lake, transformed."""
    folder = landed_lake(root, run)
    for key in (part_key(run=run), manifest_key(run)):
        put_files(folder, key)
        put_mark(folder, key)
    return folder


def put_files(folder: Folder, key: RawKey) -> None:
    """Write the files of a raw object without its commit mark."""
    for file in transform(folder.read(str(key)) or b"", key).files:
        folder.put_new(file.key, file.body)


def put_mark(folder: Folder, key: RawKey) -> None:
    """Write the commit mark of a raw object."""
    raw = folder.read(str(key)) or b""
    commit = Commit(etag(raw), len(raw), FETCHED_AT, timedelta(seconds=1), "0.0-test")
    mark = commit_mark_file(key, transform(raw, key), commit)
    folder.put_new(mark.key, mark.body)
