from __future__ import annotations

import inspect
import json
import subprocess
import sys
from importlib import import_module

import pytest

from playlake.__main__ import run
from playlake.command_table import COMMANDS, CommandEntry
from playlake.invocation import Invocation
from playlake.project import Project

SLOW = {
    "boto3",
    "botocore",
    "duckdb",
    "pandas",
    "pandera",
    "pyarrow",
    "pydantic",
    "requests",
    "rich",
}
# Ends by itself, and tells of the modules that its arguments made it import.
SHOW_MODULES = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps([*sys.modules]), file=sys.stderr))
from playlake.__main__ import main
main()
"""
EVERY_HELP = [["--help"], *([name, "--help"] for name in COMMANDS)]


def help_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run(arguments, Invocation(Project.find({}))) == 0
    return capsys.readouterr().out


def function_of(entry: CommandEntry) -> object:
    module, function = entry.place
    return getattr(import_module(module), function)


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_what_is_short_imports_nothing_slow(option: str) -> None:
    command = [sys.executable, "-c", SHOW_MODULES, option]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = set(json.loads(ended.stderr))
    assert "playlake" in ended.stdout
    assert imported & SLOW == set()
    assert not any(name.startswith("playlake.commands.") for name in imported)


@pytest.mark.parametrize("entry", COMMANDS.values(), ids=COMMANDS)
def test_a_summary_is_the_first_line_of_the_command(entry: CommandEntry) -> None:
    documentation = inspect.getdoc(function_of(entry))
    assert documentation is not None
    assert documentation.splitlines()[0] == entry.summary


@pytest.mark.parametrize("arguments", EVERY_HELP, ids=" ".join)
def test_help_fits_60_columns(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = help_of(arguments, capsys).splitlines()
    assert [line for line in lines if len(line) > 60] == []


def test_no_summary_is_cut(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = " ".join(help_of(["--help"], capsys).split())
    assert [entry.name for entry in COMMANDS.values() if entry.summary not in shown] == []


def test_commands_stand_under_what_a_person_wants_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    shown = help_of(["--help"], capsys)
    _, *sections = shown.split("\n\n")
    headings = {section.splitlines()[0]: section for section in sections}
    assert "\n  query " in headings["Ask:"]
    assert "\n  run " in headings["Keep your playlists:"]
    assert [*headings][-2:] == ["Options:", "Examples:"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_of_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, examples = help_of([name, "-h"], capsys).split("Examples:\n")
    assert examples.strip()
    assert f"playlake {name}" in examples


@pytest.mark.parametrize(
    ("columns", "shape"),
    [
        ("60", "  playlake demo\n      the whole pipeline, on this machine\n"),
        ("80", "  playlake demo --tier newer-dev --days 3  as a newly made app"),
    ],
)
def test_an_example_stands_beside_what_it_does_or_above_it(
    columns: str, shape: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert shape in help_of(["demo", "-h"], capsys)


def test_without_a_command_help_is_shown_as_for_an_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run([], Invocation(Project.find({}))) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("Usage: playlake ")
    assert shown.out == ""
