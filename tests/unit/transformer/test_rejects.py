"""What cannot be read at all is rejected as a whole, with its reason."""

import pytest
from tests.unit.transformer.curated import KEY, RUN, frame, part
from tests.unit.transformer.synthetic import entry, playlist, track

from playlake_contracts.keys import RawKey
from playlake_transformer.domain import part as parts
from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import (
    CorruptZstdError,
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


def test_a_snapshot_over_the_limit_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MAX_SNAPSHOT_BYTES", len(FRAME) - 1)
    with pytest.raises(ObjectTooLargeError, match=r"part-0000.*more than"):
        transform(WHOLE, KEY)


@pytest.mark.parametrize(
    "later",
    [
        FRAME.replace(b"playlake.raw/1", b"playlake.raw/2"),
        b'{"schema":"playlake.raw/2","snapshots":[]}',
        b'{"schema":"playlake.raw/2","fetched_at":5,"pages":{}}',
    ],
    ids=["the same fields", "other fields", "other types"],
)
def test_a_part_of_a_later_schema_is_rejected_and_not_misread(later: bytes) -> None:
    with pytest.raises(UnknownSchemaError, match=r"'playlake\.raw/2' is not 'playlake\.raw/1'"):
        transform(part(FRAME, later), KEY)


MANIFEST_KEY = RawKey.of_manifest("spotify", RUN)


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"junk", b"\xff", b"[" * 100_000, b'{"x":' + b"[" * 5000], ids=range(6)
)
def test_a_manifest_that_cannot_be_read_is_rejected(raw: bytes) -> None:
    with pytest.raises(InvalidManifestError, match=r"manifest\.json: "):
        transform(raw, MANIFEST_KEY)
