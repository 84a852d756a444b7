"""The template of a settings file, made by the environment of the CDK that a clone has."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any, Final

from playlake.errors import CommandError

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.project import Project

_REFUSED: Final = 78
_SYNTHESISE: Final = f"""
import json, pathlib, sys
from playlake_infra.presets import InvalidSettingsError, read_settings
from playlake_infra.synth import synthesise
try:
    settings = read_settings(sys.argv[1], pathlib.Path(sys.argv[2]))
except InvalidSettingsError as error:
    sys.stderr.write(str(error))
    sys.exit({_REFUSED})
json.dump(synthesise(settings), sys.stdout)
"""


def synthesised(project: Project, preset: str, settings: Path) -> dict[str, Any]:
    """Make the template of a preset with the overrides of a settings file.

    Raises:
        CommandError: there is no CDK, or a setting is wrong; the message is that of `make deploy`.
    """
    python = project.cdk_python
    if python is None:
        raise CommandError(
            "a settings file needs the CDK, which a clone of the repository has: run `make "
            ".venv-infra/stamp` there, or leave --settings out for what the preset costs"
        )
    ended = subprocess.run(  # noqa: S603  a command of ours
        [str(python), "-c", _SYNTHESISE, preset, str(settings)],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode == _REFUSED:
        raise CommandError(ended.stderr)
    if ended.returncode:
        raise CommandError(f"the template was not made: {ended.stderr.strip()[-300:]}")
    template: dict[str, Any] = json.loads(ended.stdout)
    return template
