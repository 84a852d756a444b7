"""The local AWS is installed once, completely or not at all; uv is played by a script."""

from __future__ import annotations

import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from playlake.errors import CommandError
from playlake.local_aws.installation import install_ministack
from playlake.project import Project
from playlake.shipped import Shipped

ROOT = Path(__file__).resolve().parents[3]
# `uv venv ... FOLDER` makes a Python; `uv pip install` ends with the status in a file.
UV = """\
#!/bin/sh
echo "$@" >>{calls}
case "$1" in
venv) eval folder=\\${{$#}}; /bin/mkdir -p "$folder/bin"; echo >"$folder/bin/python" ;;
pip) exit "$(/bin/cat {status})" ;;
esac
"""


class FakeUv:
    """Plays uv on a `PATH` that has nothing else."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._calls, self._status = folder / "calls", folder / "status"
        program = folder / "uv"
        program.write_text(UV.format(calls=self._calls, status=self._status))
        program.chmod(0o700)
        self.end_with(0)

    def end_with(self, status: int) -> None:
        """Let every installation end with a status."""
        self._status.write_text(str(status))

    @property
    def installations(self) -> int:
        """How often it was told to install."""
        calls = self._calls.read_text().splitlines() if self._calls.exists() else []
        return sum(call.startswith("pip install") for call in calls)


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeUv:
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    return FakeUv(tmp_path / "programs")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The project of a command that was installed without the repository."""
    requirements = tmp_path / "ministack.txt"
    requirements.write_text("synthetic==1 --hash=sha256:00\n")
    shipped = Shipped(tmp_path / "queries", tmp_path / "template", requirements)
    return Project(tmp_path / "home", shipped, tmp_path / "environments")


def environments(project: Project) -> list[str]:
    found = project.environments.glob("ministack-*")
    return sorted(folder.name for folder in found)


def test_it_is_installed_once_and_said_in_one_sentence(project: Project, uv: FakeUv) -> None:
    said: list[str] = []
    for _ in range(2):
        install_ministack(project, said.append)
    assert uv.installations == 1
    assert project.ministack.with_name("python").is_file()
    (sentence,) = said
    assert sentence.startswith(f"Installing the local AWS into {project.ministack_environment}: ")


def test_two_commands_at_once_install_it_once(project: Project, uv: FakeUv) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: install_ministack(project, lambda _: None), range(4)))
    assert uv.installations == 1


def test_one_that_broke_off_is_never_used(project: Project, uv: FakeUv) -> None:
    uv.end_with(1)
    with pytest.raises(CommandError, match=r"could not be downloaded, see .*install\.log: check"):
        install_ministack(project, lambda _: None)
    assert not project.ministack.with_name("python").exists()
    uv.end_with(0)
    install_ministack(project, lambda _: None)
    assert environments(project) == [project.ministack_environment.name]


def test_one_that_has_lost_its_python_is_made_anew(project: Project, uv: FakeUv) -> None:
    install_ministack(project, lambda _: None)
    python = project.ministack.with_name("python")
    python.unlink()
    python.symlink_to("/removed/python")
    install_ministack(project, lambda _: None)
    assert uv.installations == 2
    assert python.is_file()


def test_other_requirements_have_another_environment(project: Project, uv: FakeUv) -> None:
    install_ministack(project, lambda _: None)
    project.shipped.ministack_requirements.write_text("synthetic==2 --hash=sha256:00\n")
    install_ministack(project, lambda _: None)
    assert uv.installations == len(environments(project)) == 2


def test_a_clones_own_environment_is_used_once_it_is_complete(
    project: Project, tmp_path: Path, uv: FakeUv
) -> None:
    clone = tmp_path / "clone"
    (clone / "requirements").mkdir(parents=True)
    (clone / "requirements" / "ministack.txt").write_text("synthetic==1\n")
    in_clone = replace(project, shipped=Shipped.in_clone(clone))
    programs = clone / ".venv-ministack" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").touch()
    assert not in_clone.ministack.is_relative_to(clone)
    (clone / ".venv-ministack" / "stamp").touch()
    assert in_clone.ministack == programs / "ministack"
    install_ministack(in_clone, pytest.fail)
    assert uv.installations == 0


def test_the_distribution_needs_what_its_packages_need() -> None:
    files = [*ROOT.glob("libs/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")]
    files.append(ROOT / "infra" / "local" / "pyproject.toml")
    assert len(files) == 10
    needed = {name for file in files for name in dependencies(file)}
    ours = dependencies(ROOT / "pyproject.toml")
    third_party = {name for name in needed if not name.startswith("playlake")}
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert third_party - ours == {"pyiceberg[glue]"}, "what only Iceberg tables need is an extra"
    assert extras["iceberg"][0].startswith("pyiceberg[glue")
    assert not {name for name in ours if name.startswith("playlake")}


def dependencies(file: Path) -> set[str]:
    """The names of what a package depends on."""
    listed = tomllib.loads(file.read_text())["project"]["dependencies"]
    return {re.split(r"[<>=]", one)[0] for one in listed}
