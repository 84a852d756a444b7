"""Compressed files: what comes out, and what does not."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
import zstandard

from playlake.errors import CommandError
from playlake.importing.files import decompress

CONTENTS = b'{"synthetic": true}' * 100

Compress = Callable[[bytes], bytes]

checked = zstandard.ZstdCompressor(write_checksum=True)
either = pytest.mark.parametrize("compress", [gzip.compress, checked.compress])


def test_a_plain_file_is_left_as_it_is() -> None:
    assert decompress("a.json.gz", CONTENTS) == CONTENTS


@either
def test_a_compressed_file_is_told_by_its_bytes(compress: Compress) -> None:
    assert decompress("a.json", compress(CONTENTS)) == CONTENTS


@either
def test_members_in_a_row_are_one_file(compress: Compress) -> None:
    packed = compress(CONTENTS[:7]) + compress(CONTENTS[7:])
    assert decompress("a.json", packed) == CONTENTS


@either
def test_every_file_that_is_cut_short_is_refused_by_name(compress: Compress) -> None:
    packed = compress(CONTENTS)
    for size in range(4, len(packed)):
        with pytest.raises(CommandError, match=r"^cut\.json is damaged or cut short: "):
            decompress("cut.json", packed[:size])


@either
def test_a_file_with_something_else_behind_it_is_refused(compress: Compress) -> None:
    with pytest.raises(CommandError, match=r"^a\.json is damaged or cut short: "):
        decompress("a.json", compress(CONTENTS) + b"something else")


@either
def test_a_damaged_file_is_refused(compress: Compress) -> None:
    packed = bytearray(compress(CONTENTS))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(CommandError, match=r"^a\.json is damaged or cut short: "):
        decompress("a.json", bytes(packed))


@either
@pytest.mark.parametrize("members", [1, 3])
def test_no_more_comes_out_than_is_allowed(compress: Compress, members: int) -> None:
    packed = compress(CONTENTS) * members
    size = len(CONTENTS) * members
    assert len(decompress("a.json", packed, max_bytes=size)) == size
    with pytest.raises(CommandError, match=r"^with a\.json the files hold more than 256 MiB: "):
        decompress("a.json", packed, max_bytes=size - 1)


def test_a_plain_file_is_bounded_as_well() -> None:
    with pytest.raises(CommandError, match=r"^with a\.json the files hold more than 256 MiB: "):
        decompress("a.json", CONTENTS, max_bytes=len(CONTENTS) - 1)
