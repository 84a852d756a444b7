"""The stand-in for YouTube answers as the Data API does, and its videos vanish as days pass."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from playlake_sandbox import Settings, create_app
from playlake_sandbox.sources.youtube.errors import YoutubeError
from playlake_sandbox.sources.youtube.quota import Quota
from playlake_sandbox.sources.youtube.routes import API_KEY, create_data_api
from playlake_sandbox.sources.youtube.world import channel_id, kept_playlists
from playlake_sandbox.state import Sandbox
from playlake_sandbox.world.standing_playlists import LISTENER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SEED = Settings().seed
PARTS = {"part": "snippet,contentDetails,status", "maxResults": 50}
BY_NAME = {kept.playlist.profile.name: kept.playlist.id for kept in kept_playlists(SEED)}
TRAM, LARGE, FORBIDDEN, PRIVATE, UNLISTED, GONE = (
    BY_NAME[name]
    for name in (
        "Clips for the tram",
        "Everything, on video",
        "Members only",
        "Diary",
        "Only by its link",
        "Summer, already over",
    )
)


@pytest.fixture
async def api() -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key."""
    transport = httpx.ASGITransport(app=create_app(Settings()))
    headers = {"x-goog-api-key": API_KEY}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://sandbox.test", headers=headers
    ) as client:
        yield client


async def ask(api: httpx.AsyncClient, resource: str, **parameters: object) -> httpx.Response:
    return await api.get(f"/youtube/v3/{resource}", params={**PARTS, **parameters})  # type: ignore[dict-item]


async def entries(api: httpx.AsyncClient, playlist_id: str) -> list[dict[str, Any]]:
    """All entries of a playlist, over all pages."""
    found: list[dict[str, Any]] = []
    following: dict[str, str] = {}
    while True:
        page = (await ask(api, "playlistItems", playlistId=playlist_id, **following)).json()
        found += page["items"]
        if "nextPageToken" not in page:
            assert len(found) == page["pageInfo"]["totalResults"]
            return found
        following = {"pageToken": page["nextPageToken"]}


