"""The history of files in a git repository, read without changing or fetching anything."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from git_repositories import Change, make_repository, needs_git

from playlake.errors import CommandError
from playlake.importing.git_history import commits_of, read_blobs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_git

START = datetime(2024, 3, 1, 6, tzinfo=UTC)
DAY = timedelta(days=1)


def days(*files: dict[str, bytes | None]) -> list[Change]:
    return [Change(START + DAY * number, each) for number, each in enumerate(files)]


def test_each_commit_that_changed_a_file_has_what_it_held(tmp_path: Path) -> None:
    changes = days({"a b.json": b"1"}, {"other": b"x"}, {"a b.json": b"2", "other": b"y"})
    repository = make_repository(tmp_path / "r", changes)
    commits = commits_of(repository, ["a b.json"], pytest.fail)
    assert [commit.at for commit in commits] == [START, START + DAY * 2]
    read = [read_blobs(repository, commit.blobs.values()) for commit in commits]
    assert read == [[b"1"], [b"2"]]
    assert [list(commit.blobs) for commit in commits] == [["a b.json"], ["a b.json"]]


def test_a_folder_has_the_files_that_a_commit_changed_in_it(tmp_path: Path) -> None:
    changes = days(
        {"p/a.json": b"1", "p/ö.json": b"2"}, {"p/a.json": None}, {"p/deep/c.json": b"3"}
    )
    repository = make_repository(tmp_path / "r", changes)
    commits = commits_of(repository, ["p"], pytest.fail)
    assert [sorted(commit.blobs) for commit in commits] == [
        ["p/a.json", "p/ö.json"], ["p/deep/c.json"],
    ]  # fmt: skip


def test_the_earlier_time_of_author_and_committer_counts(tmp_path: Path) -> None:
    rebased = Change(START, {"a": b"1"}, committed_at=START + DAY * 100)
    odd = Change(START + DAY * 50, {"a": b"2"}, committed_at=START + DAY)
    repository = make_repository(tmp_path / "r", [rebased, odd])
    assert [commit.at for commit in commits_of(repository, ["a"], pytest.fail)] == [
        START, START + DAY,
    ]  # fmt: skip


def test_commits_keep_their_order_though_their_times_do_not(
    tmp_path: Path, said: list[str]
) -> None:
    times = [START, START, START - DAY, START + DAY]
    changes = [Change(at, {"a": str(n).encode()}) for n, at in enumerate(times)]
    repository = make_repository(tmp_path / "r", changes)
    commits = commits_of(repository, ["a"], said.append)
    second = timedelta(seconds=1)
    assert [commit.at for commit in commits] == [START, START + second, START + 2 * second,
                                                 START + DAY]  # fmt: skip
    assert said == ["2 commits are not later than the one before: they count as a second after it"]


@pytest.mark.parametrize("path", ["missing.json", ":(top)a.json", "--all", "*.json"])
def test_a_path_that_no_commit_has_is_refused(tmp_path: Path, path: str) -> None:
    repository = make_repository(tmp_path / "r", days({"a.json": b"1"}))
    with pytest.raises(
        CommandError, match=r"no commit of .* has .*: give the path as it is in the"
    ):
        commits_of(repository, ["a.json", path], pytest.fail)


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"git cannot read .*: fatal: not a git repository"):
        commits_of(tmp_path, ["a"], pytest.fail)


def test_without_a_git_program_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"^there is no git program: install git"):
        commits_of(tmp_path, ["a"], pytest.fail)


def test_a_repository_chooses_no_program_to_run(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", days({"a.json": b"1"}))
    (repository / ".gitattributes").write_text("*.json diff=evil filter=evil\n")
    witness = tmp_path / "witness"
    for name in ("diff.evil.textconv", "diff.external", "core.fsmonitor", "filter.evil.smudge",
                 "core.pager", "gpg.program", "core.sshCommand"):  # fmt: skip
        subprocess.run(
            ["git", "-C", str(repository), "config", name, f"touch {witness}"],  # noqa: S607
            check=True,
        )
    (commit,) = commits_of(repository, ["a.json"], pytest.fail)
    assert read_blobs(repository, commit.blobs.values()) == [b"1"]
    assert not witness.exists()


def test_the_environment_does_not_choose_another_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = make_repository(tmp_path / "r", days({"a": b"1"}))
    other = make_repository(tmp_path / "other", days({"b": b"1"}))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    (commit,) = commits_of(repository, ["a"], pytest.fail)
    assert read_blobs(repository, commit.blobs.values()) == [b"1"]
    assert os.environ["GIT_DIR"] == str(other / ".git")
