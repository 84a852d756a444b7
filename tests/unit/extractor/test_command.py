from __future__ import annotations

import base64
import json
import logging
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import structlog

from playlake_contracts.manifest import decode_manifest
from playlake_contracts.pseudonyms import Pseudonyms
from playlake_contracts.raw import decode_snapshot, read_frames
from playlake_extractor import __main__ as command
from playlake_extractor import logs, single_run
from playlake_extractor.__main__ import main
from playlake_extractor.errors import AuthorisationNeededError
from playlake_extractor.run.state import decode_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.unit.extractor.conftest import Answer, Asked, HttpSpotify, Server, Synthetic

    from playlake_extractor.ports import Clock
    from playlake_extractor.settings import Settings

SECRETS = [
    "synthetic-secret",
    "synthetic-refresh-token",
    "synthetic-access-token",
    base64.b64encode(b"synthetic-id:synthetic-secret").decode(),
]


class HttpS3:
    """As much of S3 as a run needs: conditional puts, and listing by prefix.

    The ETag of every version is the same: nobody replaces anything meanwhile.
    """

    def __init__(self, answer: type[Answer]) -> None:
        self.objects: dict[str, bytes] = {}
        self.signed_at: list[datetime] = []
        self._answer = answer

    @property
    def raw(self) -> list[bytes]:
        """The raw objects: the state of runs is no part of the lake."""
        return [body for key, body in self.objects.items() if key.startswith("raw/")]

    def __call__(self, request: Asked) -> Answer:
        signed_at = datetime.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
        self.signed_at.append(signed_at)
        key = unquote(urlsplit(request.target).path).removeprefix("/playlake-raw").lstrip("/")
        if request.method == "PUT":
            if "If-Match" in request.headers:
                self.objects[key] = request.body
            assert request.headers.get("If-None-Match", "*") == "*"
            assert self.objects.setdefault(key, request.body) is request.body
            return self._answer()
        if key:
            return self._answer(self.objects[key], headers={"ETag": '"synthetic"'})
        (prefix,) = parse_qs(urlsplit(request.target).query)["prefix"]
        keys = [key for key in self.objects if key.startswith(prefix)]
        contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
        listed = f"<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
        return self._answer(listed.encode())


