"""What `tests/support/started.py` promises, shown in a Python that has no other children."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import started

ORPHAN = '''
import subprocess, sys, time
import started
started.adopt_orphans()
forever = [sys.executable, "-c", "import time; time.sleep(10 ** 6)"]
leaving = f"""
import subprocess
orphan = subprocess.Popen({forever}, stdout=subprocess.DEVNULL, start_new_session=True)
print(orphan.pid)
"""
printed = subprocess.run([sys.executable, "-c", leaving], stdout=subprocess.PIPE, check=True).stdout
assert started.kill_descendants() == [" ".join(forever)]
print(f"/proc/{int(printed)}")
'''
IGNORING = """
import signal, subprocess, sys
import started
signal.signal(signal.SIGINT, signal.SIG_IGN)
started.give_children_default_signals()
signal.raise_signal(signal.SIGINT)
show = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
subprocess.run([sys.executable, "-c", show], check=True)
"""


def run(code: str) -> str:
    support = Path(started.__file__).parent
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env={"PYTHONPATH": str(support)}, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which process is whose")
def test_a_process_whose_parent_has_ended_is_killed_all_the_same() -> None:
    assert not Path(run(ORPHAN).strip()).exists()


def test_a_child_of_one_that_ignores_sigint_does_not_ignore_it() -> None:
    assert run(IGNORING) == "True\n"
