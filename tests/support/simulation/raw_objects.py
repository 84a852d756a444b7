"""What a simulated extractor lands: whole parts, a manifest, and objects that are poison.

Each has the rows that it must become, known without the code under test: the number of entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from landed import bad_entry, entry, manifest, manifest_key, part, part_key

if TYPE_CHECKING:
    from playlake_contracts.keys import RawKey

RUN, POISON_RUN = "synthetic", "poison"


@dataclass(frozen=True, slots=True)
class Landing:
    """An object of the raw bucket.

    Attributes:
        key: its key as S3 has it.
        body: its bytes.
        entries: number of places in playlists; 0 for a manifest.
        code: the code with which it must be rejected; None if it must be committed.
    """

    key: str
    body: bytes
    entries: int = 0
    code: str | None = None


@cache
def parts() -> tuple[Landing, ...]:
    """Parts of one run, each of other rows."""
    return tuple(_part(number, first=10 * number) for number in range(8))


@cache
def replacement(number: int) -> Landing:
    """Another content under the key of a part, which nobody should have written."""
    return _part(number, first=500 + 10 * number, entries=4)


@cache
def manifests() -> tuple[Landing, ...]:
    """The manifests of some runs: they become fewer files than a part does."""
    landed = [(part_key(number), each.body, 1) for number, each in enumerate(parts())]
    return tuple(
        Landing(str(manifest_key(run)), manifest(run, *landed[: 2 + number]))
        for number, run in enumerate((RUN, "another", "third"))
    )


@cache
def poison() -> tuple[Landing, ...]:
    """One object of each kind that can never be committed, but for the ones in the messages."""
    keys = [part_key(number, POISON_RUN) for number in range(5)]
    whole = part(keys[0], [entry(1)])
    return (
        Landing(str(keys[0]), b"synthetic junk", code="corrupt_zstd"),
        Landing(str(keys[1]), b"", code="empty_object"),
        Landing(str(keys[2]), _miscounted(keys[2]), code="count_mismatch"),
        Landing(str(keys[3]), part(keys[3], [entry(3)]), code="crashes_transformer"),
        Landing(str(keys[4]), whole[: len(whole) // 2], code="corrupt_zstd"),
        Landing(str(manifest_key(POISON_RUN)), b"{}", code="invalid_manifest"),
        Landing("raw/not a key+of%20ours.txt", b"synthetic", code="invalid_key"),
    )


def _part(number: int, *, first: int, entries: int = 2) -> Landing:
    key = part_key(number, RUN)
    made = [entry(first + each) for each in range(entries)]
    if number % 4 == 1:
        made = [*made, bad_entry()]
    return Landing(str(key), part(key, made), entries=len(made))


def _miscounted(key: RawKey) -> bytes:
    """A part whose frame says one entry more than it has."""
    return part(key, [entry(1)], counted=2)
