"""Every answer of YouTube leads to one outcome, and what was sent is landed byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import structlog
from tests.unit.youtube.conftest import KEY, NOON, Answer, body_of, refusal_of
from twins.extractor import MemoryStateStore
from youtube_responses import PLAYLIST_ID, entry, listed, lost, page, playlists

from playlake_contracts.outcomes import Outcome
from playlake_extractor.errors import (
    AuthorisationNeededError,
    ConfigurationError,
    PlaylistError,
)
from playlake_extractor.sources.youtube.refusals import next_quota

if TYPE_CHECKING:
    from tests.unit.youtube.conftest import Runs, Youtube

CHANNEL = "UCsynthetic0000000000001"


def pages_of(count: int, size: int = 50) -> list[dict[str, Any]]:
    """The pages of a playlist of so many entries."""
    starts = range(0, count, size)
    return [
        page(
            *(entry(number) for number in range(start, min(start + size, count))),
            total=count,
            next_page=f"after-{start}" if start + size < count else None,
        )
        for start in starts
    ]


def test_a_playlist_is_landed_byte_for_byte(youtube: Youtube, runs: Runs) -> None:
    sent = [body_of(one) for one in pages_of(120)]
    listing = body_of(playlists(listed(count=120, title="Größe \u2028")))
    youtube.lists(listing)
    youtube.pages(*sent)

    outcome = runs.outcome()

    assert (outcome.outcome, outcome.entries, outcome.total) == (Outcome.LANDED, 120, 120)
    (snapshot,) = runs.landed()
    assert bytes(snapshot.playlist) == listing
    assert [bytes(one) for one in snapshot.pages] == sent
    assert (snapshot.source, snapshot.complete, snapshot.snapshot_id) == ("youtube", True, None)


def test_each_request_names_what_it_wants_and_hides_the_key(youtube: Youtube, runs: Runs) -> None:
    youtube.lists(playlists(listed(count=60)))
    youtube.pages(*pages_of(60))
    runs.run()

    first, page_1, page_2, again = youtube.asked
    parts = {"part": "snippet,contentDetails,status", "maxResults": "50"}
    assert first.parameters == again.parameters == {**parts, "id": PLAYLIST_ID}
    assert page_1.parameters == {**parts, "playlistId": PLAYLIST_ID}
    assert page_2.parameters == {**page_1.parameters, "pageToken": "after-0"}
    assert [one.headers["X-Goog-Api-Key"] for one in youtube.asked] == [KEY] * 4
    assert not any(KEY in one.target for one in youtube.asked)


@pytest.mark.parametrize(("entries", "requests"), [(0, 2), (1, 2), (50, 2), (51, 4), (120, 5)])
def test_the_requests_of_a_playlist_are_known_beforehand(
    youtube: Youtube, runs: Runs, entries: int, requests: int
) -> None:
    youtube.lists(playlists(listed(count=entries)))
    youtube.pages(*(pages_of(entries) or [page()]))

    assert runs.outcome().outcome is Outcome.LANDED
    assert len(youtube.asked) == requests
    assert runs.source().requests_for(PLAYLIST_ID, entries, None) == requests


def test_an_equal_etag_of_the_playlist_proves_nothing(youtube: Youtube, runs: Runs) -> None:
    youtube.lists(playlists(listed(count=1)))
    youtube.pages(page(entry(1)))
    runs.run()
    runs.now += timedelta(days=1)
    youtube.pages(page(lost(1)))

    outcome = runs.outcome()

    assert outcome.outcome is Outcome.LANDED
    assert [b"Deleted video" in bytes(one.pages[0]) for one in runs.landed()] == [False, True]


@pytest.mark.parametrize(
    "answer",
    [
        playlists(),
        refusal_of(404, "playlistNotFound"),
    ],
)
def test_a_playlist_that_is_not_there_is_gone(youtube: Youtube, runs: Runs, answer: object) -> None:
    youtube.lists(answer)
    assert runs.outcome().outcome is Outcome.GONE


def test_a_playlist_that_goes_while_it_is_read_is_gone(youtube: Youtube, runs: Runs) -> None:
    youtube.lists(playlists(listed(count=1)))
    youtube.pages(refusal_of(404, "playlistNotFound"))
    outcome = runs.outcome()
    assert (outcome.outcome, outcome.name) == (Outcome.GONE, "Synthetic playlist")
    assert runs.landed() == []


def test_entries_that_are_not_accessible_are_forbidden(youtube: Youtube, runs: Runs) -> None:
    youtube.lists(playlists(listed(count=1)))
    youtube.pages(refusal_of(403, "playlistItemsNotAccessible", "not <b>accessible</b>"))
    outcome = runs.outcome()
    assert outcome.outcome is Outcome.FORBIDDEN
    assert outcome.reason is not None
    assert "playlistItemsNotAccessible" in outcome.reason


@pytest.mark.parametrize(
    "answer",
    [
        refusal_of(403, "quotaExceeded"),
        refusal_of(403, "dailyLimitExceeded"),
        refusal_of(429, "rateLimitExceeded", "limit 'Queries per day' of service 'youtube'"),
    ],
)
def test_a_spent_quota_closes_the_source_until_midnight_in_california(
    youtube: Youtube, runs: Runs, answer: Answer
) -> None:
    youtube.lists(answer)
    outcome = runs.outcome()
    assert outcome.outcome is Outcome.RATE_LIMITED
    asked = len(youtube.asked)
    assert asked == 1  # a quota that is spent is not asked again

    runs.now = datetime(2026, 11, 22, 7, 59, tzinfo=UTC)
    assert runs.outcome().outcome is Outcome.RATE_LIMITED
    assert len(youtube.asked) == asked

    runs.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    youtube.lists(playlists(listed(count=1)))
    youtube.pages(page(entry(1)))
    assert runs.outcome().outcome is Outcome.LANDED


def test_a_rate_limit_is_waited_for(youtube: Youtube, runs: Runs) -> None:
    runs.settings = {"waits_in_all_seconds": 10}
    limited = refusal_of(403, "rateLimitExceeded")
    youtube.lists(Answer(limited.body, 403, {"Retry-After": "0"}), playlists(listed(count=1)))
    youtube.pages(page(entry(1)))
    assert runs.outcome().outcome is Outcome.LANDED
    assert len(youtube.asked) == 3


def test_a_rate_limit_that_lasts_is_the_outcome(youtube: Youtube, runs: Runs) -> None:
    youtube.lists(refusal_of(403, "userRateLimitExceeded"))
    assert runs.outcome().outcome is Outcome.RATE_LIMITED


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (refusal_of(400, "keyInvalid"), "create another key"),
        (refusal_of(400, "keyExpired"), "create another key"),
        (
            refusal_of(
                400,
                "badRequest",
                "API key not valid. Please pass a valid API key.",
                details=[{"@type": "synthetic", "reason": "API_KEY_INVALID"}],
            ),
            "create another key",
        ),
        (refusal_of(401, "unauthorized"), "create another key"),
        (refusal_of(403, "accessNotConfigured"), "enable the YouTube Data API"),
        (refusal_of(403, "ipRefererBlocked"), "restrictions"),
    ],
)
def test_a_refused_key_stops_the_run_and_says_what_to_do(
    youtube: Youtube, runs: Runs, answer: Answer, remedy: str
) -> None:
    youtube.lists(answer)
    with pytest.raises(AuthorisationNeededError, match=remedy):
        runs.run()


@pytest.mark.parametrize("code", [400, 403, 404, 429, 500])
def test_the_key_is_in_no_message_and_no_object(youtube: Youtube, runs: Runs, code: int) -> None:
    youtube.lists(refusal_of(code, f"echo {KEY}", f"the key {KEY} of the request"))
    with structlog.testing.capture_logs() as logs:
        runs.run()
    assert KEY not in str(logs)
    assert not any(KEY.encode() in body for body in runs.raw.objects.values())
    assert KEY not in str(runs.state.stored)


def test_the_key_is_sent_to_no_other_address(youtube: Youtube, runs: Runs) -> None:
    elsewhere = f"{youtube.url}elsewhere"
    youtube.lists(Answer(b"", 302, {"Location": elsewhere}))
    assert runs.outcome().outcome is Outcome.FAILED
    assert [one.resource for one in youtube.asked] == ["playlists"]


@pytest.mark.parametrize(
    "second",
    [
        page(entry(50), total=52),
        page(entry(49), total=51),
        page(entry(0), total=51),
    ],
    ids=["another total", "moved forwards", "moved back"],
)
def test_a_playlist_that_changes_while_it_is_read_is_read_again(
    youtube: Youtube, runs: Runs, second: object
) -> None:
    first, last = pages_of(51)
    youtube.lists(playlists(listed(count=51)))
    youtube.pages(first, second, first, last)
    outcome = runs.outcome()
    assert (outcome.outcome, outcome.entries) == (Outcome.LANDED, 51)
    (snapshot,) = runs.landed()
    assert [bytes(one) for one in snapshot.pages] == [body_of(first), body_of(last)]


def test_a_playlist_whose_etag_changes_meanwhile_is_torn(youtube: Youtube, runs: Runs) -> None:
    before, after = (playlists(listed(count=count)) for count in (51, 52))
    youtube.lists(*[before, after] * 3)
    youtube.pages(*pages_of(51) * 3)
    assert runs.outcome().outcome is Outcome.TORN
    assert runs.landed() == []


@pytest.mark.parametrize(
    "pages",
    [
        [page(entry(1), total=9, next_page="again"), page(entry(2), total=9, next_page="again")],
        [page(total=9, next_page=f"token-{number}") for number in range(9)],
    ],
    ids=["circle", "empty pages"],
)
def test_pages_that_do_not_end_are_left(youtube: Youtube, runs: Runs, pages: list[object]) -> None:
    youtube.lists(playlists(listed(count=9)))
    youtube.pages(*pages)
    assert runs.outcome().outcome is Outcome.FAILED
    assert len(youtube.asked) < 10


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>", 200),
        Answer(b"", 200),
        Answer(b"null", 200),
        Answer(b"[]", 200),
        {"items": 5},
        {"items": [5]},
        playlists(listed("PLanother0000000000000000000000001")),
        Answer(b"<html>", 500),
        Answer(b'{"error": 5}', 503),
        Answer(b'{"error": {"errors": [5], "message": 5}}', 418),
    ],
)
def test_a_playlist_that_is_not_as_documented_fails_alone(
    youtube: Youtube, runs: Runs, answer: object
) -> None:
    youtube.lists(answer)
    youtube.pages(page(entry(1)))
    assert runs.outcome().outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "answer", [{}, {"items": None}, {"items": "many"}, {"items": [], "pageInfo": 5}, b"\xff"]
)
def test_a_page_that_is_not_as_documented_is_not_landed(
    youtube: Youtube, runs: Runs, answer: object
) -> None:
    youtube.lists(playlists(listed(count=1)))
    youtube.pages(answer)
    assert runs.outcome().outcome is Outcome.FAILED
    assert runs.landed() == []


def test_fewer_entries_than_the_total_are_complete(youtube: Youtube, runs: Runs) -> None:
    youtube.lists(playlists(listed(count=3)))
    youtube.pages(page(entry(1), entry(2), total=3))
    outcome = runs.outcome()
    assert (outcome.outcome, outcome.entries, outcome.total) == (Outcome.LANDED, 2, 3)
    assert runs.landed()[0].complete


def test_mine_needs_a_channel(runs: Runs, youtube: Youtube) -> None:
    with pytest.raises(ConfigurationError, match="set PLAYLAKE_YOUTUBE_CHANNEL") as refused:
        runs.run(None)
    assert "\n" not in str(refused.value)
    assert youtube.asked == []


def test_mine_is_the_public_playlists_of_the_channel(youtube: Youtube, runs: Runs) -> None:
    runs.settings = {"youtube_channel": CHANNEL}
    ids = [f"PLsynthetic0000000000000000000000{number}" for number in range(10, 13)]
    first, second, third = (listed(one, count=1) for one in ids)
    youtube.lists(
        playlists(first, second, {**third, "id": None}, next_page="more"),
        playlists(third),
        *map(playlists, (first, second, third)),
    )
    youtube.pages(page(entry(1)))

    manifest = runs.run(None)

    assert [one.playlist_id for one in manifest.playlists] == ids
    assert manifest.counts() == {Outcome.LANDED: 3}
    assert [one.parameters.get("channelId") for one in youtube.asked[:2]] == [CHANNEL] * 2
    assert youtube.asked[1].parameters["pageToken"] == "more"


def test_a_channel_that_is_not_there_is_a_wrong_setting(youtube: Youtube, runs: Runs) -> None:
    runs.settings = {"youtube_channel": CHANNEL}
    youtube.lists(refusal_of(404, "channelNotFound"))
    with pytest.raises(ConfigurationError, match="PLAYLAKE_YOUTUBE_CHANNEL"):
        runs.run(None)


def test_without_a_key_nothing_is_asked(youtube: Youtube, runs: Runs) -> None:
    runs.settings = {"youtube_api_key": None}
    with pytest.raises(ConfigurationError, match="set PLAYLAKE_YOUTUBE_API_KEY"):
        runs.run()
    assert youtube.asked == []


def test_the_budget_of_a_run_is_kept(youtube: Youtube, runs: Runs) -> None:
    runs.settings = {"request_budget": 3}
    youtube.lists(playlists(listed(count=51)))
    youtube.pages(*pages_of(51))
    outcome = runs.outcome()
    assert (outcome.outcome, outcome.code) == (Outcome.RATE_LIMITED, "budget_spent")
    assert len(youtube.asked) == 1


def test_a_run_goes_on_where_it_broke_off(youtube: Youtube, runs: Runs) -> None:
    youtube.lists(playlists(listed(count=51)))
    youtube.pages(*pages_of(51))
    whole = runs.run()
    asked = len(youtube.asked)
    for key in [key for key in runs.raw.objects if key.endswith("manifest.json")]:
        del runs.raw.objects[key]
    runs.state = MemoryStateStore()

    resumed = runs.run()

    assert resumed.playlists == whole.playlists
    assert len(youtube.asked) == asked


def test_a_landed_snapshot_that_is_not_youtubes_is_refused(youtube: Youtube, runs: Runs) -> None:
    youtube.lists(playlists(listed(count=1)))
    youtube.pages(page(entry(1)))
    runs.run()
    (snapshot,) = runs.landed()
    with pytest.raises(ValueError, match=f"the snapshot of {PLAYLIST_ID}: YouTube's page is not"):
        runs.source().read_landed(msgspec.structs.replace(snapshot, pages=[msgspec.Raw(b"1")]))


def test_nothing_has_details(runs: Runs) -> None:
    assert runs.source().details_kinds == frozenset()
    with pytest.raises(PlaylistError):
        runs.source().details("artist", "synthetic")


def test_the_time_of_the_next_quota_follows_daylight_saving() -> None:
    assert next_quota(NOON) == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert next_quota(datetime(2026, 7, 1, 6, 59, tzinfo=UTC)) == datetime(
        2026, 7, 1, 7, tzinfo=UTC
    )
    # The clocks are put forward on that day, and back on this one.
    assert next_quota(datetime(2026, 3, 8, 9, tzinfo=UTC)) == datetime(2026, 3, 9, 7, tzinfo=UTC)
    assert next_quota(datetime(2026, 11, 1, 8, tzinfo=UTC)) == datetime(2026, 11, 2, 8, tzinfo=UTC)
