"""`playlake status` says what the page says, once or whenever it changes."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from commands import Command
from historical_lakes import commit_run, read
from landed import entry, part, part_key
from rich.console import Console
from web_lakes import CRATE, FIRST, site_of, two_weeks

from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake
from playlake.project import Project
from playlake.serving.looking import Look, site_over
from playlake.serving.pipelines import pipeline_of
from playlake.watching import live
from playlake.watching.live import watch_as_lines, watch_on_terminal
from playlake.watching.status import Watched
from playlake_lake.identity import make_lake
from playlake_web.pages.status import status_page
from playlake_web.pages.viewing import View

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    folder, _ = make_lake(tmp_path / "lake")
    return FolderLake.open(folder.root, tmp_path / "logs")


@pytest.fixture
def playlake(tmp_path: Path, lake: FolderLake, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("PLAYLAKE_LAKE", lake.place)
    return Command(replace(Project.find(os.environ), home=tmp_path / "home"))


def watched(lake: FolderLake) -> Watched:
    """A lake, looked at anew each time: the page keeps what it has seen for some seconds."""
    found = Watched.of(lake, lambda _: None)
    later = iter(range(1_000_000))
    found.site = replace(found.site, clock=lambda: FIRST + timedelta(minutes=next(later)))
    return found


def doing(*steps: Callable[[], object]) -> Callable[[float], None]:
    """A sleep that does one thing after the other, and then presses Ctrl-C."""
    left = list(steps)

    def sleep(_: float) -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop(0)()

    return sleep


def land(lake: FolderLake) -> None:
    lake.folder.put_new(str(part_key()), part(part_key(), [entry(1)]))


def test_the_command_and_the_page_say_the_same(tmp_path: Path) -> None:
    folder = two_weeks(tmp_path)
    lake = FolderLake.open(folder.root, tmp_path / "logs")
    land(lake)
    look = Look.at(site_over(lake, lambda _: None).status())
    site = site_of(folder, None, pipeline_of(lake, lambda _: None))
    page = status_page(View(site.status(), False, "", "", "")).values  # noqa: FBT003
    assert look.health.lines == page["health"].lines
    assert [each.heading for each in look.troubles] == [each.heading for each in page["troubles"]]
    assert look.troubles[0].heading == "1 raw object waiting"


def test_json_has_what_the_api_gives(playlake: Command, lake: FolderLake) -> None:
    commit_run(lake.folder, FIRST, [read(CRATE, [entry(1)])])
    assert playlake("status", "--json") == 0
    found = json.loads(playlake.output)
    assert (found["lake"], found["contents"]) == (lake.place, "your playlists")
    assert (found["answer"], found["state"], found["waiting"]) == ("All is well.", "well", 0)
    assert [line["name"] for line in found["health"]] == ["Lake", "Waiting", "Dead letters"]
    assert found["runs"][0]["playlists"] == 1


def test_what_is_no_terminal_gets_a_block_for_each_change(lake: FolderLake) -> None:
    out = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        watch_as_lines(
            Console(file=out),
            watched(lake),
            1,
            to_json=False,
            sleep=doing(lambda: None, lambda: land(lake), lambda: None),
        )
    blocks = out.getvalue().strip().split("\n\n2026-")
    assert len(blocks) == 2
    assert "0 raw objects" in blocks[0]
    assert "No run has been transformed yet." in blocks[0]
    assert "1 raw object waiting" in blocks[1]


def test_with_json_each_change_is_a_line(lake: FolderLake) -> None:
    out = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        watch_as_lines(
            Console(file=out),
            watched(lake),
            1,
            to_json=True,
            sleep=doing(lambda: land(lake), lambda: None),
        )
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["waiting"] for line in lines] == [0, 1]


@pytest.mark.parametrize(("width", "height"), [(60, 40), (120, 20)])
def test_a_terminal_is_drawn_anew_in_its_size(tmp_path: Path, width: int, height: int) -> None:
    lake = FolderLake.open(two_weeks(tmp_path).root, tmp_path / "logs")
    console = Console(
        file=io.StringIO(), force_terminal=True, width=width, height=height, color_system=None
    )
    seen = watched(lake).look()
    text = live._screen(console, seen, "")
    place, *lines = text.plain.splitlines()
    assert place == lake.place
    assert max(map(len, lines)) <= width
    assert len(console.render_lines(text)) < height
    assert lines[-1].endswith("Ctrl-C ends it.")
    with pytest.raises(KeyboardInterrupt):
        watch_on_terminal(console, watched(lake), 1, doing(lambda: None))
    assert "All is well." in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_lake_that_cannot_be_read_is_said_and_looked_at_again(
    lake: FolderLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80, height=40)
    found = watched(lake)
    found.look()

    def fails() -> None:
        raise CommandError("the disk is gone")

    look = found.look
    looks = iter([look, fails, look])
    monkeypatch.setattr(Watched, "look", lambda _: next(looks)())
    with pytest.raises(KeyboardInterrupt):
        watch_on_terminal(console, found, 1, doing(lambda: None, lambda: None))
    assert "the disk is gone." in console.file.getvalue()  # type: ignore[attr-defined]


def test_ctrl_c_ends_watching_well(playlake: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(live, "watch_as_lines", interrupted)
    assert playlake("status", "--watch", "--interval", "2") == 0
    assert playlake.notices == ""


@pytest.mark.parametrize(
    "options", [("--interval", "2"), ("--watch", "--interval", "0"), ("--watch", "--interval", "x")]
)
def test_other_intervals_are_refused(playlake: Command, options: tuple[str, ...]) -> None:
    assert playlake("status", *options) != 0
    assert playlake.output == ""
