from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from playlake.__main__ import run
from playlake.commands import query
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.project import Project
from playlake.shipped import Shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def invocation(tmp_path: Path) -> Invocation:
    """A run in an empty checkout, with what it prints kept."""
    project = Project(tmp_path / "home", Shipped.in_clone(tmp_path))
    return Invocation(project, Console(file=io.StringIO()), Console(file=io.StringIO(), width=200))


def text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["qurey"], "playlake: there is no command qurey: did you mean query?"),
        (["xyz"], "playlake: there is no command xyz: `playlake --help` lists them"),
        (["--vresion"], "playlake: there is no option --vresion: did you mean --version?"),
        (["query", "--jsn"], "playlake: there is no option --jsn: did you mean --json?"),
        (["query", "--colour"], "playlake: there is no option --colour: `playlake query --help"),
        (["query", "-x"], "playlake: there is no option -x: `playlake query --help` lists them"),
        (["import"], "playlake: missing argument 'FILE'; `playlake import --help` shows"),
        (["runs", "--limit", "0"], "playlake: invalid value for '--limit': "),
    ],
)
def test_what_cannot_be_understood_is_answered_with_one_sentence(
    invocation: Invocation, arguments: list[str], sentence: str
) -> None:
    assert run(arguments, invocation) == 2
    (said,) = text(invocation.notices).splitlines()
    assert said.startswith(sentence)
    assert text(invocation.output) == ""


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["query"], 1, "playlake: give either SQL, as in"),
        (["query", "SELECT 1", "--name", "songs"], 1, "playlake: give either SQL, as in"),
        (["query", "SELECT 1", "--csv", "--json"], 1, "playlake: --csv and --json exclude"),
        (["query", "--name", "songs"], 1, "playlake: there is no query named songs"),
        (["query", "SELECT 1", "--param", "a=1"], 1, "playlake: --param is for named queries: wri"),
        (["tables", "track"], 1, "playlake: there is no table track: did you mean tracks?"),
        (["query", "SELECT 1"], 1, "playlake: there is no lake in "),
    ],
)
def test_an_error_is_one_sentence_and_a_status(
    invocation: Invocation, arguments: list[str], status: int, sentence: str
) -> None:
    assert run(arguments, invocation) == status
    assert text(invocation.notices).splitlines()[-1].startswith(sentence)
    assert "Traceback" not in text(invocation.notices)
    assert text(invocation.output) == ""


def test_an_unexpected_error_names_itself_and_the_way_to_more(
    invocation: Invocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "named_queries", failing(ZeroDivisionError("by zero")))
    assert run(["query", "--list"], invocation) == 70
    assert text(invocation.notices) == (
        "playlake: unexpected ZeroDivisionError: by zero (playlake --debug shows where)\n"
    )


def test_the_name_of_a_query_in_the_place_of_sql_is_told_apart(
    invocation: Invocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "named_queries", lambda _: {"songs": None})
    assert run(["query", "songs"], invocation) == 1
    assert text(invocation.notices) == (
        "playlake: songs is a named query: run playlake query --name songs\n"
    )


def test_debug_shows_where(invocation: Invocation) -> None:
    with pytest.raises(CommandError):
        run(["--debug", "tables", "track"], invocation)


def test_the_named_queries_are_listed(invocation: Invocation) -> None:
    invocation.project.queries.mkdir()
    (invocation.project.queries / "songs.sql").write_text("-- Every song once.\nSELECT 1")
    assert run(["query", "--list"], invocation) == 0
    assert "songs  Every song once." in text(invocation.output)


def test_the_list_has_the_parameters_and_a_run_is_given_them(invocation: Invocation) -> None:
    invocation.project.queries.mkdir()
    sql = "-- A song.\n-- parameter song (text): its name\nSELECT $song"
    (invocation.project.queries / "song.sql").write_text(sql)
    assert run(["query", "--list", "--json"], invocation) == 0
    assert '"parameters": "song (text): its name"' in text(invocation.output)
    assert run(["query", "--name", "song"], invocation) == 1
    assert run(["query", "--name", "song", "--param", "sing=1"], invocation) == 1
    assert text(invocation.notices).splitlines() == [
        "playlake: song needs the parameter song, its name: add --param song=…",
        "playlake: song has no parameter sing: did you mean song?",
    ]


def test_the_columns_of_a_table_need_no_aws(invocation: Invocation) -> None:
    assert run(["tables", "albums"], invocation) == 0
    assert "One row is an album as it was seen in a part." in text(invocation.output)
    assert "\nrelease_date " in text(invocation.output)
    assert "(partition)" in text(invocation.output)


def test_the_version_is_shown(invocation: Invocation, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"], invocation) == 0
    assert capsys.readouterr().out.startswith("playlake 0.")


@pytest.mark.parametrize("command", [["demo"], ["up", "--aws"]])
def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").touch()
    said = io.StringIO()
    project = Project(tmp_path / "file" / "home")
    invocation = Invocation(project, Console(quiet=True), Console(file=said, width=400))
    assert run(command, invocation) == 1
    sentence = said.getvalue().splitlines()[-1]
    assert sentence.startswith(f"playlake: {tmp_path / 'file'}")
    assert sentence.endswith("; correct it, or set PLAYLAKE_HOME or --lake")
