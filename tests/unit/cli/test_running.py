"""What `playlake run` tells the extractor, and what it makes of the extractor's log."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from playlake.__main__ import run
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.project import Project
from playlake.running import progress
from playlake.running.environment import playlists_setting, run_environment
from playlake.running.extractor import follow
from playlake.running.progress import shown
from playlake.running.sentences import sentence_of
from playlake.shipped import Shipped
from playlake_contracts.log_events import (
    CoverCounts,
    CoverNotKept,
    DetailsAccounted,
    DetailsPlanned,
    ExtractorEvent,
    PartLanded,
    PlaylistAccounted,
    PlaylistLeftOut,
    PlaylistProgress,
    QuotaGroupClosed,
    RefreshTokenEnds,
    RunFinished,
    RunPlanned,
    RunStarted,
    RunStopped,
    Waiting,
    read_events,
)
from playlake_contracts.outcomes import Outcome
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

RUN = "20261121T060000Z-aaaaaa"
OTHER = "20261121T060000Z-bbbbbb"
ID = "2Jcn87NOT9C2h96HKTGu14"
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


def line(event: str, run_id: str | None = RUN, **fields: object) -> bytes:
    line = {"event": event, "level": "info", "timestamp": NOW.isoformat(), **fields}
    return json.dumps(line if run_id is None else {**line, "run_id": run_id}).encode()


def test_the_events_of_a_run_are_read_and_what_else_is_in_its_log_is_not() -> None:
    log = [
        line("run_started", version="0"),
        line("run_planned", playlists=3, settled=1),
        line("not_listed", reason="an event that nobody is shown"),
        b"playlake-extractor: a sentence on standard error",
        b"\xff",
        b"",
        line("playlist_accounted", playlist_id=ID, outcome="gone", code="gone", reason="404"),
        line("playlist_accounted", OTHER, playlist_id=ID, outcome="landed"),
        line("waiting", seconds=1.5, reason="429"),
        line("quota_group_closed", group="items", not_before=NOW.isoformat(), reason="429"),
        line("part_landed", part="part-0000", snapshots=1, entries=2, bytes=3),
        line("run_finished", configured=3, requests=9, outcomes={"gone": 1}),
        line("run_stopped", None, code="stopped_early", reason="left"),
    ]
    assert list(read_events(log, RUN)) == [
        RunStarted(run_id=RUN, version="0"),
        RunPlanned(run_id=RUN, playlists=3, settled=1),
        PlaylistAccounted(
            run_id=RUN, playlist_id=ID, outcome=Outcome.GONE, code="gone", reason="404"
        ),
        Waiting(run_id=RUN, seconds=1.5, reason="429"),
        QuotaGroupClosed(run_id=RUN, group="items", not_before=NOW, reason="429"),
        PartLanded(run_id=RUN, part="part-0000", snapshots=1, entries=2, bytes=3),
        RunFinished(run_id=RUN, configured=3, requests=9, outcomes={Outcome.GONE: 1}),
        RunStopped(code="stopped_early", reason="left"),
    ]


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (RunStarted(), None),
        (PlaylistProgress(playlist_id=ID, entries=500, total=9000), None),
        (RunPlanned(playlists=1200, settled=1000), "1,200 playlists, 1,000 of them unchanged."),
        (PlaylistAccounted(playlist_id=ID, outcome=Outcome.LANDED), None),
        (
            PlaylistAccounted(playlist_id=ID, outcome=Outcome.GONE, reason="Spotify answered 404"),
            f"Playlist {ID}: gone. Spotify answered 404",
        ),
        (Waiting(seconds=12.5, reason="Spotify answered 429"), "Waiting 12.5 s: Spotify"),
        (
            QuotaGroupClosed(group="items", not_before=NOW),
            "group items are taken before 2026-11-21 06:00 UTC.",
        ),
        (
            PlaylistLeftOut(playlist_id=ID, reason="Spotify lists it without an owner"),
            f"Playlist {ID} is left out. Spotify lists it without an owner.",
        ),
        (RefreshTokenEnds(days=3), "The login ends in 3 days: run `playlake login`"),
        (PartLanded(part="part-0000", snapshots=2, entries=3000), "2 playlists, 3,000 entries."),
        (
            PartLanded(part="part-0001", snapshots=0, entries=0, details=1500),
            "Landed part-0001: details of 1,500 artists and albums.",
        ),
        (
            CoverNotKept(playlist_id=ID, reason="The host of its cover answered 404"),
            f"No cover of playlist {ID}. The host of its cover answered 404",
        ),
        (RunFinished(configured=1, requests=2), None),
        (
            RunFinished(configured=1, requests=2, covers=CoverCounts(kept=1200, failed=3)),
            "Covers: 1,200 kept, 3 not kept.",
        ),
        (DetailsPlanned(due=1200, budget=200), "Details of 1,200 artists and albums are due; 200"),
        (DetailsAccounted(uri="spotify:album:1", requests=3), None),
        (
            DetailsAccounted(uri="spotify:album:1", requests=3, reason="Spotify answered 404"),
            "No details of spotify:album:1. Spotify answered 404",
        ),
    ],
)
def test_an_event_is_a_sentence_or_goes_without_saying(
    event: ExtractorEvent, sentence: str | None
) -> None:
    found = sentence_of(event)
    assert (found is None) == (sentence is None)
    assert (sentence or "") in (found or "")


def watch(events: list[ExtractorEvent], *, terminal: bool) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=120, color_system=None)
    here = Invocation(Project.find({}), notices=console)
    with shown(here) as tell:
        for event in events:
            tell(event)
    return file.getvalue()


def test_without_a_terminal_a_run_is_plain_lines() -> None:
    waiting = Waiting(seconds=2, reason="Spotify answered 429 (\x1b[2J)")
    assert watch([RunPlanned(playlists=2, settled=0), waiting], terminal=False) == (
        "2 playlists, 0 of them unchanged.\nWaiting 2 s: Spotify answered 429 (\\x1b[2J)\n"
    )


def test_on_a_terminal_a_run_has_a_bar_with_a_total_requests_and_a_countdown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: 1000.0))
    done = PlaylistAccounted(playlist_id=ID, outcome=Outcome.LANDED, requests=1234)
    waiting = Waiting(seconds=42, reason="Spotify answered 429")
    shown = watch([RunPlanned(playlists=2, settled=0), done, waiting], terminal=True)
    last = shown.rpartition("Reading playlists")[2]
    assert "1/2" in last
    assert "1,234 requests" in last
    assert "waiting 42 s: Spotify answered 429" in last


def test_on_a_terminal_a_large_playlist_shows_how_far_it_is_read() -> None:
    progress: list[ExtractorEvent] = [
        PlaylistProgress(playlist_id=ID, entries=500),
        PlaylistProgress(playlist_id=ID, entries=1000, total=9000),
    ]
    last = watch([RunPlanned(playlists=2, settled=0), *progress], terminal=True).rpartition(
        "Reading playlists"
    )[2]
    assert "entry 1,000 of 9,000" in last
    done = PlaylistAccounted(playlist_id=ID, outcome=Outcome.LANDED, requests=3)
    after = watch([*progress, done], terminal=True).rpartition("Reading playlists")[2]
    assert "entry" not in after


def test_on_a_terminal_the_details_have_a_bar_too() -> None:
    done = PlaylistAccounted(playlist_id=ID, outcome=Outcome.LANDED, requests=1)
    asked = DetailsAccounted(uri="spotify:album:1", requests=2)
    shown = watch(
        [RunPlanned(playlists=1, settled=0), done, DetailsPlanned(due=90, budget=40), asked],
        terminal=True,
    )
    last = shown.rpartition("Asking for details")[2]
    assert "1/40" in last
    assert "2 requests" in last


def test_a_wait_that_is_over_is_no_longer_shown() -> None:
    done = PlaylistAccounted(playlist_id=ID, outcome=Outcome.LANDED)
    finished = RunFinished(configured=7, requests=8)
    last = watch([Waiting(seconds=42, reason="429"), done, finished], terminal=True).rpartition(
        "Reading playlists"
    )[2]
    assert "waiting" not in last
    assert "7/7" in last
    assert "8 requests" in last


def test_a_log_is_followed_to_its_last_word(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"of an earlier run\n")
    code = "import sys; print('first', flush=True); print('last', end='')"
    with log.open("ab") as sink:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=sink)
    offset = len(b"of an earlier run\n")
    assert list(follow(process, log, offset=offset)) == [b"first", b"last"]


def test_the_named_playlists_are_read_or_those_of_the_file_or_the_users_own(tmp_path: Path) -> None:
    project = Project(tmp_path, Shipped.in_clone(tmp_path))
    assert playlists_setting([], project) == "mine"
    assert (
        playlists_setting([ID, f"spotify:playlist:{ID}"], project) == f"{ID},spotify:playlist:{ID}"
    )
    assert playlists_setting(["my lists.yaml"], project) == "my lists.yaml"
    (tmp_path / "playlists.yaml").write_text("mine")
    assert playlists_setting([], project) == str(tmp_path / "playlists.yaml")
    assert playlists_setting(["mine"], project) == "mine"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "there are no Spotify credentials in"),
        (["--credentials", "secretsmanager:x"], "secretsmanager:x is on AWS, which a run"),
        (["chill"], "invalid playlist argument: entry 1, 'chill' is neither"),
    ],
)
def test_a_run_that_cannot_begin_says_why(
    tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    notices = Console(file=io.StringIO(), width=200)
    here = Invocation(Project(tmp_path / "home", Shipped.in_clone(tmp_path)), notices=notices)
    assert run(["run", *arguments], here) == 1
    assert isinstance(notices.file, io.StringIO)
    assert notices.file.getvalue().startswith(f"playlake: {sentence}")
    assert not (tmp_path / "home").exists()


def test_an_invalid_playlist_is_reported() -> None:
    with pytest.raises(CommandError, match="'chill' is neither a playlist id"):
        playlists_setting([ID, "chill"], Project.find({}))


def test_a_run_uses_the_users_settings_and_the_stored_credentials_only() -> None:
    inherited = {
        "PATH": "/bin",
        "AWS_PROFILE": "mine",
        "PLAYLAKE_HOME": "/lake",
        "PLAYLAKE_REQUEST_BUDGET": "50",
        "PLAYLAKE_RAW_BUCKET": "elsewhere",
        "PLAYLAKE_LOG_LEVEL": "error",
        "PLAYLAKE_METRICS_NAMESPACE": "of-a-deployment",
        "PLAYLAKE_SPOTIFY_CLIENT_ID": "of-the-login",
        "PLAYLAKE_SPOTIFY_CLIENT_SECRET": "of-the-login",
        "PLAYLAKE_SPOTIFY_REFRESH_TOKEN": "of-the-login",
    }
    found = run_environment(
        {**inherited, "PLAYLAKE_RAW_BUCKET": "of-a-deployment"},
        {"PLAYLAKE_LAKE": "lake"},
        source="spotify",
        playlists="mine",
        settings={"PLAYLAKE_SPOTIFY_CREDENTIALS": "file"},
        scheduled_at=NOW,
    )
    ours = {name: text for name, text in found.items() if name.startswith("PLAYLAKE_")}
    assert ours == {
        "PLAYLAKE_REQUEST_BUDGET": "50",
        "PLAYLAKE_LAKE": "lake",
        "PLAYLAKE_SOURCE": "spotify",
        "PLAYLAKE_PLAYLISTS": "mine",
        "PLAYLAKE_SPOTIFY_CREDENTIALS": "file",
        "PLAYLAKE_SCHEDULED_AT": "2026-11-21T06:00:00+00:00",
        "PLAYLAKE_LOG_LEVEL": "info",
    }
    assert "of-the-login" not in found.values()
    assert "AWS_PROFILE" not in found
    assert found["PATH"] == "/bin"


def test_a_run_does_not_mix_your_playlists_with_invented_ones(tmp_path: Path) -> None:
    project = Project(tmp_path, Shipped.in_clone(tmp_path))
    make_lake(project.lakes / "default", synthetic=True)
    (project.home / "spotify.json").touch()
    said = io.StringIO()

    assert run(["run"], Invocation(project, Console(), Console(file=said, width=400))) == 1

    assert "holds the demonstration's invented playlists: name another lake" in said.getvalue()
