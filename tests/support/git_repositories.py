"""Makes git repositories of synthetic histories, with one process each."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git program")


@dataclass(frozen=True, slots=True)
class Change:
    """A commit: its time, and the files that it changes; None removes one."""

    at: datetime
    files: Mapping[str, bytes | None]
    committed_at: datetime | None = None


def make_repository(root: Path, changes: Sequence[Change]) -> Path:
    """Make a repository whose branch has these commits."""
    git = ["git", "-C", str(root), "-c", "init.defaultBranch=main"]
    root.mkdir(parents=True, exist_ok=True)
    subprocess.run([*git, "init", "--quiet"], check=True)
    stream = b"".join(_commit(change) for change in changes)
    subprocess.run([*git, "fast-import", "--quiet"], input=stream, check=True)
    return root


def _commit(change: Change) -> bytes:
    author = f"author a <a@x.example> {int(change.at.timestamp())} +0000\n"
    at = change.committed_at or change.at
    committer = f"committer c <c@x.example> {int(at.timestamp())} +0000\n"
    lines = [f"commit refs/heads/main\n{author}{committer}data 1\nx\n".encode()]
    for path, contents in change.files.items():
        if contents is None:
            lines.append(f'D "{path}"\n'.encode())
        else:
            lines.append(f'M 100644 inline "{path}"\ndata {len(contents)}\n'.encode())
            lines.append(contents + b"\n")
    return b"".join(lines)
