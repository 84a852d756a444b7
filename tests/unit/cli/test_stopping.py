from __future__ import annotations

import io
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from playlake import lazy_commands
from playlake.__main__ import run
from playlake.command_table import COMMANDS, CommandEntry
from playlake.invocation import Invocation
from playlake.project import Project
from playlake.shipped import Shipped

if TYPE_CHECKING:
    from pathlib import Path

# The command waits where it would read the queries, and says when it does.
WAITING = """
import signal
from playlake.commands import query
from playlake.__main__ import main

def wait(_):
    print("waiting", flush=True)
    while True:
        signal.pause()

query.named_queries = wait
main()
"""


@pytest.mark.parametrize("entry", COMMANDS.values(), ids=COMMANDS)
def test_a_stop_leaves_one_line_on_what_is_kept(
    entry: CommandEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: CommandEntry) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(lazy_commands, "load", stop)
    said = io.StringIO()
    notices = Console(file=said, width=60)
    assert (
        run(
            [entry.name], Invocation(Project(tmp_path, Shipped.in_clone(tmp_path)), notices=notices)
        )
        == 130
    )
    assert said.getvalue() == f"playlake: stopped: {entry.when_stopped}\n"
    assert entry.when_stopped


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        (signal.SIGINT, 130, "playlake: stopped: nothing was changed\n"),
        (signal.SIGTERM, 143, "playlake: stopped: nothing was changed\n"),
        (signal.SIGHUP, 129, ""),
    ],
)
def test_a_signal_ends_the_command_in_order(number: signal.Signals, status: int, said: str) -> None:
    command = [sys.executable, "-c", WAITING, "query", "--list"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(number)
        _, errors = process.communicate()
    assert process.returncode == status
    assert errors == said