@pytest.fixture
def s3(
    answer: type[Answer], serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> HttpS3:
    s3 = HttpS3(answer)
    monkeypatch.setenv("AWS_ENDPOINT_URL", serve(s3).url)
    return s3


@pytest.fixture(autouse=True)
def _environment(http_spotify: HttpSpotify, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(("PLAYLAKE_", "AWS_")):
            monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "synthetic",
        "AWS_SECRET_ACCESS_KEY": "synthetic",
        "AWS_REGION": "eu-central-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PLAYLAKE_RAW_BUCKET": "playlake-raw",
        "PLAYLAKE_SPOTIFY_CLIENT_ID": "synthetic-id",
        "PLAYLAKE_SPOTIFY_CLIENT_SECRET": "synthetic-secret",
        "PLAYLAKE_SPOTIFY_REFRESH_TOKEN": "synthetic-refresh-token",
        "PLAYLAKE_SPOTIFY_API_URL": http_spotify.api_url,
        "PLAYLAKE_SPOTIFY_TOKEN_URL": http_spotify.token_url,
        "PLAYLAKE_SCHEDULED_AT": "2026-11-21T06:00:00Z",
        "PLAYLAKE_REQUESTS_PER_SECOND": "100",
        "PLAYLAKE_LOG_LEVEL": "debug",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    configured = structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.configure(**configured)
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def three_playlists(
    http_spotify: HttpSpotify,
    answer: type[Answer],
    synthetic: Synthetic,
    monkeypatch: pytest.MonkeyPatch,
) -> list[bytes]:
    """One playlist of two pages, one forbidden, one of one page; the bodies that are landed."""
    first, forbidden, last = (synthetic.playlist_id(number) for number in range(3))
    bodies = [
        synthetic.playlist_body(2, following="https://api/2", total=3, generation="both"),
        synthetic.page_body(1, total=3, generation="both"),
        synthetic.playlist_body(0),
    ]
    http_spotify.on_playlist(first, answer(bodies[0]))
    http_spotify.on_items(first, 2, answer(bodies[1]))
    http_spotify.on_version(first, answer(b'{"snapshot_id": "AAAA/b+c="}'))
    http_spotify.on_playlist(
        forbidden, answer(b'{"error": {"status": 403, "message": "Forbidden"}}', 403)
    )
    http_spotify.on_playlist(last, answer(bodies[2]))
    monkeypatch.setenv("PLAYLAKE_PLAYLISTS", f"{first} {forbidden} {last}")
    return bodies


def events(stdout: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


def end_of(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The one line that a run ends with."""
    (end,) = (event for event in found if event.get("event") == "run_ended")
    return end


def test_a_run_lands_what_spotify_sent_and_accounts_for_every_playlist(
    three_playlists: list[bytes], s3: HttpS3, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main() == 0

    part, manifest = s3.raw
    first, last = map(decode_snapshot, read_frames(part, max_frame_bytes=1_000_000))
    landed = [first.playlist, *first.pages, last.playlist]
    assert [bytes(body) for body in landed] == three_playlists
    assert decode_manifest(manifest).counts() == {"landed": 2, "forbidden": 1}
    captured = capsys.readouterr()
    assert captured.err == ""
    finished, end = events(captured.out)[-2:]
    assert finished["event"] == "run_finished"
    assert finished["outcomes"] == {"landed": 2, "forbidden": 1}
    assert finished["requests"] == 5
    assert end == end_of(events(captured.out))
    assert (end["outcome"], end["outcomes"]) == ("finished", finished["outcomes"])
    assert (end["playlists"], end["parts"], end["snapshots"]) == (3, 1, 2)
    assert end["bytes"] == len(part)
    assert end["seconds"] >= 0


@pytest.mark.usefixtures("three_playlists", "s3")
def test_every_line_is_one_event_of_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    main()

    run_id = "20261121T060000Z"
    for event in events(capsys.readouterr().out):
        assert event["event"].replace("_", "").isalpha()
        assert event["run_id"].startswith(run_id)


@pytest.mark.usefixtures("three_playlists", "s3")
def test_every_line_of_each_of_several_runs_has_its_run_also_that_of_the_metrics(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAYLAKE_METRICS_NAMESPACE", "synthetic")
    for day in (21, 22):
        monkeypatch.setenv("PLAYLAKE_SCHEDULED_AT", f"2026-11-{day}T06:00:00Z")
        main()
        found = events(capsys.readouterr().out)
        assert {event["run_id"][:8] for event in found} == {f"202611{day}"}
        assert "RunsFinished" in found[-1]
        assert end_of(found)["run_id"] == found[-1]["run_id"]


@pytest.mark.usefixtures("three_playlists")
def test_the_same_scheduled_time_started_twice_lands_nothing_twice(
    s3: HttpS3, http_spotify: HttpSpotify, capsys: pytest.CaptureFixture[str]
) -> None:
    main()
    objects, asked = dict(s3.objects), len(http_spotify.asked)

    assert main() == 0

    assert s3.objects == objects
    assert len(http_spotify.asked) == asked
    *_, complete, end = events(capsys.readouterr().out)
    assert (complete["event"], end["event"]) == ("run_already_complete", "run_ended")
    assert end["outcomes"] == complete["outcomes"]


@pytest.mark.usefixtures("three_playlists")
def test_all_times_that_a_run_writes_are_those_of_the_given_clock(
    s3: HttpS3,
    http_spotify: HttpSpotify,
    answer: type[Answer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = list(http_spotify.answers)[-1]
    body = b'{"error": {"status": 429, "message": "x", "reason": "QUOTA_EXCEEDED"}}'
    http_spotify.answers[last] = answer(body, 429, {"Retry-After": "86400"})
    monkeypatch.delenv("PLAYLAKE_SCHEDULED_AT")
    monkeypatch.setenv("PLAYLAKE_CLOCK", "2040-02-29T07:00:00+01:00")

    main()

    part, body = s3.raw
    (snapshot,) = map(decode_snapshot, read_frames(part, max_frame_bytes=1_000_000))
    manifest = decode_manifest(body)
    start = datetime(2040, 2, 29, 6, tzinfo=UTC)
    assert manifest.scheduled_at == start
    assert start <= manifest.started_at <= snapshot.fetched_at <= manifest.finished_at
    assert manifest.finished_at < start + timedelta(hours=1)
    (state,) = (body for key, body in s3.objects.items() if not key.startswith("raw/"))
    (not_before,) = decode_state(state).not_before.values()
    assert timedelta(days=1) <= not_before - start < timedelta(days=1, hours=1)


@pytest.mark.usefixtures("three_playlists")
def test_runs_at_an_interval_are_scheduled_by_the_given_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scheduled: list[datetime] = []

    def run(_settings: Settings, scheduled_at: datetime, _clock: Clock) -> None:
        scheduled.append(scheduled_at)
        raise AuthorisationNeededError("the token has ended")

    monkeypatch.setattr(command, "run_once", run)
    monkeypatch.setenv("PLAYLAKE_CLOCK", "2040-02-29T12:34:56Z")

    assert main(["--every", "1d"]) == 77

    assert scheduled == [datetime(2040, 2, 29, tzinfo=UTC)]


@pytest.mark.usefixtures("three_playlists")
def test_calls_to_aws_are_signed_with_the_time_of_the_machine(
    s3: HttpS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYLAKE_CLOCK", "2040-02-29T06:00:00Z")
    before = datetime.now(UTC).replace(microsecond=0)

    assert main() == 0

    assert len(s3.signed_at) > 3
    assert before <= min(s3.signed_at) <= max(s3.signed_at) <= datetime.now(UTC)


def test_the_next_run_finds_what_did_not_change_and_full_lands_it_again(
    three_playlists: list[bytes],
    s3: HttpS3,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert len(three_playlists) == 3
    outcomes = []
    for day, options in ((21, []), (22, []), (23, ["--full"])):
        monkeypatch.setenv("PLAYLAKE_SCHEDULED_AT", f"2026-11-{day}T06:00:00Z")
        assert main(options) == 0
        outcomes.append(end_of(events(capsys.readouterr().out))["outcomes"])

    landed, unchanged = {"landed": 2, "forbidden": 1}, {"unchanged": 2, "forbidden": 1}
    assert outcomes == [landed, unchanged, landed]
    assert len(s3.raw) == 5


def test_playlists_left_to_the_next_run_end_with_75_and_one_sentence(
    three_playlists: list[bytes],
    s3: HttpS3,
    http_spotify: HttpSpotify,
    answer: type[Answer],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert len(three_playlists) == 3
    first = next(iter(http_spotify.answers))
    body = b'{"error": {"status": 429, "message": "x", "reason": "QUOTA_EXCEEDED"}}'
    http_spotify.answers[first] = answer(body, 429, {"Retry-After": "86400"})

    assert main() == 75

    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "3 of 3 playlists could not be read now" in captured.err
    (manifest,) = s3.raw
    assert decode_manifest(manifest).counts() == {"rate_limited": 3}
    assert len(http_spotify.api_calls) == 1
    end = end_of(events(captured.out))
    assert (end["outcome"], end["code"]) == ("partial", "stopped_early")
    assert end["reason"] in captured.err


@pytest.mark.usefixtures("three_playlists", "s3")
def test_no_secret_is_logged_at_debug(
    http_spotify: HttpSpotify, capfd: pytest.CaptureFixture[str]
) -> None:
    main()

    said = "".join(capfd.readouterr())
    assert "run_finished" in said
    assert [secret for secret in SECRETS if secret in said] == []
    sent = "".join(f"{request.headers}{request.body!r}" for request in http_spotify.asked)
    assert all(secret in sent for secret in SECRETS[1:])


@pytest.mark.usefixtures("three_playlists", "s3")
def test_without_the_quiet_loggers_secrets_would_be_logged(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in logs.QUIET:
        monkeypatch.setitem(logs.QUIET, name, logging.DEBUG)

    main()

    said = "".join(capfd.readouterr())
    assert "synthetic-access-token" in said


@pytest.mark.usefixtures("three_playlists", "s3")
def test_the_watcher_sends_nothing_before_the_first_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAYLAKE_METRICS_NAMESPACE", "synthetic")

    assert main(["overdue", "--after", "36h"]) == 0

    assert [event["event"] for event in events(capsys.readouterr().out)] == ["no_run_yet"]


@pytest.mark.usefixtures("three_playlists", "s3")
def test_a_run_that_is_stopped_by_a_signal_still_prints_its_metrics(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        sys.exit(143)

    monkeypatch.setenv("PLAYLAKE_METRICS_NAMESPACE", "synthetic")
    monkeypatch.setattr(single_run, "extract", stop)

    with pytest.raises(SystemExit):
        main()

    found = events(capsys.readouterr().out)
    assert found[-1]["RunsFinished"] == 0
    end = end_of(found)
    assert (end["outcome"], end["reason"]) == ("failed", "SystemExit")


KEY = "synthetic key of pseudonyms"


def ends_with_78(capsys: pytest.CaptureFixture[str]) -> str:
    """Run, and return its one sentence."""
    capsys.readouterr()
    assert main() == 78
    sentence = capsys.readouterr().err
    assert sentence.count("\n") == 1
    assert KEY not in sentence
    return sentence


@pytest.fixture
def one_with_an_owner(
    http_spotify: HttpSpotify,
    answer: type[Answer],
    synthetic: Synthetic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = {**json.loads(synthetic.playlist_body(1)), "owner": {"id": "ada", "display_name": "A."}}
    playlist = synthetic.playlist_id(0)
    http_spotify.on_playlist(playlist, answer(json.dumps(body).encode()))
    monkeypatch.setenv("PLAYLAKE_PLAYLISTS", playlist)


@pytest.mark.usefixtures("one_with_an_owner")
def test_users_get_pseudonyms_of_one_key_and_a_run_without_it_or_with_another_lands_nothing(
    s3: HttpS3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAYLAKE_PSEUDONYM_KEY", KEY)
    assert main() == 0
    assert KEY not in capsys.readouterr().out
    (frame,) = read_frames(s3.raw[0], max_frame_bytes=1_000_000)
    owner = json.loads(bytes(decode_snapshot(frame).playlist))["owner"]
    assert owner == {"id": Pseudonyms("spotify", KEY.encode()).of("ada"), "display_name": None}
    before = dict(s3.objects)
    assert all(KEY.encode() not in body for body in before.values())
    monkeypatch.setenv("PLAYLAKE_SCHEDULED_AT", "2026-11-22T06:00:00Z")
    monkeypatch.setenv("PLAYLAKE_PSEUDONYM_KEY", f"another {KEY}")
    assert "have pseudonyms of another key in this lake: set" in ends_with_78(capsys)
    monkeypatch.delenv("PLAYLAKE_PSEUDONYM_KEY")
    assert "would be landed with their ids now: set" in ends_with_78(capsys)
    assert s3.objects == before
    file = tmp_path / "key"
    monkeypatch.setenv("PLAYLAKE_PSEUDONYM_KEY_FILE", str(file))
    assert f"cannot be read in {file}: No such file or directory" in ends_with_78(capsys)
    file.write_text(f"{KEY}\n", encoding="utf-8")
    monkeypatch.setenv("PLAYLAKE_PSEUDONYM_KEY", KEY)
    assert "PLAYLAKE_PSEUDONYM_KEY is set as well: leave one" in ends_with_78(capsys)
    monkeypatch.delenv("PLAYLAKE_PSEUDONYM_KEY")
    assert main() == 0


def test_a_missing_setting_ends_with_78_and_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PLAYLAKE_RAW_BUCKET")
    monkeypatch.setenv("PLAYLAKE_PLAYLISTS", "Mornings")

    assert main() == 78

    captured = capsys.readouterr()
    assert [event["code"] for event in events(captured.out)] == ["invalid_configuration"]
    assert captured.err.count("\n") == 1
    assert "PLAYLAKE_RAW_BUCKET" in captured.err
    assert "entry 1, 'Mornings'" in captured.err


@pytest.mark.usefixtures("three_playlists")
def test_a_dead_refresh_token_ends_with_77_and_one_sentence(
    s3: HttpS3,
    http_spotify: HttpSpotify,
    answer: type[Answer],
    capsys: pytest.CaptureFixture[str],
) -> None:
    http_spotify.token = answer(b'{"error": "invalid_grant"}', 400)

    assert main() == 77

    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "PLAYLAKE_SPOTIFY_REFRESH_TOKEN" in captured.err
    *_, end, stopped = events(captured.out)
    assert stopped["event"] == "run_stopped"
    assert (end["outcome"], end["code"]) == ("refused", stopped["code"])
    assert stopped["run_id"] == end["run_id"] == end_of(events(captured.out))["run_id"]
    assert s3.objects == {}


@pytest.mark.usefixtures("three_playlists")
def test_a_bucket_that_refuses_ends_with_74_and_one_sentence(
    answer: type[Answer],
    serve: Callable[..., Server],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(_: Asked) -> Answer:
        return answer(b"<Error><Code>NoSuchBucket</Code></Error>", 404)

    monkeypatch.setenv("AWS_ENDPOINT_URL", serve(refuse).url)

    assert main() == 74

    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "NoSuchBucket" in captured.err
    assert "playlake-raw" in captured.err
