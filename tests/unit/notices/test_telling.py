"""Each run is told once, whoever tells and whatever fails; a crash may repeat and not lose."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from historical_lakes import commit_run, failed, read
from landed import entry
from moto import mock_aws
from set_clock import SetClock
from web_lakes import CRATE, FIRST

from playlake.history.reading import history_lake
from playlake.lakes.folder import FolderLake
from playlake_contracts.keys import NOTICES_KEY, RawKey
from playlake_contracts.outcomes import Outcome
from playlake_contracts.rejects import Reject, encode_reject
from playlake_contracts.runs import RunId
from playlake_lake.errors import DamagedLakeError
from playlake_lake.identity import make_lake
from playlake_web.notices import NotSentError, Stopped, Teller
from playlake_web.notices.s3_objects import S3Objects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake_lake.folder import Folder
    from playlake_web.notices import Notice
    from playlake_web.notices.ledger import Objects

DAY = timedelta(days=1)
REFUSED = Stopped("authorisation_needed", "log in again", "spotify")


class Killed(BaseException):
    """The process dies."""


@dataclass
class Channel:
    """A channel that keeps what it is given.

    Attributes:
        fails: whether it sends nothing.
        dies: whether the process dies once it was sent.
        meanwhile: another teller, which tells while this one sends.
    """

    name: str = "channel"
    fails: bool = False
    dies: bool = False
    meanwhile: Teller | None = None
    sent: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"the {self.name}"

    def send(self, notice: Notice) -> None:
        if self.meanwhile is not None:
            self.meanwhile.tell_new()
        if self.fails:
            raise NotSentError(f"{self.place} answered 500")
        self.sent.append(notice.identity)
        if self.dies:
            raise Killed


@pytest.fixture
def clock() -> SetClock:
    return SetClock(FIRST)


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    return make_lake(tmp_path / "lake")[0]


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest, lake: Folder) -> Iterator[Objects]:
    """The objects of the lake: those of the folder, or the same ones in buckets."""
    if request.param == "folder":
        yield lake
        return
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        for bucket in ("raw", "curated"):
            s3.create_bucket(Bucket=bucket)
        yield Mirrored(lake, S3Objects(s3, "raw", "curated"))


class Mirrored:
    """Buckets that get what is new in a folder before they are listed."""

    def __init__(self, folder: Folder, buckets: S3Objects) -> None:
        self.folder, self.buckets, self.copied = folder, buckets, set[str]()
        self.replace, self.held, self.read = buckets.replace, buckets.held, buckets.read

    def folders(self, prefix: str) -> list[str]:
        self._copy()
        return self.buckets.folders(prefix)

    def keys(self, prefix: str) -> list[str]:
        self._copy()
        return self.buckets.keys(prefix)

    def _copy(self) -> None:
        for key in {*self.folder.keys()} - self.copied:
            self.buckets.replace(key, self.folder.read(key) or b"", None)
            self.copied.add(key)


def teller(lake: Folder, objects: Objects, clock: SetClock, *channels: Channel) -> Teller:
    rows = history_lake(FolderLake.open(lake.root, lake.root / "logs"))
    return Teller(rows, objects, channels, clock=clock)


def run(lake: Folder, clock: SetClock, days: int, *, has_marks: bool = True) -> str:
    """A run on a day on which a song came; the clock shows its end."""
    clock.now = FIRST + days * DAY + timedelta(minutes=1)
    songs = [entry(number) for number in range(days + 1)]
    return commit_run(lake, FIRST + days * DAY, [read(CRATE, songs)], has_marks=has_marks)


def test_a_run_is_told_once_and_earlier_ones_are_not(
    lake: Folder, objects: Objects, clock: SetClock
) -> None:
    channel = Channel()
    tells = teller(lake, objects, clock, channel)
    run(lake, clock, 0)
    run(lake, clock, 1)
    third = run(lake, clock, 2)
    assert [each.identity for each in tells.tell(third).sent] == [third]
    assert (tells.tell(third).sent, tells.tell_new().sent) == ([], [])
    fourth = run(lake, clock, 3)
    assert tells.tell_new().failures == []
    assert channel.sent == [third, fourth]


def test_what_was_not_sent_is_sent_with_the_next_run_and_nothing_twice(
    lake: Folder, clock: SetClock
) -> None:
    run(lake, clock, 0)
    works, fails = Channel("hook"), Channel("mail", fails=True)
    tells = teller(lake, lake, clock, works, fails)
    second = run(lake, clock, 1)
    (failure,) = tells.tell(second).failures
    assert failure == f"the notice of run {second} was not sent: the mail answered 500"
    fails.fails = False
    third = run(lake, clock, 2)
    assert [each.identity for each in tells.tell(third).sent] == [second, third]
    assert works.sent == fails.sent == [second, third]


def test_a_week_later_a_run_is_no_news_any_more(lake: Folder, clock: SetClock) -> None:
    run(lake, clock, 0)
    channel = Channel(fails=True)
    tells = teller(lake, lake, clock, channel)
    tells.tell(run(lake, clock, 1))
    tells.tell(str(RunId.derive("spotify", FIRST + DAY, "stopped")), REFUSED)
    channel.fails = False
    clock.now += 8 * DAY
    tells.tell_new()
    assert channel.sent == []


def test_a_run_that_is_not_transformed_waits_and_a_rejected_part_is_told(
    lake: Folder, clock: SetClock
) -> None:
    channel = Channel()
    tells = teller(lake, lake, clock, channel)
    run(lake, clock, 0)
    waiting = run(lake, clock, 1, has_marks=False)
    assert tells.tell(waiting).sent == []
    key = RawKey.of_part("spotify", RunId.parse(waiting), 0)
    reject = Reject(
        raw_key=str(key),
        code="corrupt_zstd",
        reason="frame 0 ends early",
        rejected_at=clock.now,
        transformer_version="0",
    )
    lake.put_new(key.rejected, encode_reject(reject))
    assert tells.tell_new().sent == []  # the manifest waits
    manifest = RawKey.of_manifest("spotify", RunId.parse(waiting))
    lake.put_new(manifest.rejected, b"no record")
    (notice,) = tells.tell_new().sent
    assert "2 parts rejected" in notice.subject
    assert "part-0000 was rejected: frame 0 ends early" in notice.text
    assert "manifest was rejected: its record cannot be read" in notice.text


def test_two_that_tell_at_once_send_once(lake: Folder, clock: SetClock) -> None:
    run(lake, clock, 0)
    second = run(lake, clock, 1)
    other = Channel()
    one = Channel(meanwhile=teller(lake, lake, clock, other))
    teller(lake, lake, clock, one).tell(second)
    assert (one.sent, other.sent) == ([second], [])


def test_a_process_that_dies_leaves_a_claim_that_ends(
    lake: Folder, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(lake, clock, 0)
    second = run(lake, clock, 1)
    dies, other = Channel(dies=True), Channel()
    # A process that dies releases nothing.
    monkeypatch.setattr("playlake_web.notices.ledger.Ledger.release", lambda *_: None)
    with pytest.raises(Killed):
        teller(lake, lake, clock, dies).tell(second)
    assert teller(lake, lake, clock, other).tell_new().sent == []
    clock.now += timedelta(minutes=11)
    assert [each.identity for each in teller(lake, lake, clock, other).tell_new().sent] == [second]
    assert (dies.sent, other.sent) == ([second], [second])


def test_a_reason_to_stop_is_told_until_a_run_has_ended_well(lake: Folder, clock: SetClock) -> None:
    channel = Channel()
    tells = teller(lake, lake, clock, channel)
    ids = [str(RunId.derive("spotify", FIRST + days * DAY)) for days in range(5)]
    for run_id in ids[:2]:
        tells.tell(run_id, REFUSED)
    assert channel.sent == ids[:1]
    tells.tell(ids[2], Stopped("landing_failed", "the disk is full", "spotify"))
    assert channel.sent == [ids[0], ids[2]]
    run(lake, clock, 3)
    tells.tell(ids[3])
    clock.now = FIRST + 4 * DAY
    tells.tell(ids[4], REFUSED)
    assert channel.sent == [ids[0], ids[2], ids[4]]


def test_accounts_stop_and_end_well_each_for_itself(lake: Folder, clock: SetClock) -> None:
    channel = Channel()
    tells = teller(lake, lake, clock, channel)
    ids = [str(RunId.derive("spotify", FIRST + timedelta(hours=hours))) for hours in range(4)]
    ada, bo = (replace(REFUSED, whose=f"spotify/{name}") for name in ("ada", "bo"))
    tells.tell(ids[0], ada)
    tells.tell(ids[1], bo)
    assert channel.sent == ids[:2]
    run(lake, clock, 1)  # of neither
    tells.tell_new()
    told = list(channel.sent)
    tells.tell(ids[2], ada)
    tells.tell(ids[3], bo)
    assert channel.sent == told


def test_a_reason_to_stop_that_was_not_sent_is_not_lost(lake: Folder, clock: SetClock) -> None:
    channel = Channel(fails=True)
    tells = teller(lake, lake, clock, channel)
    run_id = str(RunId.derive("spotify", FIRST))
    assert tells.tell(run_id, REFUSED).failures
    channel.fails = False
    assert [each.identity for each in tells.tell_new().sent] == [run_id]


def test_a_run_of_which_nothing_is_told_is_done_without_a_message(
    lake: Folder, clock: SetClock
) -> None:
    channel = Channel()
    tells = teller(lake, lake, clock, channel)
    quiet = run(lake, clock, 0)
    assert tells.tell(quiet).sent == []
    assert json.loads(lake.read(NOTICES_KEY) or b"")["runs"][quiet]["is_done"] is True


def test_what_was_told_long_ago_is_forgotten(lake: Folder, clock: SetClock) -> None:
    tells = teller(lake, lake, clock, Channel())
    first = run(lake, clock, 0)
    tells.tell(first)
    last = run(lake, clock, 40)
    tells.tell(last)
    assert set(json.loads(lake.read(NOTICES_KEY) or b"")["runs"]) == {last}


def test_a_damaged_record_is_said(lake: Folder, clock: SetClock) -> None:
    lake.put_new(NOTICES_KEY, b"{")
    with pytest.raises(DamagedLakeError, match=r"state/notices\.json is no record .*: delete it"):
        teller(lake, lake, clock, Channel()).tell(run(lake, clock, 0))


def test_an_unread_playlist_is_told_too(lake: Folder, clock: SetClock) -> None:
    run_id = commit_run(lake, FIRST, [], [failed(CRATE, Outcome.FAILED)])
    (notice,) = teller(lake, lake, clock, Channel()).tell(run_id).sent
    assert notice.subject == "Playlake: 1 playlist not read"
