"""Services as processes: awaited, and stopped whatever they do about it."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port

from playlake import processes
from playlake.errors import CommandError
from playlake.ports import HOST
from playlake.processes import is_ready, run_to_end, service, start, stop

if TYPE_CHECKING:
    from pathlib import Path

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
STUBBORN = """
import signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
signal.pause()
"""


def play(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(processes, "module_command", lambda _: [sys.executable, "-c", code])


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
