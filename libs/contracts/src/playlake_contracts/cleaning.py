"""Takes what was erased out of raw objects: one rule for landing, transforming and erasing.

A frame of an erased playlist is left out, and users that were erased are taken out of every other
frame. All else stays byte for byte, so the same raw object always becomes the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec.structs import replace

from playlake_contracts.erased import Erased, Kind
from playlake_contracts.manifest import decode_manifest, encode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import compress_frame, playlist_of, read_frames, read_landed_frames
from playlake_contracts.sources.people import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_contracts.manifest import Manifest, PartSummary, PlaylistOutcome


@dataclass(frozen=True, slots=True)
class CleanPart:
    """A part without what was erased.

    Attributes:
        body: its bytes, the same object if nothing was taken out; None if no frame is left.
        left_out: number of frames of erased playlists.
        redacted: number of other frames that named erased users.
    """

    body: bytes | None
    left_out: int = 0
    redacted: int = 0


@dataclass(frozen=True, slots=True)
class PartNow:
    """A part as it is now, for the manifest.

    Attributes:
        size: its bytes.
        json_bytes: the bytes of its frames, decompressed.
        sha256: the digest of its bytes.
    """

    size: int
    json_bytes: int
    sha256: str

    @classmethod
    def of(cls, body: bytes) -> PartNow:
        """What a part is.

        Raises:
            ValueError: it is not a sequence of whole zstd frames.
        """
        return cls(len(body), sum(map(len, read_frames(body))), sha256(body).hexdigest())


def clean_response(body: bytes, source: str, erased: Erased) -> bytes:
    """JSON of a source without the users that were erased; the same bytes if it names none."""
    people = PEOPLE.get(source)
    if people is None or not erased.of(source, Kind.USER):
        return body
    return people.redacted(body, erased.instead(source))


def clean_part(body: bytes, source: str, erased: Erased) -> CleanPart:
    """A part without what was erased.

    Raises:
        ValueError: it is not a sequence of whole zstd frames, or is too large.
    """
    left_out = redacted = 0
    pieces: list[bytes | memoryview] = []
    for landed, frame in read_landed_frames(body):
        playlist_id = playlist_of(frame)
        if playlist_id is not None and erased.has(source, Kind.PLAYLIST, playlist_id):
            left_out += 1
            continue
        clean = clean_response(frame, source, erased)
        if clean is frame:
            pieces.append(landed)
        else:
            redacted += 1
            pieces += compress_frame([clean])
    if not left_out and not redacted:
        return CleanPart(body)
    return CleanPart(b"".join(pieces) if pieces else None, left_out, redacted)


def clean_manifest(
    body: bytes, source: str, erased: Erased, parts: Mapping[str, PartNow | None]
) -> bytes:
    """A manifest without the outcomes of erased playlists; the same bytes if nothing changes.

    Args:
        body: its bytes.
        source: the source.
        erased: what was erased.
        parts: what some of its parts are now, by name; None if a part is gone.

    Raises:
        ValueError: it is no manifest, or its counts do not add up.
    """
    before = decode_manifest(body)
    left = [
        each for each in before.playlists if not erased.has(source, Kind.PLAYLIST, each.playlist_id)
    ]
    after = replace(
        before,
        playlists=left,
        configured=len(left),
        parts=list(_parts(before, left, parts)),
    )
    return body if after == before else encode_manifest(after)


def _parts(
    manifest: Manifest,
    playlists: list[PlaylistOutcome],
    parts: Mapping[str, PartNow | None],
) -> Iterator[PartSummary]:
    for part in manifest.parts:
        held = [
            each for each in playlists if each.outcome is Outcome.LANDED and each.part == part.part
        ]
        now = parts.get(part.part)
        if not held and not part.details:
            continue
        counted = part
        if not part.details:
            entries = sum(each.entries or 0 for each in held)
            counted = replace(part, snapshots=len(held), entries=entries)
        if now is not None:
            counted = replace(counted, bytes=now.size, json_bytes=now.json_bytes, sha256=now.sha256)
        yield counted
