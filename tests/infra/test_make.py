"""What `make deploy` and `make destroy` pass to the CDK's command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def commands(*arguments: str) -> str:
    """The commands that make would run, with single spaces."""
    made = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *arguments],  # noqa: S607  the user's make
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    return " ".join(made.split())


def test_a_deployment_is_checked_assembled_and_imports_what_is_kept() -> None:
    made = commands("deploy", "TAG=v1", "PRESET=standard", "SETTINGS=lake.toml")
    check, assemble = "check --preset standard --settings lake.toml --tag v1", "assemble --preset"
    deploy = "deploy --app infra/cdk.out --import-existing-resources $images"
    assert made.index(check) < made.index(assemble) < made.index(deploy)
    assert "parameters --tag v1" in made
    assert "require-approval" not in made
    assert "drift" not in made


def test_a_pipeline_approves_and_reverts_drift_by_its_variables() -> None:
    made = commands("deploy", "TAG=none", "APPROVAL=never", "DRIFT=revert", "PLAYLISTS=mine")
    for option in ("--require-approval never", "--revert-drift", "--parameters 'Playlists=mine'"):
        assert option in made


@pytest.mark.parametrize(("variable", "is_forced"), [("APPROVAL=never", True), ("TAG=v1", False)])
def test_a_deletion_is_checked_first_and_asks_unless_told(
    variable: str, *, is_forced: bool
) -> None:
    made = commands("destroy", variable)
    assert made.index("check-destroy --preset thrifty") < made.index("destroy --app infra/cdk.out")
    assert ("--force" in made) is is_forced
