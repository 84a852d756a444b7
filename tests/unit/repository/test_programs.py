"""Each service is a program that says what it does, without any setting."""

from __future__ import annotations

import subprocess
import sys

import pytest

SERVICES = ("compactor", "extractor", "sandbox", "transformer")


def run(service: str, argument: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"playlake_{service}", argument]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={}, timeout=60)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_it_does_and_does_nothing(service: str) -> None:
    ended = run(service, "--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"`python -m playlake_{service}`" in " ".join(ended.stdout.split())


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_refuses_words_that_it_does_not_know(service: str) -> None:
    ended = run(service, "bogus")
    assert ended.returncode == 2
    assert "bogus" in ended.stderr
