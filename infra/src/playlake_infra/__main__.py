"""The command: `synth` writes the committed files, `assemble` the input of the CDK's CLI.

`check` finds what would make a deployment fail.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playlake_infra.checks.iam_page import iam_page
from playlake_infra.checks.preflight import PreflightError, check
from playlake_infra.presets import DEFAULT_PRESET, PRESETS, InvalidSettingsError, read_settings
from playlake_infra.synth import assemble, rendered, synthesise

COMMITTED = Path(__file__).parents[2] / "template"
ASSEMBLY = Path(__file__).parents[2] / "cdk.out"


def main() -> int:
    """Run the command; the exit status is 78 if settings are invalid or the check fails."""
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except (InvalidSettingsError, PreflightError) as error:
        sys.stderr.writelines(f"playlake-infra: {line}\n" for line in str(error).splitlines())
        return 78
    return 0


def committed() -> dict[str, str]:
    """Make the content of every file in infra/template, by file name."""
    templates = {preset: synthesise(settings) for preset, settings in PRESETS.items()}
    files = {f"{preset}.json": rendered(template) for preset, template in templates.items()}
    return {**files, "iam.md": iam_page(templates)}


def _synth(_: argparse.Namespace) -> None:
    COMMITTED.mkdir(exist_ok=True)
    for name, content in committed().items():
        (COMMITTED / name).write_text(content, encoding="utf-8")


def _assemble(arguments: argparse.Namespace) -> None:
    assemble(read_settings(arguments.preset, arguments.settings), arguments.out)


def _check(arguments: argparse.Namespace) -> None:
    check(read_settings(arguments.preset, arguments.settings), arguments.tag)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="playlake_infra", description=__doc__)
    commands = parser.add_subparsers(required=True)
    synth = commands.add_parser("synth", help="write the template of every preset")
    synth.set_defaults(run=_synth)
    assembly = commands.add_parser("assemble", help="write the assembly that is deployed")
    assembly.set_defaults(run=_assemble)
    assembly.add_argument("--out", type=Path, default=ASSEMBLY, help="folder of the assembly")
    preflight = commands.add_parser("check", help="find what would make a deployment fail")
    preflight.set_defaults(run=_check)
    preflight.add_argument(
        "--tag", help="tag of the images to run; without it only the buckets are checked"
    )
    for command in (assembly, preflight):
        command.add_argument("--preset", default=DEFAULT_PRESET, help=", ".join(PRESETS))
        command.add_argument(
            "--settings", type=Path, help="TOML file of settings that override the preset's"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
