"""How commands find the local AWS of their project, and no other's."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from answering import answering
from free_ports import choose_port

from playlake.errors import CommandError
from playlake.local_aws import server as module
from playlake.local_aws.launcher import NONCE_PREFIX
from playlake.local_aws.ministack import Server
from playlake.local_aws.server import ServerFiles, is_locked, locked

if TYPE_CHECKING:
    from pathlib import Path

NONCE = f"{NONCE_PREFIX}synthetic"


@pytest.fixture
def files(tmp_path: Path) -> ServerFiles:
    return ServerFiles(tmp_path)


def record(files: ServerFiles, server: Server) -> None:
    files.record.write_text(json.dumps(asdict(server)))
    files.prepared.write_text(server.nonce)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4566",
        "{}",
        '{"pid": 4242, "port": 4566}',
        '{"pid": 4242, "port": 4566, "nonce": ""}',
        '{"pid": 4242, "port": 4566, "nonce": "test"}',
        '{"pid": "4242", "port": 4566, "nonce": "playlake-1"}',
        '{"pid": 4242, "port": 0, "nonce": "playlake-1"}',
        '{"pid": 4242, "port": 65536, "nonce": "playlake-1"}',
        '{"pid": 1, "port": 4566, "nonce": "playlake-1"}',
        '{"pid": -1, "port": 4566, "nonce": "playlake-1"}',
    ],
)
def test_what_names_no_process_port_and_nonce_is_no_record(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting value|names no process, port and nonce"):
        Server.parse(text)


def test_a_record_that_a_dead_server_left_counts_for_nothing(files: ServerFiles) -> None:
    record(files, Server(4242, 4566, NONCE))
    assert files.running() is None


def test_a_server_is_known_by_its_nonce(files: ServerFiles) -> None:
    with answering(NONCE.encode()) as port, locked(files.server_lock):
        record(files, Server(4242, port, NONCE))
        assert files.running() == Server(4242, port, NONCE)


@pytest.mark.parametrize("body", [b"", b"{}", f"{NONCE}0".encode(), b"playlake-another"])
def test_another_server_on_its_port_is_not_taken_for_it(files: ServerFiles, body: bytes) -> None:
    with answering(body) as port, locked(files.server_lock):
        record(files, Server(4242, port, NONCE))
        with pytest.raises(CommandError, match=f"not answer on port {port}: .*kill -9 4242"):
            files.running()


def test_a_server_that_does_not_answer_is_told_with_its_process(files: ServerFiles) -> None:
    silent = Server(4242, choose_port(), NONCE)
    record(files, silent)
    with (
        locked(files.server_lock),
        pytest.raises(CommandError, match=f"not answer on port {silent.port}: .*kill -9 4242"),
    ):
        files.running()


def test_a_server_whose_resources_are_not_all_made_is_not_joined(files: ServerFiles) -> None:
    with answering(NONCE.encode()) as port, locked(files.server_lock):
        record(files, Server(4242, port, NONCE))
        files.prepared.write_text("playlake-the-one-before")
        assert files.running() is None
        files.prepared.unlink()
        assert files.running() is None


def test_a_server_without_a_record_is_told_by_its_lock(
    files: ServerFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RECORD_WITHIN", module._RECORD_WITHIN * 0)
    with locked(files.server_lock), pytest.raises(CommandError, match=r"holds .*server\.lock"):
        files.running()


def test_a_server_that_has_just_started_is_given_time_for_its_record(
    files: ServerFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(_: float) -> None:
        record(files, Server(4242, 4566, NONCE))

    monkeypatch.setattr(module, "time", SimpleNamespace(sleep=later, monotonic=time.monotonic))
    with locked(files.server_lock):
        assert files.living() == Server(4242, 4566, NONCE)


def test_the_nonce_is_not_shown() -> None:
    assert NONCE not in repr(Server(4242, 4566, NONCE))


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