async def reason(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    return answer.status_code, error["errors"][0]["reason"]


async def put_day(api: httpx.AsyncClient, day: str) -> None:
    (await api.put("/sandbox/clock", json={"now": f"{day}T06:00:00Z"})).raise_for_status()


async def test_a_playlist_and_its_entries_have_the_documented_fields(
    api: httpx.AsyncClient,
) -> None:
    [listed] = (await ask(api, "playlists", id=TRAM)).json()["items"]
    held = await entries(api, TRAM)
    assert listed["id"] == TRAM
    assert listed["contentDetails"]["itemCount"] == len(held)
    assert [one["snippet"]["position"] for one in held] == list(range(len(held)))
    assert len({one["id"] for one in held}) == len(held)
    for one in held:
        assert one["snippet"]["resourceId"]["videoId"] == one["contentDetails"]["videoId"]
        assert len(one["contentDetails"]["videoId"]) == 11


async def test_only_requested_parts_are_sent(api: httpx.AsyncClient) -> None:
    page = (await ask(api, "playlistItems", playlistId=TRAM, part="contentDetails")).json()
    assert page["items"][0].keys() == {"kind", "etag", "id", "contentDetails"}


async def test_a_large_playlist_is_read_by_pages_of_fifty(api: httpx.AsyncClient) -> None:
    assert len(await entries(api, LARGE)) > 4_900
    refused = await ask(api, "playlistItems", playlistId=LARGE, maxResults=51)
    assert await reason(refused) == (400, "badRequest")
    refused = await ask(api, "playlistItems", playlistId=LARGE, pageToken="*")
    assert await reason(refused) == (400, "invalidPageToken")


async def test_a_known_etag_gets_no_body(api: httpx.AsyncClient) -> None:
    first = await ask(api, "playlistItems", playlistId=TRAM)
    assert first.headers["etag"] == first.json()["etag"]
    api.headers["if-none-match"] = first.headers["etag"]
    again = await ask(api, "playlistItems", playlistId=TRAM)
    assert (again.status_code, again.content) == (304, b"")
    await put_day(api, "2026-12-21")
    assert (await ask(api, "playlistItems", playlistId=TRAM)).status_code == 200


async def test_videos_are_lost_as_days_pass_and_their_entries_stay(
    api: httpx.AsyncClient,
) -> None:
    lost: dict[str, set[str]] = {}
    for day in ("2026-11-21", "2026-12-21"):
        await put_day(api, day)
        held = await entries(api, LARGE)
        without_owner = [one for one in held if "videoOwnerChannelId" not in one["snippet"]]
        titles = {one["snippet"]["title"] for one in without_owner}
        assert titles == {"Deleted video", "Private video"}
        lost[day] = {one["contentDetails"]["videoId"] for one in without_owner}
        assert not any("videoPublishedAt" in one["contentDetails"] for one in without_owner)
    assert len(lost["2026-12-21"]) > len(lost["2026-11-21"])


async def test_the_etag_of_a_playlist_does_not_cover_its_entries(api: httpx.AsyncClient) -> None:
    seen: dict[str, set[str]] = {}
    for day in range(1, 29):
        await put_day(api, f"2026-11-{day:02}")
        [listed] = (await ask(api, "playlists", id=UNLISTED)).json()["items"]
        page = (await ask(api, "playlistItems", playlistId=UNLISTED)).json()
        seen.setdefault(listed["etag"], set()).add(page["etag"])
    assert max(map(len, seen.values())) > 1


@pytest.mark.parametrize(
    ("resource", "parameters", "refusal"),
    [
        ("playlistItems", {"playlistId": FORBIDDEN}, (403, "playlistItemsNotAccessible")),
        ("playlistItems", {"playlistId": PRIVATE}, (404, "playlistNotFound")),
        ("playlistItems", {"playlistId": "PLnothing"}, (404, "playlistNotFound")),
        ("playlistItems", {}, (400, "badRequest")),
        ("playlists", {}, (400, "missingRequiredParameter")),
        ("playlists", {"channelId": "UCnobody"}, (404, "channelNotFound")),
        ("videos", {}, (404, "notFound")),
    ],
)
async def test_what_a_key_may_not_read_is_refused(
    api: httpx.AsyncClient,
    resource: str,
    parameters: dict[str, str],
    refusal: tuple[int, str],
) -> None:
    assert await reason(await ask(api, resource, **parameters)) == refusal


async def test_a_hidden_playlist_is_not_listed(api: httpx.AsyncClient) -> None:
    wanted = f"{PRIVATE},{TRAM},{UNLISTED},PLnothing"
    found = (await ask(api, "playlists", id=wanted)).json()["items"]
    assert {one["id"] for one in found} == {TRAM, UNLISTED}


async def test_a_channel_lists_its_public_playlists(api: httpx.AsyncClient) -> None:
    mine = channel_id(SEED, LISTENER)
    found = (await ask(api, "playlists", channelId=mine)).json()["items"]
    assert {TRAM, LARGE, GONE} <= {one["id"] for one in found}
    assert {UNLISTED, PRIVATE}.isdisjoint(one["id"] for one in found)
    first = (await ask(api, "playlists", channelId=mine, maxResults=2)).json()
    rest = await ask(api, "playlists", channelId=mine, pageToken=first["nextPageToken"])
    assert first["items"] + rest.json()["items"] == found


async def test_a_playlist_is_deleted_on_a_day(api: httpx.AsyncClient) -> None:
    assert (await ask(api, "playlists", id=GONE)).json()["items"]
    await put_day(api, "2026-11-24")
    assert not (await ask(api, "playlists", id=GONE)).json()["items"]


async def test_a_request_needs_a_valid_key(api: httpx.AsyncClient) -> None:
    del api.headers["x-goog-api-key"]
    assert await reason(await ask(api, "playlists", id=TRAM)) == (403, "forbidden")
    wrong = await ask(api, "playlists", id=TRAM, key="wrong")
    assert wrong.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    assert (await ask(api, "playlists", id=TRAM, key=API_KEY)).status_code == 200


def test_the_units_of_a_day_are_counted_from_midnight_pacific_time() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    quota = Quota(lambda: now, units_a_day=2)
    quota.spend()
    quota.spend()
    with pytest.raises(YoutubeError, match="quotaExceeded"):
        quota.spend()
    now = datetime(2026, 11, 22, 7, 59, tzinfo=UTC)
    with pytest.raises(YoutubeError, match="quotaExceeded"):
        quota.spend()
    now = datetime(2026, 11, 22, 8, tzinfo=UTC)
    quota.spend()


async def test_each_request_with_a_key_costs_a_unit() -> None:
    sandbox = Sandbox.begin(Settings())
    app = create_data_api(sandbox, Quota(lambda: sandbox.clock.now, units_a_day=2))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox.test")
    async with client:
        answers = [
            await client.get("/v3/playlists"),
            await client.get("/v3/playlists", params={"part": "id", "id": TRAM, "key": API_KEY}),
            await client.get("/v3/playlists", params={"part": "id", "key": API_KEY}),
            await client.get("/v3/playlists", params={"part": "id", "id": TRAM, "key": API_KEY}),
        ]
    assert [answer.status_code for answer in answers] == [403, 200, 400, 403]
    assert await reason(answers[-1]) == (403, "quotaExceeded")


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        ({"kind": "quota_used_up", "seconds": 60}, (403, "quotaExceeded")),
        (
            {"kind": "status", "status": 403, "reason": "rateLimitExceeded"},
            (403, "rateLimitExceeded"),
        ),
        ({"kind": "status", "status": 404}, (404, "playlistNotFound")),
        ({"kind": "status", "status": 500}, (500, "backendError")),
    ],
)
async def test_faults_are_in_the_words_of_google(
    api: httpx.AsyncClient, rule: dict[str, object], refusal: tuple[int, str]
) -> None:
    (await api.put("/sandbox/faults", json=[rule])).raise_for_status()
    assert await reason(await ask(api, "playlists", id=TRAM)) == refusal


async def test_the_control_routes_list_every_playlist(api: httpx.AsyncClient) -> None:
    found = (await api.get("/sandbox/playlists/youtube")).json()
    assert {one["id"] for one in found} == set(BY_NAME.values())
    sizes = {one["name"]: one["size"] for one in found}
    assert sizes["Nothing yet"] == 0
    assert sizes["Clips for the tram"] == len(await entries(api, TRAM))
