from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from playlake.errors import CommandError
from playlake.local.locks import is_locked, locked
from playlake.local.server import Server, ServerFiles
from playlake.ports import choose_port

if TYPE_CHECKING:
    from pathlib import Path

SERVER = Server(pid=4242, port=4566)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    files = ServerFiles(tmp_path)
    files.write(SERVER)
    assert files.read() == SERVER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4566",
        "{}",
        '{"pid": 4242}',
        '{"pid": "4242", "port": 4566}',
        '{"pid": 4242, "port": 0}',
        '{"pid": 4242, "port": 65536}',
        '{"pid": 1, "port": 4566}',
        '{"pid": -1, "port": 4566}',
    ],
)
def test_what_names_no_process_and_port_is_no_record(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting value|names no process and port"):
        Server.parse(text)


def test_a_record_that_a_dead_server_left_counts_for_nothing(tmp_path: Path) -> None:
    files = ServerFiles(tmp_path)
    files.write(SERVER)
    assert files.running() is None


def test_a_server_that_does_not_answer_is_told_with_its_process(tmp_path: Path) -> None:
    files = ServerFiles(tmp_path)
    silent = Server(pid=4242, port=choose_port())
    files.write(silent)
    with (
        locked(files.server_lock),
        pytest.raises(CommandError, match=f"not answer on port {silent.port}: .*kill -9 4242"),
    ):
        files.running()


def test_a_server_without_a_record_is_told_by_its_lock(tmp_path: Path) -> None:
    files = ServerFiles(tmp_path)
    with locked(files.server_lock), pytest.raises(CommandError, match=r"holds .*server\.lock"):
        files.running()


def test_a_lock_is_shared_by_all_who_share_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path, shared=True):
        with locked(path, shared=True):
            assert is_locked(path)
        assert is_locked(path)
    assert not is_locked(path)


def test_a_lock_is_held_until_the_child_that_inherited_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path) as lock:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(lock,)
        )
    assert is_locked(path)
    child.communicate(b"\n")
    assert not is_locked(path)
