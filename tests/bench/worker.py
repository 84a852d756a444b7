"""A process of the benchmark: runs one contestant as often as it is told, and prints CPU seconds.

python -m tests.bench.worker NAME

Each line of its input is a folder with a part, and how many runs to measure together. It answers
with the CPU seconds of one run, of all threads, and with the bytes that the run made.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time
from functools import cache
from pathlib import Path

from tests.bench.job import Job


@cache
def load(folder: str) -> Job:
    """The part in a folder."""
    return Job.load(Path(folder))


def main(name: str) -> None:
    """Answer until the input ends."""
    run = importlib.import_module(f"tests.bench.contestants.{name}").run
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        folder, times = json.loads(line)
        job, made = load(folder), 0
        gc.collect()
        started = time.process_time()
        for _ in range(times):
            made = run(job)
        seconds = (time.process_time() - started) / times
        print(json.dumps([seconds, made]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
