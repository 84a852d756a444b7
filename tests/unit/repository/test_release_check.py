"""The rehearsal of a release refuses what must not be released. All trees are synthetic."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[3]
CHANGELOG = """# Changelog

## Unreleased

## 0.2.0 (2026-12-24)
- Something new.

## 0.1.0
"""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location(
        "release_check", ROOT / "scripts/release_check.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Data classes look for their module.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of version 0.2.0 with a changelog."""
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "VERSION", "0.2.0")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    return tmp_path


def rehearsal(script: ModuleType, tree: Path, tag: str | None) -> Any:  # noqa: ANN401
    return script.Rehearsal(tag, tree, tree)


def test_tag_version_and_changelog_agree(script: ModuleType, tree: Path) -> None:
    assert rehearsal(script, tree, "v0.2.0").version().startswith("0.2.0, and CHANGELOG.md has")


@pytest.mark.parametrize(
    ("tag", "version", "sentence"),
    [
        ("v0.2.1", "0.2.0", "the tag is v0.2.1, but the version is 0.2.0"),
        ("0.2.0", "0.2.0", "the tag is 0.2.0, but"),
        ("v0.1.0", "0.1.0", "CHANGELOG.md says nothing under `## 0.1.0`"),
        (None, "0.2.0", "CHANGELOG.md says nothing under `## Unreleased`"),
        ("v0.2", "0.2", "0.2 is no semantic version"),
    ],
)
def test_what_does_not_agree_is_named(
    script: ModuleType,
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    tag: str | None,
    version: str,
    sentence: str,
) -> None:
    monkeypatch.setattr(script, "VERSION", version)
    with pytest.raises(script.FailedError) as refusal:
        rehearsal(script, tree, tag).version()
    assert str(refusal.value).startswith(sentence)


def test_builds_that_differ_are_named(
    script: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[int] = []

    def build(*_: str) -> None:
        built.append(len(built))
        (tree / "dist").mkdir(exist_ok=True)
        (tree / "dist" / "same.tar.gz").write_bytes(b"synthetic")
        (tree / "dist" / "other.whl").write_bytes(bytes(built))

    monkeypatch.setattr(script, "_run", build)
    with pytest.raises(script.FailedError, match=r"^two builds differ in other.whl$"):
        rehearsal(script, tree, None).distribution()
    assert built == [0, 1]


def test_after_a_failure_nothing_more_is_done(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []

    def sound() -> str:
        done.append("sound")
        return "as it should be"

    def unsound() -> str:
        raise script.FailedError("wrong: correct it")

    assert script.passed([sound]) is True
    assert script.passed([sound, unsound, sound]) is False
    assert done == ["sound", "sound"]
    assert capsys.readouterr().out.splitlines()[-1] == "FAILED  unsound: wrong: correct it"


def test_pinned_packages_are_read_with_their_versions(script: ModuleType) -> None:
    lines = ["Some.Thing[extra]==1.2 ; python_version < '4' \\", "    --hash=sha256:aa", "other==3"]
    text = "\n".join([*lines, "# no==1", ""])
    assert list(script.pinned(text)) == [("some-thing", "1.2"), ("other", "3")]
