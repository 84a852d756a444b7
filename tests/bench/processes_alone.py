"""What a process needs by itself: memory for a long snapshot, CPU time and memory to start."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.bench.measuring import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Memory is what Linux reports; the peak that `getrusage` has is that of the parent as well.
STATUS: Final = """
import sys
def kibibytes(field):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(field + ":"))
"""
PEAK: Final = f"""{STATUS}
from pathlib import Path
from tests.bench.contestants.transform import run
from tests.bench.job import Job
small, folder = Path(sys.argv[1]), Path(sys.argv[2])
run(Job.load(small))
base = kibibytes("VmRSS")
part = Job("", (folder / "part").read_bytes(), [], folder)
run(part)
print(kibibytes("VmHWM") - base)
"""
START: Final = f"""{STATUS}
import importlib, json, resource
for name in sys.argv[1:]:
    importlib.import_module(name)
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_utime + used.ru_stime, kibibytes("VmHWM") / 1024]))
"""
# What is imported before the service can be ready, and by the processes that transform. They are
# measured with the packages of their image, because some packages import others if they are there.
DEPLOYED: Final = CHECKOUT / ".venv-transformer" / "bin" / "python"
SOURCES: Final = [CHECKOUT / "services/transformer/src", CHECKOUT / "libs/contracts/src"]
EMPTY: Final = "an empty interpreter"
STARTED: Final = {
    EMPTY: (),
    "the service": ("playlake_transformer.__main__", "playlake_transformer.service"),
    "a transforming process": ("playlake_transformer.domain.transform",),
}


@dataclass(frozen=True, slots=True)
class Start:
    """What starting a process takes: CPU seconds, and mebibytes at its peak."""

    seconds: float
    mebibytes: float


def peak_bytes_per_json_byte(small: Path, folder: Path, processes: int) -> float:
    """The peak of memory above the state after a small part, in bytes a byte of JSON."""
    json_bytes = sum(path.stat().st_size for path in folder.glob("frames/*.json"))
    program = [sys.executable, "-c", PEAK, str(small), str(folder)]
    peaks = [int(_run(program, [CHECKOUT])) * 1024 for _ in range(processes)]
    return statistics.median(peaks) / json_bytes


def starts(processes: int) -> dict[str, Start]:
    """What starting takes, by what is started: medians, interleaved."""
    found: dict[str, list[Start]] = {name: [] for name in STARTED}
    for _ in range(processes):
        for name, modules in STARTED.items():
            program = [str(DEPLOYED), "-c", START, *modules]
            found[name].append(Start(*json.loads(_run(program, SOURCES))))
    return {
        name: Start(
            statistics.median(one.seconds for one in measured),
            statistics.median(one.mebibytes for one in measured),
        )
        for name, measured in found.items()
    }


def _run(program: Sequence[str], sources: Sequence[Path]) -> str:
    return subprocess.run(
        program,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sources))},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
