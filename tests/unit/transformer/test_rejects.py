"""An object that cannot be transformed is rejected as a whole, with a reason."""

import subprocess
import sys
from dataclasses import replace

import pytest
from tests.unit.transformer.curated import KEY, RUN, frame, part
from tests.unit.transformer.synthetic import Json, entry, playlist, track

from playlake_contracts.keys import RawKey
from playlake_contracts.limits import MAX_SNAPSHOT_BYTES
from playlake_contracts.raw import compress_frame
from playlake_transformer.domain import positions
from playlake_transformer.domain import transform as transforming
from playlake_transformer.domain.tables import MAPPINGS, PLAYLIST_ITEMS
from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import (
    CorruptZstdError,
    CountMismatchError,
    EmptyObjectError,
    InvalidManifestError,
    ObjectTooLargeError,
    UnknownSchemaError,
)

FRAME = frame(playlist([entry(track(1))]))
WHOLE = part(FRAME, FRAME)


def test_an_empty_object_is_rejected() -> None:
    with pytest.raises(EmptyObjectError, match=r"part-0000.*holds no snapshot"):
        transform(b"", KEY)


@pytest.mark.parametrize(
    "raw",
    [
        b"junk",
        FRAME,
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
        WHOLE[:-1],
        WHOLE[: len(WHOLE) // 2 + 10],
        WHOLE + b"junk",
        WHOLE[:20] + bytes([WHOLE[20] ^ 1]) + WHOLE[21:],
    ],
    ids=["junk", "plain", "gzip", "a byte short", "cut", "junk behind", "a flipped bit"],
)
def test_an_object_that_is_not_whole_zstd_frames_is_rejected(raw: bytes) -> None:
    with pytest.raises(CorruptZstdError, match=r"part-0000.*zstd frame"):
        transform(raw, KEY)


def test_a_snapshot_of_too_many_bytes_is_rejected() -> None:
    bomb = b"".join(compress_frame([b" " * MAX_SNAPSHOT_BYTES, b" "]))
    with pytest.raises(ObjectTooLargeError, match=r"part-0000.*more than 134,217,728 bytes"):
        transform(bomb, KEY)


def test_a_snapshot_of_too_many_entries_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positions, "MAX_SNAPSHOT_ENTRIES", 1)
    assert transform(WHOLE, KEY).snapshots == 2
    with pytest.raises(ObjectTooLargeError, match="more than 1 entries"):
        transform(part(frame(playlist([None, None]))), KEY)


MEASURE = """
import resource, sys
from playlake_contracts.keys import RawKey
from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import ObjectTooLargeError
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
raw, key = sys.stdin.buffer.read(), RawKey.parse(sys.argv[1])
before = peak()
try:
    transform(raw, key)
except ObjectTooLargeError as error:
    print(peak() - before, error)
"""


MILLIONS = [
    *(('{"items":[%s]}', entry) for entry in ("null", "{}", '{"item":{}}', '{"track":{}}', "5")),
    ('{"items":[{"item":{"id":"a","artists":[%s]}}]}', "{}"),
    ('{"items":[{"item":{"id":"a","album":{"images":[%s]}}}]}', '{"url":""}'),
]


@pytest.mark.parametrize(("page", "element"), MILLIONS, ids=[f"{p % e}" for p, e in MILLIONS])
def test_a_few_bytes_that_decompress_to_millions_of_objects_are_rejected_in_bounded_memory(
    page: str, element: str
) -> None:
    elements = page.replace("%s", ",".join([element] * 1_500_000)).encode()
    raw = part(frame(None, elements, entries=1_500_000))
    assert len(raw) < 10_000
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(KEY)],
        input=raw,
        capture_output=True,
        check=True,
        timeout=100,
    )
    mebibytes, _, reason = measured.stdout.decode().partition(" ")
    assert int(mebibytes) < 256
    assert "more than" in reason


@pytest.mark.parametrize("counted", [0, 2])
@pytest.mark.parametrize("bad", [[], [entry(track(2, duration_ms="long"))]])
def test_a_part_whose_entries_differ_from_the_extractors_count_is_rejected(
    counted: int, bad: list[Json]
) -> None:
    sent = frame(playlist([entry(track(1)), *bad]), entries=counted + len(bad))
    with pytest.raises(CountMismatchError, match=rf"the extractor counted {counted + len(bad)}"):
        transform(part(FRAME, sent), KEY)


def test_a_part_that_loses_a_row_in_cleaning_is_rejected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    losing = replace(PLAYLIST_ITEMS, clean=lambda rows: rows.slice(1))
    monkeypatch.setattr(transforming, "MAPPINGS", {**MAPPINGS, "playlist_items": losing})
    with pytest.raises(CountMismatchError, match="has 1 entries, but they became 0 rows"):
        transform(WHOLE, KEY)


@pytest.mark.parametrize(
    ("true", "other"),
    [(b'"source":"spotify"', b'"source":"toy"'), (b'"kind":"playlist"', b'"kind":"entries"')],
)
def test_a_frame_without_a_registered_reader_is_rejected(true: bytes, other: bytes) -> None:
    assert true in FRAME
    with pytest.raises(UnknownSchemaError, match="no reader is registered for frames of source"):
        transform(part(FRAME, FRAME.replace(true, other, 1)), KEY)


def test_a_part_of_an_unregistered_source_is_rejected() -> None:
    with pytest.raises(UnknownSchemaError, match="no source 'toy' is registered"):
        transform(WHOLE, RawKey.of_part("toy", RUN, 0))


@pytest.mark.parametrize(
    "later",
    [
        FRAME.replace(b"playlake.raw/1", b"playlake.raw/2"),
        b'{"schema":"playlake.raw/2","snapshots":[]}',
        b'{"schema":"playlake.raw/2","fetched_at":5,"pages":{}}',
    ],
    ids=["the same fields", "other fields", "other types"],
)
def test_a_part_of_a_later_schema_is_rejected(later: bytes) -> None:
    with pytest.raises(UnknownSchemaError, match=r"'playlake\.raw/2' is not 'playlake\.raw/1'"):
        transform(part(FRAME, later), KEY)


MANIFEST_KEY = RawKey.of_manifest("spotify", RUN)


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"junk", b"\xff", b"[" * 100_000, b'{"x":' + b"[" * 5000], ids=range(6)
)
def test_a_manifest_that_cannot_be_read_is_rejected(raw: bytes) -> None:
    with pytest.raises(InvalidManifestError, match=r"manifest\.json: "):
        transform(raw, MANIFEST_KEY)
