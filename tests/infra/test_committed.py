from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from playlake_infra.__main__ import COMMITTED, committed, main
from playlake_infra.presets import PRESETS, settings_of
from playlake_infra.synth import rendered, synthesise

if TYPE_CHECKING:
    from pathlib import Path

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_MOST_BYTES = 1024 * 1024
_MOST_RESOURCES = 500


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return committed()


@pytest.mark.parametrize("name", [*(f"{preset}.json" for preset in PRESETS), "iam.md"])
def test_a_committed_file_is_what_the_code_makes(files: dict[str, str], name: str) -> None:
    current = (COMMITTED / name).read_text(encoding="utf-8")
    assert current == files[name], f"infra/template/{name} is stale: run make synth"


def test_no_other_file_is_committed_beside_them(files: dict[str, str]) -> None:
    assert {path.name for path in COMMITTED.iterdir()} == set(files)


def test_the_same_settings_make_the_same_bytes(files: dict[str, str]) -> None:
    assert rendered(synthesise(PRESETS["thrifty"])) == files["thrifty.json"]


def test_a_template_names_no_account_and_no_machine(
    files: dict[str, str],
) -> None:
    for content in files.values():
        assert not re.search(r"[0-9]{12}", content)
        assert not re.search(r"aws:cdk|CDKMetadata|AssetParameters|/home/|/tmp/", content)


def test_a_template_is_within_cloudformations_limits(files: dict[str, str]) -> None:
    for preset in PRESETS:
        content = files[f"{preset}.json"]
        assert len(content) < _MOST_BYTES
        assert len(json.loads(content)["Resources"]) < _MOST_RESOURCES


def test_deployments_of_different_names_share_no_resource_name() -> None:
    other = rendered(synthesise(settings_of("thrifty", {"name": "other"})))
    # The description and the names of the settings keep the word.
    assert not re.search(r"playlake(?!_)", other.replace("PLAYLAKE_", ""))


def test_an_invalid_setting_ends_the_command_with_78_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "assembly"
    arguments = ["playlake_infra", "assemble", "--preset", "cheap", "--out", str(out)]
    monkeypatch.setattr("sys.argv", arguments)
    assert main() == 78
    assert not out.exists()
    assert capsys.readouterr().err == (
        "playlake-infra: there is no preset 'cheap': choose thrifty, standard, large\n"
    )
