"""What goes to a terminal, to its pager, and into a pipe."""

from __future__ import annotations

import io
import pydoc

import pytest
from rich.console import Console
from shown_histories import compared

from playlake.output import changes
from playlake.output.formats import Format
from playlake.output.screen import show, show_or_write
from playlake.output.table import Field, Kind, Table

LONG = Table([Field("name")], [(f"{n} {'x' * 100}",) for n in range(40)])


class Terminal(io.StringIO):
    """A file that a person looks at."""

    def isatty(self) -> bool:
        return True


def terminal(**options: str) -> Console:
    return Console(
        file=Terminal(), width=60, height=20, _environ={"TERM": "xterm-256color", **options}
    )


def text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that went through the pager."""
    texts: list[str] = []
    monkeypatch.setattr(pydoc, "pager", texts.append)
    return texts


def test_what_is_longer_than_the_terminal_goes_through_the_pager(paged: list[str]) -> None:
    console = terminal()
    show(console, LONG, pages=True)
    assert text(console) == ""
    (whole,) = paged
    assert len(whole.splitlines()) == 42


def test_the_pager_is_not_used_where_it_is_not_wanted(paged: list[str]) -> None:
    console = terminal()
    show(console, LONG, pages=False)
    assert paged == []
    assert len(text(console).splitlines()) == 42


def test_a_short_result_needs_no_pager(paged: list[str]) -> None:
    console = terminal()
    show(console, Table(LONG.fields, LONG.rows[:5]), pages=True)
    assert paged == []
    assert "…" in text(console)


def test_a_pipe_gets_every_letter_and_no_escape_code(paged: list[str]) -> None:
    console = Console(file=io.StringIO(), width=60, height=20, force_terminal=True)
    show(console, LONG, "A sentence " + "that is long " * 10, pages=True)
    assert paged == []
    assert text(console).count("x" * 100) == 40
    assert "\x1b" not in text(console)
    assert text(console).endswith("that is long \n")


def test_without_colours_nothing_is_coloured() -> None:
    console = terminal(NO_COLOR="1")
    show(console, Table([Field("name")], [(None,)], null="null"))
    codes = {code for code in text(console).replace("\x1b[", "\x1b").split("\x1b") if code}
    assert {code.partition("m")[0] for code in codes} <= {"0", "1", "2"}


def test_a_name_is_no_markup() -> None:
    console = terminal()
    show(console, Table([Field("name")], [("[red]Mix[/red] :smile:",)]))
    assert "[red]Mix[/red] :smile:" in text(console)


def test_raw_text_on_a_terminal_is_made_safe_and_in_a_pipe_is_not() -> None:
    table = Table([Field("name", Kind.TEXT)], [("\x1b[2J",)])
    seen, piped = terminal(), Console(file=io.StringIO())
    for console in (seen, piped):
        show_or_write(console, Format.CSV, table)
    assert text(seen) == "name\n\\x1b[2J\n"
    assert text(piped) == "name\n\x1b[2J\n"


def test_a_change_has_the_colour_of_its_kind() -> None:
    console = terminal()
    show(console, *changes.screen(compared(), None))
    (added,) = [line for line in text(console).splitlines() if "+ added" in line]
    assert added.startswith("\x1b[32m+ added")
    show(plain := terminal(NO_COLOR="1"), *changes.screen(compared(), None))
    (added,) = [line for line in text(plain).splitlines() if "+ added" in line]
    assert added.startswith("+ added ")
