"""The command of the template, which `make synth`, `make deploy` and `make destroy` use.

`synth` writes the committed files. `check` and `check-destroy` find what would go wrong, `assemble`
writes the input of the CDK's CLI, and `parameters` prints its options that choose the images.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from playlake_infra.checks.iam_page import iam_page
from playlake_infra.checks.preflight import PreflightError, check, check_destroy, find_place
from playlake_infra.presets import DEFAULT_PRESET, PRESETS, InvalidSettingsError, read_settings
from playlake_infra.released_images import NoReleasedImagesError, choose_images
from playlake_infra.synth import assemble, rendered, synthesise
from playlake_infra.watch.receivers import receiver_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

COMMITTED = Path(__file__).parents[2] / "template"
ASSEMBLY = Path(__file__).parents[2] / "cdk.out"
RELEASED_IMAGES = Path("images.json")
_REFUSED = (InvalidSettingsError, NoReleasedImagesError, PreflightError)


def main() -> int:
    """Run the command; the exit status is 78 if settings are invalid or the check fails."""
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except _REFUSED as error:
        _say(str(error).splitlines())
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
    settings = read_settings(arguments.preset, arguments.settings)
    assemble(settings, arguments.out, find_place())


def _check(arguments: argparse.Namespace) -> None:
    settings = read_settings(arguments.preset, arguments.settings)
    _say(check(settings, choose_images(arguments.tag, arguments.images)))
    _say(receiver_warnings(settings))


def _check_destroy(arguments: argparse.Namespace) -> None:
    settings = read_settings(arguments.preset, arguments.settings)
    _say(check_destroy(settings))


def _parameters(arguments: argparse.Namespace) -> None:
    chosen = choose_images(arguments.tag, arguments.images).parameters
    sys.stdout.write(" ".join(f"--parameters {name}={value}" for name, value in chosen.items()))


def _say(sentences: Iterable[str]) -> None:
    sys.stderr.writelines(f"playlake-infra: {' '.join(each.split())}\n" for each in sentences)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="playlake_infra", description=__doc__)
    commands = parser.add_subparsers(required=True)

    def add(name: str, run: Callable[[argparse.Namespace], None], summary: str) -> _Options:
        command = commands.add_parser(name, help=summary)
        command.set_defaults(run=run)
        return _Options(command)

    add("synth", _synth, "write the template of every preset")
    add("check", _check, "find what would make a deployment fail").of_settings().of_images()
    add("check-destroy", _check_destroy, "find what a deletion would interrupt").of_settings()
    add("assemble", _assemble, "write the assembly that is deployed").of_settings().of_assembly()
    add("parameters", _parameters, "print the CDK's options that choose the images").of_images()
    return parser


@dataclass(frozen=True, slots=True)
class _Options:
    """Adds the options that several commands share."""

    command: argparse.ArgumentParser

    def of_settings(self) -> Self:
        self.command.add_argument("--preset", default=DEFAULT_PRESET, help=", ".join(PRESETS))
        self.command.add_argument(
            "--settings", type=Path, help="TOML file of settings that override the preset's"
        )
        return self

    def of_images(self) -> Self:
        self.command.add_argument(
            "--tag", help="tag of your own images; none: run nothing; default: those of a release"
        )
        self.command.add_argument(
            "--images", type=Path, default=RELEASED_IMAGES, help="the file images.json of a release"
        )
        return self

    def of_assembly(self) -> Self:
        self.command.add_argument(
            "--out", type=Path, default=ASSEMBLY, help="folder of the assembly"
        )
        return self


if __name__ == "__main__":
    sys.exit(main())
