"""Services as processes: awaited, and stopped whatever they do about it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from answering import answering
from free_ports import choose_port

from playlake.demo import sandbox
from playlake.demo.extractor import extractor
from playlake.errors import CommandError
from playlake.local_aws import transformer as transformer_process
from playlake.local_aws.transformer import transformer
from playlake.services import processes
from playlake.services.ports import HOST, listen, port_of
from playlake.services.processes import is_ready, run_to_end, service, start, stop, wait_until_ready

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.local_aws import LocalAws

SERVER = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

print("started with", sorted(n for n in os.environ if n.startswith("PLAYLAKE_")), flush=True)
HTTPServer(("127.0.0.1", int(os.environ["PLAYLAKE_PORT"])), Handler).serve_forever()
"""
INHERITING = """
import os, socket
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

server = HTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
server.socket = socket.socket(fileno=int(os.environ["PLAYLAKE_SOCKET_FD"]))
server.serve_forever()
"""
# A command that runs a service, says so, and is then killed.
COMMAND = """
import os, sys
from pathlib import Path
from playlake.demo.sandbox import Played, sandbox
from datetime import datetime, UTC

now, logs = datetime(2026, 11, 21, tzinfo=UTC), Path(sys.argv[1])
with sandbox(os.environ, Played(), now=now, logs=logs, say=print) as spotify:
    print(spotify.port, flush=True)
    sys.stdin.read()
"""
STUBBORN = """
import signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
signal.pause()
"""


def play(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    for command in ("module_command", "service_command"):
        monkeypatch.setattr(processes, command, lambda _: [sys.executable, "-c", code])


def test_a_service_runs_while_the_block_lasts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play(monkeypatch, SERVER)
    port = choose_port()
    health = f"http://{HOST}:{port}/health"
    with service("synthetic", {"PLAYLAKE_PORT": str(port)}, health, logs=tmp_path / "logs"):
        assert is_ready(health)
        assert not is_ready(f"http://{HOST}:{port}/elsewhere")
    assert not is_ready(health)
    log = (tmp_path / "logs" / "synthetic.log").read_text()
    assert log.startswith("started with ['PLAYLAKE_PORT']")


def test_a_service_that_ends_as_it_starts_is_told_with_its_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play(monkeypatch, "raise SystemExit(78)")
    health = f"http://{HOST}:{choose_port()}/"
    with (
        pytest.raises(CommandError, match=r"synthetic ended with status 78 .*synthetic\.log"),
        service("synthetic", {}, health, logs=tmp_path),
    ):
        pytest.fail("it was ready")


def test_a_service_gets_a_socket_and_the_port_ends_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play(monkeypatch, INHERITING)
    listening = listen(0)
    port = port_of(listening)
    own = {"PLAYLAKE_SOCKET_FD": str(listening.fileno())}
    health = f"http://{HOST}:{port}/"
    with service("synthetic", own, health, logs=tmp_path, listening=listening) as process:
        process.kill()
        process.wait()
        with socket.socket() as client:
            assert client.connect_ex((HOST, port)) != 0


def test_an_answer_of_another_process_is_no_readiness(tmp_path: Path) -> None:
    ended = start([sys.executable, "-c", "raise SystemExit(3)"], {}, tmp_path / "log")
    ended.wait()
    with answering(b"{}") as port, pytest.raises(CommandError, match="ended with status 3"):
        wait_until_ready(ended, "synthetic", f"http://{HOST}:{port}/", tmp_path / "log")


def test_the_stand_in_leaves_a_port_that_another_program_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said: list[str] = []
    asked: list[str] = []
    now = datetime(2026, 11, 21, 6, tzinfo=UTC)
    with answering(b"{}", asked) as taken:
        monkeypatch.setattr(sandbox, "PREFERRED_PORT", taken)
        with sandbox.sandbox(
            os.environ, sandbox.Played(), now=now, logs=tmp_path, say=said.append
        ) as spotify:
            assert len(spotify.playlist_ids()) > 0
    assert said == [f"port {taken} is taken, the stand-in for Spotify uses {spotify.port}"]
    assert asked == []


def test_the_transformer_leaves_a_port_that_another_program_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, local_aws: LocalAws
) -> None:
    said: list[str] = []
    asked: list[str] = []
    with answering(b"{}", asked) as taken:
        monkeypatch.setattr(transformer_process, "PREFERRED_PORT", taken)
        with transformer(os.environ, local_aws, tmp_path, say=said.append) as worker:
            assert "objects_committed" in worker.state()
    assert said == [f"port {taken} is taken, the transformer uses {worker.port}"]
    assert asked == []


def test_a_process_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start([sys.executable, "-c", STUBBORN], {}, log)
    while "ready" not in log.read_text():
        assert process.poll() is None
        time.sleep(0.01)
    stop(process, grace=timedelta(milliseconds=50))
    assert process.returncode == -9


def test_a_run_to_its_end_gives_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play(monkeypatch, "raise SystemExit(75)")
    assert run_to_end("synthetic", {}, logs=tmp_path) == 75


def test_a_service_ends_when_the_command_that_started_it_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as command:
        assert command.stdout is not None
        *_, port = command.stdout.readline().split()
        health = f"http://{HOST}:{port}/sandbox/health"
        assert is_ready(health)
        command.kill()
    while is_ready(health):  # pytest's own limit ends this
        time.sleep(0.05)


def test_the_extractor_runs_once_for_each_environment(tmp_path: Path) -> None:
    with extractor({**os.environ, "PLAYLAKE_UNKNOWN": "not for runs"}, tmp_path) as runs:
        statuses = [runs.run({"PLAYLAKE_PLAYLISTS": wanted}) for wanted in ("none", "nothing")]
    assert statuses == [78, 78]
    log = (tmp_path / "extractor.log").read_text()
    assert log.count('"event": "run_stopped"') == 2
    assert "PLAYLAKE_UNKNOWN" not in log


def test_an_extractor_that_is_killed_gives_its_own_status(tmp_path: Path) -> None:
    with extractor(os.environ, tmp_path) as runs:
        runs._process.kill()
        assert runs.run({}) == -9
        assert runs.run({}) == -9
