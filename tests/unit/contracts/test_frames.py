import random
import struct
import subprocess
import sys
from itertools import accumulate

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from playlake_contracts.raw import (
    CorruptFrameError,
    FrameTooLargeError,
    compress_frame,
    read_frames,
)

ROOM = 1024 * 1024


def compressed(content: bytes) -> bytes:
    return b"".join(compress_frame([content]))


def read(raw: bytes, max_frame_bytes: int = ROOM) -> tuple[list[bytes], bool]:
    """The frames that could be read, and whether the rest was corrupt."""
    frames: list[bytes] = []
    try:
        frames.extend(read_frames(raw, max_frame_bytes=max_frame_bytes))
    except CorruptFrameError:
        return frames, True
    return frames, False


@given(st.lists(st.lists(st.binary(max_size=4096), max_size=5), max_size=6))
def test_frames_are_read_back_for_any_sizes_of_pieces(frames: list[list[bytes]]) -> None:
    raw = b"".join(b"".join(compress_frame(pieces)) for pieces in frames)
    assert read(raw) == ([b"".join(pieces) for pieces in frames], False)


def test_frames_larger_than_one_read_are_read_back() -> None:
    noise = random.Random(1).randbytes
    frames = [noise(size) for size in (1, 2047, 2048, 2049, 100_000)]
    assert read(b"".join(map(compressed, frames))) == (frames, False)


# Small enough to try every cut and every bit, and with zstd matches to decode.
FRAMES = [b'{"n":1}\n' * 12, b"", b'{"name":"\xe2\x82\xac"}\n', bytes(range(64)) * 3]
PART = b"".join(map(compressed, FRAMES))
BORDERS = [0, *accumulate(len(compressed(frame)) for frame in FRAMES)]


def test_a_part_that_ends_inside_a_frame_is_corrupt() -> None:
    for cut in range(len(PART) + 1):
        whole = sum(border <= cut for border in BORDERS[1:])
        assert read(PART[:cut]) == (FRAMES[:whole], cut not in BORDERS)


def test_no_flipped_bit_changes_the_content() -> None:
    """Some bits of a frame's header do not affect its content; all others are checked."""
    headers = {border + byte for border in BORDERS for byte in range(6)}
    for position in range(len(PART)):
        for bit in range(8):
            damaged = bytearray(PART)
            damaged[position] ^= 1 << bit
            frames, corrupt = read(bytes(damaged))
            assert frames == FRAMES[: len(frames)]
            assert corrupt or len(frames) == len(FRAMES)
            assert corrupt or position in headers


@given(st.binary(min_size=1, max_size=300))
def test_junk_after_a_frame_is_refused(junk: bytes) -> None:
    content = b"whole"
    frames, corrupt = read(compressed(content) + b"\0" + junk)
    assert (frames, corrupt) == ([content], True)


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b"\x1f\x8b\x08\0\0\0\0\0",
        b"\0" * 100,
        b"PK\x03\x04",
        zstandard.MAGIC_NUMBER.to_bytes(4),
    ],
    ids=["json", "gzip", "zeros", "zip", "magic backwards"],
)
def test_bytes_that_are_not_zstd_are_corrupt(raw: bytes) -> None:
    assert read(raw) == ([], True)


def test_an_empty_part_has_no_frames() -> None:
    assert read(b"") == ([], False)


@pytest.mark.parametrize("size", [1, 1000, 5000])
def test_a_frame_may_be_as_large_as_the_limit(size: int) -> None:
    raw = compressed(b"x" * size)
    assert read(raw, size) == ([b"x" * size], False)
    with pytest.raises(FrameTooLargeError, match="more than"):
        read(raw, size - 1)


def test_a_part_may_be_larger_than_a_frame_and_has_a_limit_of_its_own() -> None:
    part = compressed(b"x" * 1000) * 50
    assert read(part, 1000) == ([b"x" * 1000] * 50, False)
    assert len(list(read_frames(part, max_frame_bytes=1000, max_bytes=50_000))) == 50
    with pytest.raises(FrameTooLargeError):
        list(read_frames(part, max_frame_bytes=1000, max_bytes=49_999))


# One zstd block of run-length encoding: 4 bytes decompress to 128 KiB.
RUN_LENGTH_BLOCK = struct.pack("<I", (128 * 1024 << 3) | 0b10)[:3] + b"\0"
HEADER = b"\x28\xb5\x2f\xfd\x00\x58"

MEASURE = """
import resource, sys
from playlake_contracts.raw import FrameTooLargeError, read_frames
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
bomb = sys.stdin.buffer.read()
before = peak()
try:
    list(read_frames(bomb, max_frame_bytes=1024 * 1024))
except FrameTooLargeError:
    print(peak() - before)
"""


def test_a_bomb_of_a_gibibyte_is_refused_in_bounded_memory() -> None:
    bomb = HEADER + RUN_LENGTH_BLOCK * 8192
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE], input=bomb, capture_output=True, check=True, timeout=60
    )
    assert int(measured.stdout) < 150  # MiB
