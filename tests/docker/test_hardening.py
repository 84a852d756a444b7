"""Restrictions of the containers of docker-compose.yml."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from composed import Composed

pytestmark = pytest.mark.timeout(900)

# Tries to create a file in every folder, and prints the privileges of the process.
LOOK_AROUND = """
import json, os, pathlib, tempfile

def is_writable(folder):
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            return True
    except OSError:
        return False

folders = [f for f, _, _ in os.walk("/") if not f.startswith(("/proc", "/sys"))]
status = pathlib.Path("/proc/self/status").read_text()
print(json.dumps({
    "folders": len(folders),
    "writable": sorted(filter(is_writable, folders)),
    "kernel": dict(line.split(":\\t", 1) for line in status.splitlines()),
}))
"""
# Shared memory, such as the transformer's locks; it is not on a disk.
SHARED_MEMORY = {"/dev/mqueue", "/dev/shm"}  # noqa: S108  named, not used


@pytest.mark.parametrize("service", ["compactor", "extractor", "transformer", "sandbox"])
def test_a_service_writes_only_to_tmp_and_has_no_privileges(stack: Composed, service: str) -> None:
    seen = json.loads(
        stack.run(
            *("--profile", "run", "run", "--rm", "--no-deps", "-T"),
            *("--entrypoint", "/opt/venv/bin/python", service, "-c", LOOK_AROUND),
        )
    )
    assert seen["folders"] > 500
    assert set(seen["writable"]) - SHARED_MEMORY == {"/tmp"}  # noqa: S108  the one it may use
    kernel = seen["kernel"]
    assert set(kernel["Uid"].split()) == set(kernel["Gid"].split()) == {"10001"}
    assert kernel["Groups"].strip() in {"", "10001"}
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(kernel[capabilities], 16) == 0
    assert kernel["NoNewPrivs"] == "1"
    assert kernel["Seccomp"] == "2", "system calls are filtered"


def test_the_local_aws_writes_only_to_its_volume(stack: Composed) -> None:
    seen = json.loads(
        stack.run(
            *("run", "--rm", "--no-deps", "-T"),
            *("--entrypoint", "/opt/venv/bin/python", "aws", "-c", LOOK_AROUND),
        )
    )
    writable = {f for f in seen["writable"] if not f.startswith("/dev")}
    assert writable == {"/tmp", "/var/lib/ministack"}  # noqa: S108  the ones it may use
    assert int(seen["kernel"]["CapBnd"], 16) == 0
