from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from folder_lakes import landed_lake
from landed import run_id

from playlake import __main__, completion
from playlake.command_table import COMMANDS
from playlake.invocation import Invocation
from playlake.project import Project
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

QUERIES = sorted(file.stem for file in Project.find({}).queries.glob("*.sql"))
SLOW = {"boto3", "botocore", "duckdb", "pandas", "pyarrow", "requests"}
SHOW_MODULES = """
import atexit, json, os, sys
atexit.register(lambda: print(json.dumps([*sys.modules]), file=sys.stderr))
from playlake.__main__ import main
main()
"""


def completed(variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Complete a line as the script of a shell does."""
    return subprocess.run(
        [sys.executable, "-c", SHOW_MODULES],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def in_bash(line: str) -> dict[str, str]:
    words = line.split(" ")
    return {
        "_PLAYLAKE_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }


def shown_by_main(
    variables: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    status: int = 0,
) -> str:
    """Complete a line in this process: what the shell reads."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TERMINAL_WIDTH", "80")  # so that it is as before after the test
    with pytest.raises(SystemExit) as ended:
        __main__.complete(Invocation(Project.find({})))
    shown = capsys.readouterr()
    assert ended.value.code == status
    assert shown.err == ""
    return shown.out


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("playlake ", [*COMMANDS]),
        ("playlake ru", ["run", "runs"]),
        ("playlake redrive --code=co", ["corrupt_zstd", "count_mismatch", "commit_conflict"]),
        ("playlake query --name ", QUERIES),
        ("playlake query --name=so", ["songs", "songs_added", "songs_vanished"]),
        ("playlake query --name playlist_at --param ", ["playlist=", "at=", "since="]),
        ("playlake query --name turnover --param s", ["since="]),
        ("playlake query --name stays --param order=", ["order=longest", "order=shortest"]),
        ("playlake query --param ", []),
        ("playlake query --name nothing --param ", []),
        ("playlake query --name turnover --param since=", []),
        ("playlake query --js", ["--json"]),
        ("playlake tables ", [*TABLES, *HISTORY_TABLES]),
        ("playlake tables playlist_", ["playlist_items", "playlist_daily"]),
        ("playlake cost --preset t", ["thrifty"]),
        ("playlake demo --tier new", ["newer-dev"]),
        ("playlake --deb", ["--debug"]),
        ("playlake nothing --name ", [*COMMANDS]),
        ("playlake query --nothing --name songs ", []),
    ],
)
def test_values_are_completed(
    line: str,
    values: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert shown_by_main(in_bash(line), monkeypatch, capsys).split() == values


@pytest.mark.parametrize("line", ["playlake ", "playlake query --name ", "playlake cost --preset "])
def test_completing_imports_nothing_slow_and_says_nothing_else(line: str) -> None:
    shown = completed(in_bash(line))
    assert shown.stdout
    (modules,) = shown.stderr.splitlines()
    assert SLOW & set(json.loads(modules)) == set()


def test_zsh_completes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    variables = {"_PLAYLAKE_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "playlake tables t"}
    assert '"tracks"' in shown_by_main(variables, monkeypatch, capsys)


def test_fish_gets_one_line_for_each_command_with_its_summary() -> None:
    variables = {
        "_PLAYLAKE_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": "playlake ",
    }
    shown = completed({**variables, "COLUMNS": "40"}).stdout.splitlines()
    assert shown == [f"{entry.name}\t{entry.summary}" for entry in COMMANDS.values()]


def test_powershell_completes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    variables = {
        "_PLAYLAKE_COMPLETE": "complete_powershell",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": "so",
        "_TYPER_COMPLETE_ARGS": "playlake query --name so",
    }
    assert shown_by_main(variables, monkeypatch, capsys).split(":::")[0] == "songs"


def test_the_script_for_bash_completes_in_bash() -> None:
    script = """
    eval "$(playlake --show-completion)"
    COMP_WORDS=(playlake tables tr) COMP_CWORD=2
    _playlake_completion playlake
    echo "${COMPREPLY[@]}"
    """
    shown = subprocess.run(
        ["bash", "--norc", "-c", script],  # noqa: S607 - whichever there is
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "tracks track_artists\n"


def test_what_fails_while_completing_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(completion, "named_queries", fail)
    assert shown_by_main(in_bash("playlake query --name "), monkeypatch, capsys, status=1) == ""


def test_runs_playlists_and_lakes_are_those_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYLAKE_HOME", str(tmp_path))
    monkeypatch.delenv("PLAYLAKE_LAKE", raising=False)
    assert completion.complete_lake() == completion.complete_run() == []
    landed_lake(tmp_path / "lakes" / "default")
    landed_lake(tmp_path / "lakes" / "other", run="other")
    assert completion.complete_lake() == ["default", "other"]
    assert completion.complete_run() == [str(run_id())]
    assert completion.complete_playlist() == [("playlist0", ""), ("playlist1", "")]
    monkeypatch.setenv("PLAYLAKE_LAKE", "other")
    assert completion.complete_run() == [str(run_id("other"))]
    monkeypatch.setenv("PLAYLAKE_LAKE", "s3://playlake-raw-123456789012-eu-central-1")
    assert completion.complete_run() == []
    assert completion.complete_playlist() == []


def test_names_of_playlists_are_completed_where_they_need_no_quotes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [("7xBbv1TvNeENuaVdwcrJh7", "Für später"), ("059ZqHqr1ERJu0w57Xab2X", "Starred")]
    monkeypatch.setattr(completion, "complete_playlist", lambda: found)
    assert completion.complete_playlist_name() == ["Starred", *found]
    for line in ("playlake show S", "playlake history S", "playlake diff 0 --with S"):
        assert shown_by_main(in_bash(line), monkeypatch, capsys).split() == ["Starred"]
    assert shown_by_main(in_bash("playlake show 7"), monkeypatch, capsys).split() == [found[0][0]]


def test_the_ids_of_playlists_complete_a_parameter_that_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    landed_lake(tmp_path / "lakes" / "default")
    monkeypatch.setenv("PLAYLAKE_HOME", str(tmp_path))
    monkeypatch.delenv("PLAYLAKE_LAKE", raising=False)
    ids = [playlist_id for playlist_id, _ in completion.complete_playlist()]
    for name in ("playlist", "other"):
        line = in_bash(f"playlake query --name playlist_overlap --param {name}=")
        assert shown_by_main(line, monkeypatch, capsys).split() == [f"{name}={id_}" for id_ in ids]
    assert len(ids) == 2
