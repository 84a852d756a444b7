"""The files of .github: they run nowhere before they are pushed, so they are checked here."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
SCRIPTS = Path(sysconfig.get_path("scripts"))

SCHEMAS = {
    "vendor.github-workflows": WORKFLOWS,
    "custom.github-workflows-require-timeout": WORKFLOWS,
    "vendor.dependabot": [GITHUB / "dependabot.yml"],
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.github-issue-forms": [
        GITHUB / "ISSUE_TEMPLATE" / name for name in ("bug.yml", "feature.yml")
    ],
}

USES = re.compile(r"^\s*(?:- )?uses:\s*(.*)$", re.MULTILINE)
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
UNPINNED = """\
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
"""


@pytest.mark.parametrize("schema", SCHEMAS)
def test_github_understands_the_file(schema: str) -> None:
    files = [str(file) for file in SCHEMAS[schema]]
    assert files
    status, said = run("check-jsonschema", "--builtin-schema", schema, *files)
    assert status == 0, said


def test_a_file_that_github_does_not_understand_is_found(tmp_path: Path) -> None:
    file = tmp_path / "broken.yml"
    file.write_text(UNPINNED)  # it says nowhere when it runs
    status, said = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(file))
    assert status == 1
    assert "'on' is a required property" in said


def test_zizmor_finds_nothing() -> None:
    status, said = run("zizmor", "--offline", "--strict-collection", str(GITHUB))
    assert status == 0, said


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "ci.yml").write_text(f"on: push\n{UNPINNED}")
    status, said = run("zizmor", "--offline", str(tmp_path))
    assert status > 10, said
    assert "unpinned-uses" in said


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit_and_says_its_version(workflow: Path) -> None:
    uses = USES.findall(workflow.read_text(encoding="utf-8"))
    assert uses
    assert [action for action in uses if not PINNED.fullmatch(action)] == []


def test_one_action_has_one_version_everywhere() -> None:
    uses = {use for path in WORKFLOWS for use in USES.findall(path.read_text(encoding="utf-8"))}
    names = [use.partition("@")[0] for use in uses]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_permitted_that_a_job_does_not_ask_for(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    assert text.count("\npermissions: {}\n") == 1
    jobs = text.partition("\njobs:\n")[2]
    assert len(re.findall(r"^  [a-z]+:$", jobs, re.MULTILINE)) == jobs.count("\n    permissions:\n")


def test_no_checkout_leaves_its_token_behind() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    assert text.count("actions/checkout@") == text.count("persist-credentials: false") > 0


def test_every_command_of_make_that_a_workflow_runs_exists() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    run_here = set(re.findall(r"run: make ([a-z0-9-]+)", text))
    assert run_here
    assert run_here - targets == set()


def test_what_the_browser_showed_is_kept() -> None:
    text = (GITHUB / "workflows" / "ci.yml").read_text(encoding="utf-8")
    kept = re.findall(r"(?:if: (.+)\n +)?(?:- )?uses: actions/upload-artifact@", text)
    assert kept == ["failure()", ""]
    assert text.count("${{ runner.temp }}/screenshots") == 2
    assert "SCREENSHOTS" in (ROOT / "tests" / "browser" / "conftest.py").read_text("utf-8")


def test_every_requirements_file_is_audited() -> None:
    text = (GITHUB / "workflows" / "security.yml").read_text(encoding="utf-8")
    listed = re.search(r"requirements:\n((?: +- [a-z0-9-]+\n)+)", text)
    assert listed is not None
    audited = re.findall(r"- ([a-z0-9-]+)\n", listed[1])
    assert audited == sorted(path.stem for path in (ROOT / "requirements").glob("*.txt"))


def run(command: str, *arguments: str) -> tuple[int, str]:
    """The exit status of a command of this environment, and all that it said."""
    done = subprocess.run(
        [SCRIPTS / command, *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr
