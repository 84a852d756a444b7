"""Whatever is wrong with a part: it is rejected by a declared error, or all of it is accounted for.

`make mutate` does this with 100,000 parts.
"""

from __future__ import annotations

import json
import random
import re
import resource
from collections import Counter
from pathlib import Path

import pytest
from tests.unit.transformer.curated import KEY, Curated
from tests.unit.transformer.mutations import Corpus

from playlake_contracts.raw import read_frames
from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import RejectError

PARTS_IN_CORPUS = 60
# Until then caches and pools of memory fill.
WARM = 2_000
MOST_GROWTH_KIB = 32 * 1024
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
PAGE_KIB = resource.getpagesize() // 1024


@pytest.mark.timeout(7200)
def test_a_mutated_part_is_rejected_or_conserved(request: pytest.FixtureRequest) -> None:
    seed = request.config.getoption("--seed") or random.randrange(2**32)
    print(f"seed {seed}")
    parts = request.config.getoption("--mutations")
    dice = random.Random(seed)
    corpus = Corpus.of(dice, PARTS_IN_CORPUS)
    results: Counter[str] = Counter()
    memory: list[int] = []
    for number in range(parts):
        raw = corpus.mutated(dice)
        try:
            results[result_of(raw)] += 1
        except Exception as error:
            raise AssertionError(f"part {number} of seed {seed}") from error
        if number % 500 == 0:
            memory.append(resident_kib())
    print(", ".join(f"{amount:,} {result}" for result, amount in results.most_common()))
    print(f"memory: {memory[0] // 1024} MiB at first, {memory[-1] // 1024} MiB at last")
    assert results["transformed"] > parts // 20
    if len(memory) > WARM // 500 + 1:
        assert memory[-1] - memory[WARM // 500] < MOST_GROWTH_KIB


def result_of(raw: bytes) -> str:
    """The code of the error, or that it was transformed and nothing is missing."""
    try:
        curated = Curated(transform(raw, KEY))
    except RejectError as error:
        return error.code.value
    frames = list(read_frames(raw))
    quarantined = {comparable(row["raw"]) for row in curated.quarantined()}
    kept = [one for one in frames if text_of(one) not in quarantined]
    playlists = curated.rows("playlists")
    assert len(kept) == len(playlists), "a frame is a row, or in quarantine as a whole"
    assert curated.transformed.snapshots == len(frames)
    items = Counter(row["playlist_id"] for row in curated.items)
    assert sum(row["entries"] for row in playlists) == items.total()
    counted = [counted_in(one) for one in kept]
    if None not in counted:
        assert sum(filter(None, counted)) == items.total(), "each counted entry is a row"
    return "transformed"


def text_of(one: bytes) -> str:
    return comparable(one.decode(errors="replace"))


def comparable(text: str) -> str:
    """A text without NUL and half surrogates, which quarantine has in another form."""
    for odd in ("\\u0000", "\\ufffd", "\0", "\ufffd"):
        text = text.replace(odd, "?")
    return _SURROGATE.sub("?", text)


def counted_in(one: bytes) -> int | None:
    """The entries that the extractor has counted, read without code of the transformer."""
    try:
        document = json.loads(one)
    except (ValueError, RecursionError):
        return None
    entries = document.get("entries")
    return entries if isinstance(entries, int) and not isinstance(entries, bool) else None


def resident_kib() -> int:
    """The memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KIB
