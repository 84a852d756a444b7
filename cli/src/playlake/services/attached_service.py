"""Runs a module as `python -m` does, and ends it when the command that started it is gone.

The command holds the other end of standard input. It closes also if the command is killed.
"""

from __future__ import annotations

import os
import signal
import sys
from runpy import run_module
from threading import Thread


def main(module: str) -> None:
    """Run a module until it ends, or until standard input ends."""
    Thread(target=_end_with_standard_input, daemon=True).start()
    sys.argv[:] = [module]
    run_module(module, run_name="__main__", alter_sys=True)


def _end_with_standard_input() -> None:
    # Not sys.stdin: Python cannot end while a thread waits in it.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1])
