"""The command: `synth` writes what is committed, `assemble` what the CDK's CLI deploys."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playlake_infra.iam_page import iam_page
from playlake_infra.presets import DEFAULT_PRESET, PRESETS, InvalidSettingsError, read_settings
from playlake_infra.synth import assemble, rendered, synthesise

COMMITTED = Path(__file__).parents[2] / "template"
ASSEMBLY = Path(__file__).parents[2] / "cdk.out"


def main() -> int:
    """Run the command; 78, as for every wrong setting, when nothing can be made of the settings."""
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except InvalidSettingsError as error:
        sys.stderr.write(f"playlake-infra: {error}\n")
        return 78
    return 0


def committed() -> dict[str, str]:
    """The content of every file in infra/template, by name."""
    templates = {preset: synthesise(settings) for preset, settings in PRESETS.items()}
    files = {f"{preset}.json": rendered(template) for preset, template in templates.items()}
    return {**files, "iam.md": iam_page(templates)}


def _synth(_: argparse.Namespace) -> None:
    COMMITTED.mkdir(exist_ok=True)
    for name, content in committed().items():
        (COMMITTED / name).write_text(content, encoding="utf-8")


def _assemble(arguments: argparse.Namespace) -> None:
    assemble(read_settings(arguments.preset, arguments.settings), arguments.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="playlake_infra", description=__doc__)
    commands = parser.add_subparsers(required=True)
    synth = commands.add_parser("synth", help="write the template of every preset")
    synth.set_defaults(run=_synth)
    deployed = commands.add_parser("assemble", help="write the assembly that is deployed")
    deployed.set_defaults(run=_assemble)
    deployed.add_argument("--preset", default=DEFAULT_PRESET, help=", ".join(PRESETS))
    deployed.add_argument("--settings", type=Path, help="TOML file of what differs from the preset")
    deployed.add_argument("--out", type=Path, default=ASSEMBLY, help="folder of the assembly")
    return parser


if __name__ == "__main__":
    sys.exit(main())
