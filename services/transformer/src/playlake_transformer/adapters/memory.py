"""How much memory there is: that of the container, else of the machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
_LIMITS: Final = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


# A raw object is in memory as it was landed, beside the files that were made of it. The memory that
# transforming takes is bounded by the limits of a snapshot.
_SHARE: Final = 16
_MOST_RAW_BYTES: Final = 64 * 1024 * 1024


def raw_budget(chosen: int) -> int:
    """The most bytes of raw objects in memory; `chosen` is the setting, and 0 means what fits."""
    return chosen or min(_MOST_RAW_BYTES, usable_memory() // _SHARE)


def usable_memory(limits: Sequence[Path] = _LIMITS) -> int:
    """The memory in bytes; `limits` are the files that hold limits of control groups."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *_read(limits)])


def _read(limits: Sequence[Path]) -> Iterator[int]:
    for limit in limits:
        text = limit.read_text(encoding="ascii").strip() if limit.exists() else ""
        if text.isdecimal():  # "max" is no limit
            yield int(text)
