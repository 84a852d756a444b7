"""Files on disk: read whole, or refused by name."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest

from playlake.errors import CommandError
from playlake.importing.files import SavedFile, read_files

if TYPE_CHECKING:
    from pathlib import Path


def test_files_keep_their_order_contents_and_times(tmp_path: Path) -> None:
    plain, packed = tmp_path / "b.json", tmp_path / "a.json.gz"
    plain.write_bytes(b"plain")
    packed.write_bytes(gzip.compress(b"packed"))
    os.utime(plain, (0, 1_700_000_000))
    os.utime(packed, (0, 1_600_000_000))
    assert read_files([plain, packed]) == [
        SavedFile(str(plain), b"plain", 1_700_000_000),
        SavedFile(str(packed), b"packed", 1_600_000_000),
    ]


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"missing\.json cannot be read: No such file"):
        read_files([tmp_path / "missing.json"])


def test_a_directory_is_refused_with_what_to_write_instead(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"is a directory: name the files in it, such as .*/\*"):
        read_files([tmp_path])


def test_files_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playlake.importing.files.MAX_BYTES", 1000)
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_bytes(b"1" * 600)
    second.write_bytes(gzip.compress(b"2" * 401))
    assert len(read_files([first])) == len(read_files([second])) == 1
    with pytest.raises(CommandError, match=r"with .*second\.json the files hold more than"):
        read_files([first, second])
