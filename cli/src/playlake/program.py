"""What a person types to start `playlake`, which depends on how it is installed."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

_COMMAND = re.compile(r"^( *)playlake(?= )", re.MULTILINE)


def as_typed(text: str, started_as: str) -> str:
    """A text in which each line that starts with `playlake` can be typed as it stands.

    Args:
        text: has one command a line, indented or not.
        started_as: the program of this process, `sys.argv[0]`.
    """
    program = _program(Path(started_as))
    return _COMMAND.sub(lambda found: found[1] + program, text)


def _program(started: Path) -> str:
    if started.stem == "__main__":
        return "python -m playlake"
    found = shutil.which(started.name)
    if found is not None and Path(found).resolve() == started.resolve():
        return started.name
    here = Path.cwd()
    return shlex.quote(str(started.relative_to(here) if started.is_relative_to(here) else started))
