"""Describes the machine and the versions that figures were taken with; it names no machine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSIONS: Final = """
import importlib.metadata, json, sys
print(json.dumps({name: importlib.metadata.version(name) for name in sys.argv[1:]}))
"""


def describe() -> str:
    """One line on processors, memory, system and interpreter."""
    return (
        f"{os.cpu_count()} processors ({_processor()}), {_memory()}, {platform.system()} "
        f"{platform.release().split('-')[0]}, Python {platform.python_version()}; "
        f"load average {os.getloadavg()[0]:.1f} at the start"
    )


def versions(python: Path, packages: Sequence[str]) -> dict[str, str]:
    """The versions of packages that an interpreter has."""
    command = [str(python), "-c", VERSIONS, *packages]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    read: dict[str, str] = json.loads(found)
    return read


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
