"""Files on disk: read whole, or refused by name."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from typing import TYPE_CHECKING

import pytest
import zstandard

from playlake.importing import archives
from playlake.importing.files import SavedFile, find_files

if TYPE_CHECKING:
    from pathlib import Path


def zipped(**files: bytes) -> bytes:
    """A zip archive; two underscores in a name are a slash, the last is the dot."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in files.items():
            archive.writestr(name.replace("__", "/").replace("_json", ".json"), contents)
    return packed.getvalue()


def test_files_keep_their_order_contents_and_times(tmp_path: Path) -> None:
    plain, packed = tmp_path / "b.json", tmp_path / "a.json.gz"
    plain.write_bytes(b"plain")
    packed.write_bytes(gzip.compress(b"packed"))
    os.utime(plain, (0, 1_700_000_000))
    os.utime(packed, (0, 1_600_000_000))
    found = find_files([plain, packed])
    assert found.files == [
        SavedFile(str(plain), b"plain", 1_700_000_000),
        SavedFile(str(packed), b"packed", 1_600_000_000),
    ]
    assert found.refusals == []


def test_a_missing_file_is_refused_by_name_and_the_others_are_read(tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    good.write_bytes(b"good")
    found = find_files([tmp_path / "missing.json", good])
    assert [file.contents for file in found.files] == [b"good"]
    (refusal,) = found.refusals
    assert refusal.endswith("missing.json cannot be read: No such file or directory")


def test_of_a_folder_all_files_are_read_but_hidden_ones(tmp_path: Path) -> None:
    for name in ("b/two.json", "one.json", ".git/config", "b/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    found = find_files([tmp_path])
    assert [file.contents for file in found.files] == [b"b/two.json", b"one.json"]
    assert {file.archive for file in found.files} == {str(tmp_path)}


def test_the_files_of_an_archive_are_read_with_its_name_and_time(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(Spotify__one_json=b"one", two_json=gzip.compress(b"two")))
    os.utime(path, (0, 1_700_000_000))
    found = find_files([path])
    assert found.files == [
        SavedFile(f"{path}/Spotify/one.json", b"one", 1_700_000_000, str(path)),
        SavedFile(f"{path}/two.json", b"two", 1_700_000_000, str(path)),
    ]


def test_files_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playlake.importing.files.MAX_BYTES", 1000)
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_bytes(b"1" * 600)
    second.write_bytes(gzip.compress(b"2" * 401))
    assert len(find_files([first]).files) == len(find_files([second]).files) == 1
    found = find_files([first, second])
    assert [file.name for file in found.files] == [str(first)]
    assert f"with {second} the files hold more than" in found.refusals[0]


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_a_bomb_in_an_archive_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compress: object
) -> None:
    monkeypatch.setattr("playlake.importing.files.MAX_BYTES", 100_000)
    assert callable(compress)
    (tmp_path / "bomb.zip").write_bytes(zipped(zeros_json=b"0" * 100_001))
    (tmp_path / "twice.zip").write_bytes(zipped(zeros_json=compress(b"0" * 100_001)))
    (tmp_path / "together.zip").write_bytes(zipped(a_json=b"0" * 60_000, b_json=b"0" * 60_000))
    found = find_files(sorted(tmp_path.iterdir()))
    assert found.files == []
    bomb, together, twice = found.refusals
    assert "bomb.zip unpacks to more than 100,000 bytes: unpack it" in bomb
    assert "together.zip unpacks to more than 100,000 bytes: unpack it" in together
    assert "twice.zip/zeros.json the files hold more than" in twice


def test_too_many_files_in_an_archive_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 1)
    (tmp_path / "a.zip").write_bytes(zipped(a_json=b"1", b_json=b"2"))
    (refusal,) = find_files([tmp_path / "a.zip"]).refusals
    assert "a.zip holds 2 files, and at most 1 are read: unpack it" in refusal


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    packed = zipped(a_json=b"1" * 1000, b_json=bytes(range(256)))
    whole = bytearray(packed)
    at = packed.index(b"b.json") + 30
    whole[at : at + 20] = bytes(20)
    (tmp_path / "cut.zip").write_bytes(packed[:-30])
    (tmp_path / "damaged.zip").write_bytes(bytes(whole))
    found = find_files(sorted(tmp_path.iterdir()))
    assert found.files == []
    assert [refusal.rpartition("/")[2].split(" ")[0] for refusal in found.refusals] == [
        "cut.zip", "damaged.zip",
    ]  # fmt: skip
    assert all("is damaged or cut short: " in refusal for refusal in found.refusals)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    packed = bytearray(zipped(a_json=b"1"))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(magic) + offset] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(packed))
    (refusal,) = find_files([tmp_path / "a.zip"]).refusals
    assert refusal.endswith("a.zip is encrypted: unpack it with its password first")
