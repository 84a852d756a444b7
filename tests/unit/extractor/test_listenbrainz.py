"""ListenBrainz is read as it sends playlists, whatever it sends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import Raw
from pydantic import ValidationError
from tests.unit.listenbrainz.jspf import MODIFIED_AT, OF_PLAYLIST, mbid, playlist, track

from playlake_contracts.raw import RawSnapshot
from playlake_contracts.version import VERSION
from playlake_extractor.errors import (
    AuthorisationNeededError,
    BadRequestError,
    ConfigurationError,
    ForbiddenError,
    GoneError,
    NotReadableError,
    PlaylistError,
    RateLimitedError,
    SourceUnavailableError,
    TornError,
    UnexpectedResponseError,
)
from playlake_extractor.http.pacer import Pacer
from playlake_extractor.ports import ListedPlaylist
from playlake_extractor.settings import Settings
from playlake_extractor.sources.listenbrainz import listing
from playlake_extractor.sources.listenbrainz.setup import open_listenbrainz

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.extractor.conftest import Answer, Asked, Server

    from playlake_contracts.errors import PlaylakeError
    from playlake_extractor.sources.listenbrainz.source import ListenBrainzSource

    Serve = Callable[[Callable[[Asked], Answer]], Server]

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE, TWO, THREE = (mbid("list", number) for number in (1, 2, 3))


def settings(url: str, **given: Any) -> Settings:  # noqa: ANN401 - settings
    return Settings(
        **{
            "source": "listenbrainz",
            "playlists": "mine",
            "raw_bucket": "lake",
            "listenbrainz_user": "robin",
            "listenbrainz_api_url": f"{url}/1/",
            "requests_per_second": 100,
            "tries": 1,
            **given,
        }
    )


def source(url: str, slept: list[float] | None = None, **given: Any) -> ListenBrainzSource:  # noqa: ANN401 - settings
    sleep = ([] if slept is None else slept).append
    return open_listenbrainz(settings(url, **given), lambda: NOON, sleep)


def listed(number: int, playlist_id: str | None, modified_at: str | None = MODIFIED_AT) -> Any:  # noqa: ANN401 - JSON
    about = {"public": True} if modified_at is None else {"last_modified_at": modified_at}
    address = playlist_id and f"https://listenbrainz.org/playlist/{playlist_id}"
    return playlist(title=f"List {number}", identifier=address, extension={OF_PLAYLIST: about})


def body(content: object) -> bytes:
    return json.dumps(content, indent=3, separators=(" ,", " :\t")).encode()


def test_a_playlist_is_read_in_one_request_and_kept_byte_for_byte(
    serve: Serve, answer: type[Answer]
) -> None:
    sent = body(playlist(track(1), None, track(2)))
    server = serve(lambda _: answer(sent))
    reading = source(server.url).open(ONE, None)
    assert list(reading.pages()) == []
    assert reading.playlist() == sent
    assert (reading.name, reading.snapshot_id) == ("Rainy days", MODIFIED_AT)
    assert (reading.entries, reading.total) == (3, 3)
    read = reading.result()
    assert (read.tail.entries, read.tail.complete, read.tail.api) == (3, True, None)
    assert [asked.target for asked in server.asked] == [f"/1/playlist/{ONE}"]


def test_what_was_landed_is_read_the_same(serve: Serve, answer: type[Answer]) -> None:
    sent = body(playlist(track(1), track(2)))
    server = serve(lambda _: answer(sent))
    reading = source(server.url).open(ONE, None)
    snapshot = RawSnapshot(
        source="listenbrainz",
        playlist_id=ONE,
        run_id="20261121T060000Z-k3x2ab",
        fetched_at=NOON,
        snapshot_id=MODIFIED_AT,
        playlist=Raw(sent),
        pages=[],
        api=None,
        entries=2,
        complete=True,
    )
    assert source(server.url).read_landed(snapshot) == reading.result()


def test_what_is_no_snapshot_is_refused(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(b"{}"))
    snapshot = RawSnapshot(
        source="listenbrainz",
        playlist_id=ONE,
        run_id="20261121T060000Z-k3x2ab",
        fetched_at=NOON,
        snapshot_id=None,
        playlist=Raw(b"5"),
        pages=[],
        api=None,
        entries=0,
        complete=True,
    )
    with pytest.raises(ValueError, match=f"the snapshot of {ONE}"):
        source(server.url).read_landed(snapshot)


def test_the_list_of_a_user_has_pages_and_versions(serve: Serve, answer: type[Answer]) -> None:
    pages = {
        0: [listed(1, ONE), listed(2, TWO, None)],
        2: [listed(2, TWO), listed(3, THREE), listed(4, None), {"playlist": 5}],
    }

    def respond(asked: Asked) -> Answer:
        offset = int(asked.target.rpartition("=")[2])
        return answer(body({"playlists": pages[offset], "playlist_count": 6}))

    server = serve(respond)
    own = source(server.url, listenbrainz_user="robin ♪/2").own_playlists()
    assert own.playlists == [
        ListedPlaylist(ONE, "List 1", MODIFIED_AT),
        ListedPlaylist(TWO, "List 2", MODIFIED_AT),
        ListedPlaylist(THREE, "List 3", MODIFIED_AT),
    ]
    assert [one.playlist_id for one in own.left_out] == ["", ""]
    assert [asked.target for asked in server.asked] == [
        f"/1/user/robin%20%E2%99%AA%2F2/playlists?count=100&offset={offset}" for offset in (0, 2)
    ]


def test_a_list_without_an_end_ends(
    serve: Serve, answer: type[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_MOST_PAGES", 3)
    server = serve(lambda _: answer(body({"playlists": [listed(1, ONE)], "playlist_count": 9999})))
    with pytest.raises(UnexpectedResponseError, match="does not end after 3 pages"):
        source(server.url).own_playlists()
    assert len(server.asked) == 3


def test_an_empty_page_is_the_last_one(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(body({"playlists": [], "playlist_count": 7})))
    assert source(server.url).own_playlists().playlists == []
    assert len(server.asked) == 1


@pytest.mark.parametrize("sent", [b"[]", b"{}", b'{"playlists": {}}', b'{"playlists": null}'])
def test_a_list_of_another_shape_is_unexpected(
    serve: Serve, answer: type[Answer], sent: bytes
) -> None:
    server = serve(lambda _: answer(sent))
    with pytest.raises(UnexpectedResponseError, match="listing is not as documented"):
        source(server.url).own_playlists()


def test_an_unknown_user_is_a_wrong_setting(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(b'{"code":404,"error":"Cannot find user: robin"}', 404))
    message = "^ListenBrainz knows no user 'robin': correct PLAYLAKE_LISTENBRAINZ_USER$"
    with pytest.raises(ConfigurationError, match=message):
        source(server.url).own_playlists()


def test_mine_needs_a_user(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(b"{}"))
    nobody = source(server.url, listenbrainz_user=None, listenbrainz_contact="a@b.example")
    with pytest.raises(ConfigurationError, match="set PLAYLAKE_LISTENBRAINZ_USER, or name"):
        nobody.own_playlists()
    assert server.asked == []


def test_named_playlists_are_listed_if_that_may_save_requests(
    serve: Serve, answer: type[Answer]
) -> None:
    server = serve(lambda _: answer(body({"playlists": [listed(1, ONE)], "playlist_count": 1})))
    reading = source(server.url)
    assert list(reading.listed([ONE, TWO], {ONE})) == []
    assert server.asked == []
    assert list(reading.listed([ONE, TWO], {ONE, TWO})) == [
        ListedPlaylist(ONE, "List 1", MODIFIED_AT)
    ]
    assert reading.requests_for(ONE, 5000, None) == 1


def test_named_playlists_are_read_without_a_list_that_fails(
    serve: Serve, answer: type[Answer]
) -> None:
    server = serve(lambda _: answer(b"{}", 500))
    assert list(source(server.url).listed([ONE, TWO], {ONE, TWO})) == []


REFUSALS: list[tuple[int, type[PlaylakeError], str]] = [
    (400, BadRequestError, r"ListenBrainz answered 400 \(no\)"),
    (403, ForbiddenError, r"ListenBrainz answered 403 \(no\)"),
    (404, GoneError, "it was deleted, or it is private and only the token"),
    (401, AuthorisationNeededError, "set PLAYLAKE_LISTENBRAINZ_TOKEN to the user token"),
    (302, UnexpectedResponseError, "ListenBrainz answered 302"),
    (500, SourceUnavailableError, r"ListenBrainz answered 500 \(no\)"),
    (503, SourceUnavailableError, r"ListenBrainz answered 503 \(no\)"),
]


@pytest.mark.parametrize(
    ("status", "error", "message"), REFUSALS, ids=[str(r[0]) for r in REFUSALS]
)
def test_a_refusal_is_one_error(
    serve: Serve, answer: type[Answer], status: int, error: type[PlaylakeError], message: str
) -> None:
    server = serve(lambda _: answer(b'{"code":0,"error":"no"}', status))
    with pytest.raises(error, match=message):
        source(server.url).open(ONE, None)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"[]",
        b"{}",
        b'{"playlist": null}',
        b'{"playlist": {"title": 5, "track": []}}',
        b'{"playlist": {"track": {}}}',
        b'{"playlist": {"title": "\xff", "track": []}}',
        b"[" * 5000 + b"]" * 5000,
    ],
)
def test_a_response_of_another_shape_is_unexpected(
    serve: Serve, answer: type[Answer], sent: bytes
) -> None:
    server = serve(lambda _: answer(sent))
    with pytest.raises(UnexpectedResponseError):
        source(server.url).open(ONE, None)


@pytest.mark.parametrize("sent", [b'{"playlist": {}}', b'{"playlist": {"track": null}}'])
def test_a_playlist_without_its_tracks_is_not_readable(
    serve: Serve, answer: type[Answer], sent: bytes
) -> None:
    server = serve(lambda _: answer(sent))
    with pytest.raises(NotReadableError, match="without its tracks"):
        source(server.url).open(ONE, None)


def test_an_answer_older_than_the_list_is_torn(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(body(playlist(track(1)))))
    reading = source(server.url)
    newer = ListedPlaylist(ONE, "Rainy days", "2026-11-20T12:11:12.345679+02:00")
    same = ListedPlaylist(ONE, "Rainy days", "2026-11-20T12:11:12.345678+02:00")
    assert reading.open(ONE, same).snapshot_id == MODIFIED_AT
    # 12:11 in this zone is 10:11 UTC, so only the microsecond is later.
    with pytest.raises(TornError, match="older than its list"):
        reading.open(ONE, newer)
    for version in (None, "soon", "2026-11-20"):
        assert reading.open(ONE, ListedPlaylist(ONE, None, version)).total == 1


@pytest.mark.parametrize("header", ["X-RateLimit-Reset-In", "Retry-After"])
def test_a_limit_is_waited_for_as_long_as_it_says(
    serve: Serve, answer: type[Answer], header: str
) -> None:
    answers = [answer(b"You have exceeded your rate limit.\n", 429, {header: "8"})]
    answers.append(answer(body(playlist(track(1)))))
    server = serve(lambda _: answers.pop(0))
    slept: list[float] = []
    reading = source(server.url, slept, tries=2)
    assert reading.open(ONE, None).total == 1
    assert 8 <= max(slept) < 9
    assert reading.traffic.retries == 1


def test_a_long_limit_ends_the_requests_of_the_run(serve: Serve, answer: type[Answer]) -> None:
    server = serve(lambda _: answer(b"no", 429, {"X-RateLimit-Reset-In": "86400"}))
    reading = source(server.url, tries=3)
    for _ in range(2):
        with pytest.raises(RateLimitedError):
            reading.open(ONE, None)
    assert len(server.asked) == 1
    assert reading.not_before == {"requests": NOON + timedelta(days=1)}


def test_an_announced_limit_is_waited_for_before_the_next_request(
    serve: Serve, answer: type[Answer]
) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-In": "6"}
    server = serve(lambda _: answer(body(playlist(track(1))), 200, headers))
    slept: list[float] = []
    reading = source(server.url, slept)
    reading.open(ONE, None)
    reading.open(TWO, None)
    assert len([one for one in slept if one >= 6]) == 1


def test_requests_that_are_left_need_no_wait(serve: Serve, answer: type[Answer]) -> None:
    headers = {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset-In": "6"}
    server = serve(lambda _: answer(body(playlist(track(1))), 200, headers))
    slept: list[float] = []
    reading = source(server.url, slept)
    reading.open(ONE, None)
    reading.open(TWO, None)
    assert all(one < 1 for one in slept)


@pytest.mark.parametrize(
    ("given", "agent", "authorization"),
    [
        ({}, "https://listenbrainz.org/user/robin/", None),
        ({"listenbrainz_user": "ro bin"}, "https://listenbrainz.org/user/ro%20bin/", None),
        ({"listenbrainz_contact": " me@a.example "}, "me@a.example", None),
        ({"listenbrainz_token": "abc-1\n"}, "https://listenbrainz.org/user/robin/", "Token abc-1"),
    ],
)
def test_a_request_says_how_to_reach_the_user(
    serve: Serve, answer: type[Answer], given: dict[str, Any], agent: str, authorization: str | None
) -> None:
    server = serve(lambda _: answer(body(playlist())))
    source(server.url, **given).open(ONE, None)
    (asked,) = server.asked
    assert asked.headers["User-Agent"] == f"Playlake/{VERSION} ( {agent} )"
    assert asked.headers.get("Authorization") == authorization


def test_no_request_is_sent_without_a_contact() -> None:
    with pytest.raises(ConfigurationError, match="takes no requests without a contact"):
        source("http://127.0.0.1:9", listenbrainz_user=None)


@pytest.mark.parametrize(
    ("url", "per_second", "apart"),
    [
        ("https://api.listenbrainz.org", 100, 1.0),
        ("https://api.listenbrainz.org", 0.5, 2.0),
        ("http://127.0.0.1:9", 100, 0.01),
    ],
)
def test_the_real_host_gets_at_most_one_request_a_second(
    monkeypatch: pytest.MonkeyPatch, url: str, per_second: float, apart: float
) -> None:
    intervals: list[tuple[float, int]] = []

    class Watched(Pacer):
        def __init__(self, interval: timedelta, burst: int = 1, **given: Any) -> None:  # noqa: ANN401 - of the base
            intervals.append((interval.total_seconds(), burst))
            super().__init__(interval, burst, **given)

    monkeypatch.setattr("playlake_extractor.http.senders.Pacer", Watched)
    source(url, requests_per_second=per_second, request_burst=5)
    assert intervals == [(apart, 1)]


def test_nothing_of_listenbrainz_has_details() -> None:
    with pytest.raises(PlaylistError, match="has no artist"):
        source("http://127.0.0.1:9").details("artist", "1")
    assert source("http://127.0.0.1:9").details_kinds == frozenset()


def test_the_stand_in_is_read_where_no_user_is_given() -> None:
    given = {"sandbox_url": "http://sandbox:8888", "source": "listenbrainz", "playlists": "mine"}
    read = Settings(raw_bucket="lake", **given)  # type: ignore[arg-type]  # texts, as variables are
    assert read.listenbrainz_user == "robin"
    assert str(read.listenbrainz_api_url) == "http://sandbox:8888/listenbrainz/1/"
    own = Settings(raw_bucket="lake", listenbrainz_user="vesna", **given)  # type: ignore[arg-type]
    assert str(own.listenbrainz_api_url) == "https://api.listenbrainz.org/1/"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("listenbrainz_token", "a b"),
        ("listenbrainz_token", "  "),
        ("listenbrainz_contact", "me (at home)"),
        ("listenbrainz_contact", "mé@a.example"),
        ("listenbrainz_api_url", "api"),
    ],
)
def test_a_wrong_setting_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValidationError, match=name):
        settings("http://127.0.0.1:9", **{name: text})
