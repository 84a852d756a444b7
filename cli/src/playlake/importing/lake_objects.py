"""Lands raw objects of another lake under their own keys: parts first, then manifests.

So a lake moves from AWS to a laptop and back, object by object. What is there with equal bytes is
left as it is.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import msgspec
import zstandard

from playlake_contracts.keys import RawKey, run_prefix
from playlake_contracts.manifest import SCHEMA as MANIFEST_SCHEMA
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.raw import SCHEMA as RAW_SCHEMA
from playlake_contracts.raw import CorruptFrameError, FrameTooLargeError, read_frames
from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from playlake_extractor.public import RawStore

_PART: Final = re.compile(r"(?P<part>part-[0-9]{4})\.jsonl\.zst", re.ASCII)
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_MANIFEST: Final = re.compile(rb'\s*\{\s*"schema":\s*"' + MANIFEST_SCHEMA.encode() + rb'"')
_FRAME: Final = f'{{"schema":"{RAW_SCHEMA}"'.encode()
_CONTENT_TYPES: Final = {True: "application/json", False: "application/zstd"}


class LakeObjectError(ValueError):
    """A file is no object that can be landed; the message names it."""


@dataclass(frozen=True, slots=True)
class LakeObject:
    """A file that looks like a raw object.

    Attributes:
        name: the file, for messages.
        read: reads its bytes.
    """

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Checked:
    """An object that can be landed.

    Attributes:
        found: where it was found.
        key: its key.
        parts: for a manifest, the keys of its parts with their SHA-256.
        sha256: of its bytes.
        is_there: whether the lake has it already.
    """

    found: LakeObject
    key: RawKey
    parts: dict[str, str]
    sha256: str
    is_there: bool


class _Origin(msgspec.Struct):
    schema: str
    source: str
    run_id: str


_origin_decoder = msgspec.json.Decoder(_Origin)


def is_lake_object(beginning: bytes) -> bool:
    """Whether a file that begins so looks like a part or a manifest of a lake."""
    if _MANIFEST.match(beginning):
        return True
    if not beginning.startswith(_ZSTD):
        return False
    try:
        text = zstandard.ZstdDecompressor().decompressobj().decompress(beginning)
    except zstandard.ZstdError:
        return False
    return text.startswith(_FRAME)


def check(
    objects: Iterable[LakeObject], store: RawStore, sources: Collection[str]
) -> tuple[list[Checked], list[str]]:
    """Check objects before anything is landed.

    Args:
        objects: the objects.
        store: where they will be landed.
        sources: the sources that this version knows.

    Returns:
        Those that can be landed, parts before manifests, and a sentence for each other one.

    Raises:
        StopError: the lake did not answer.
    """
    lake = _Lake(store)
    checked: dict[str, Checked] = {}
    refusals: list[str] = []
    for found in objects:
        try:
            one = _check(found, lake, sources)
        except LakeObjectError as error:
            refusals.append(str(error))
            continue
        same = checked.setdefault(str(one.key), one)
        if same.sha256 != one.sha256:
            refusals.append(
                f"{found.name} and {same.found.name} are both {one.key}, with other bytes"
            )
    known = {key: one.sha256 for key, one in checked.items()}
    for one in [one for one in checked.values() if one.key.is_manifest]:
        if lost := _lost(one, known, lake):
            refusals.append(
                f"{one.found.name} is the manifest of a run whose part {lost} is neither here nor "
                "in the lake: import the whole run"
            )
            del checked[str(one.key)]
    in_order = sorted(checked.values(), key=lambda one: (one.key.is_manifest, str(one.key)))
    return in_order, refusals


def land(checked: Iterable[Checked], store: RawStore) -> int:
    """Land objects that the lake does not have; the number of them.

    Raises:
        StopError: the lake did not take one.
    """
    landed = 0
    for one in checked:
        if not one.is_there:
            store.land(str(one.key), one.found.read(), _CONTENT_TYPES[one.key.is_manifest])
            landed += 1
    return landed


def _check(found: LakeObject, lake: _Lake, sources: Collection[str]) -> Checked:
    try:
        body = found.read()
    except OSError as error:
        raise LakeObjectError(f"{found.name} cannot be read: {error.strerror}") from error
    parts: dict[str, str] = {}
    if _MANIFEST.match(body):
        key, parts = _manifest(found, body)
    else:
        key = _part(found, body)
    if key.source not in sources:
        raise LakeObjectError(
            f"{found.name} is of source {key.source!r}, which this version of Playlake does not "
            "know (unknown_schema): use the version that landed it"
        )
    sha256 = hashlib.sha256(body).hexdigest()
    held = lake.sha256(key)
    if held not in {None, sha256}:
        raise LakeObjectError(
            f"{found.name}: the lake has {key} with other bytes, so it stays as it is"
        )
    return Checked(found, key, parts, sha256, held is not None)


def _manifest(found: LakeObject, body: bytes) -> tuple[RawKey, dict[str, str]]:
    try:
        manifest = decode_manifest(body)
        key = RawKey.of_manifest(manifest.source, RunId.parse(manifest.run_id))
        parts = {str(RawKey.parse(part.key)): part.sha256 for part in manifest.parts}
    except (ValueError, RecursionError) as error:
        raise LakeObjectError(f"{found.name} is a manifest that is damaged: {error}") from error
    return key, parts


def _part(found: LakeObject, body: bytes) -> RawKey:
    named = _PART.fullmatch(PurePath(found.name).name)
    if named is None:
        raise LakeObjectError(
            f"{found.name} is a part of a lake under another name: name it as it was landed, such "
            "as part-0000.jsonl.zst"
        )
    try:
        origins = set(_origins(body))
    except (ValueError, RecursionError) as error:
        raise LakeObjectError(f"{found.name} is a part that is damaged: {error}") from error
    if len(origins) != 1:
        raise LakeObjectError(f"{found.name} holds frames of several runs, and so is no part")
    source, run_id = origins.pop()
    try:
        return RawKey(source, RunId.parse(run_id), named["part"])
    except ValueError as error:
        raise LakeObjectError(f"{found.name} is a part that is damaged: {error}") from error


def _origins(body: bytes) -> Iterator[tuple[str, str]]:
    try:
        for frame in read_frames(body):
            origin = _origin_decoder.decode(frame)
            yield origin.source, origin.run_id
    except (CorruptFrameError, FrameTooLargeError, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from error


def _lost(manifest: Checked, known: dict[str, str], lake: _Lake) -> str | None:
    """A part of a manifest that is neither among the objects nor in the lake as it was."""
    for key, sha256 in manifest.parts.items():
        if (known.get(key) or lake.sha256(RawKey.parse(key))) != sha256:
            return key
    return None


class _Lake:
    """What a lake has; a run is listed once."""

    def __init__(self, store: RawStore) -> None:
        self._store = store
        self._keys: dict[str, frozenset[str]] = {}

    def sha256(self, key: RawKey) -> str | None:
        """The digest of an object; None if the lake does not have it."""
        prefix = run_prefix(key.source, key.run_id)
        if prefix not in self._keys:
            self._keys[prefix] = frozenset(self._store.keys(prefix))
        if str(key) not in self._keys[prefix]:
            return None
        return hashlib.sha256(self._store.read(str(key))).hexdigest()
