"""The pages of a small lake, and what a program gets at the same addresses."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from web_lakes import CRATE, FIRST, GONE, QUIET, served, site_of

from playlake_contracts.runs import RunId
from playlake_lake.identity import make_lake
from playlake_web.access.links import Links as SignIn
from playlake_web.adapters.folder import FolderReader
from playlake_web.answers import Answer
from playlake_web.facts.playlists import Playlist, playlists
from playlake_web.pages.environment import Page, render
from playlake_web.pages.playlist import PlaylistView, Then, never_read_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from playlake_lake.folder import Folder

BROWSER = {"accept": "text/html"}
LAST_RUN = str(RunId.derive("spotify", FIRST + timedelta(days=13)))
# Of the songs 100 to 109 and 110 to 117, of which the crate holds 113 to 117 on the last day.
LEFT, HERE = "artist0000000000000010", "artist0000000000000011"
PAGES = [
    "/",
    "/playlists",
    f"/playlists/{CRATE}",
    f"/playlists/{CRATE}?at=2026-11-03&days=all",
    f"/playlists/{CRATE}/compare?from=2026-11-02&to=2026-11-09",
    f"/playlists/{QUIET}",
    "/songs",
    "/songs?q=track 10",
    "/songs?show=vanished",
    "/songs?show=longest",
    "/artists",
    "/artists?show=new",
    "/artists?show=gone&from=1",
    "/artists?q=artist 1",
    f"/artists/{LEFT}",
    f"/artists/{HERE}?source=spotify",
    "/songs/spotify:track:track00000000000000104",
    "/quality",
    "/runs",
    f"/runs/{LAST_RUN}",
]


class Links(HTMLParser):
    """The addresses that a page refers to, its identifiers, and what a strict policy forbids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.posts: set[str] = set()
        self.ids: list[str] = []
        self.forbidden: list[str] = []
        self._tag = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        is_posted = ("method", "post") in attrs
        for name, value in attrs:
            if is_posted and name == "action" and value:
                self.posts.add(value)
            elif name in {"href", "src", "action", "data-spec", "data-values"} and value:
                self.addresses.add(value)
            if name == "id" and value:
                self.ids.append(value)
            if name == "style" or name.startswith("on"):
                self.forbidden.append(f"{tag} {name}")

    def handle_data(self, data: str) -> None:
        if self._tag in {"script", "style"} and data.strip():
            self.forbidden.append(f"{self._tag} {data[:40]}")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_refers_only_to_addresses_that_answer(client: httpx.Client, address: str) -> None:
    answered = client.get(address, headers=BROWSER)
    assert answered.status_code == 200
    found = Links(answered.text)
    assert not found.forbidden
    assert found.posts <= {"/dlq/redrive", "/replay", "/reconcile", "/crawl"}
    assert len(found.ids) == len(set(found.ids))
    for each in found.addresses:
        if each.startswith("#"):
            assert each[1:] in found.ids
        elif not each.startswith("https://open.spotify.com/"):
            assert client.get(each, headers=BROWSER).status_code == 200, each


@pytest.mark.parametrize("address", PAGES)
def test_no_sentence_ends_twice(client: httpx.Client, address: str) -> None:
    assert not re.search(r"[^.]\.\.(?!\.)[^./]", client.get(address, headers=BROWSER).text)


def test_the_overview_says_what_the_last_run_found(client: httpx.Client) -> None:
    text = client.get("/", headers=BROWSER).text
    assert "All 3 playlists are accounted for." in text
    assert "1 landed, 1 unchanged, 1 could not be read." in text
    assert "13 entries came" in text
    assert "The source answered 404. It was deleted, or made private." in text


def test_an_empty_lake_says_how_to_begin(tmp_path: Path) -> None:
    folder, _ = make_lake(tmp_path / "empty")
    with served(site_of(folder, None), SignIn()) as client:
        text = client.get("/", headers=BROWSER).text
        assert "The lake is empty." in text
        assert "playlake run" in text
        for page in ("/playlists", "/songs", "/runs", "/quality"):
            assert client.get(page, headers=BROWSER).status_code == 200


def test_a_playlist_is_wound_back(client: httpx.Client, lake: Folder) -> None:
    answered = client.get(f"/playlists/{CRATE}/at/2026-11-03").json()
    assert [each["name"] for each in answered["entries"]] == [f"Track {n}" for n in range(102, 107)]
    view = _view(lake, CRATE)
    then = view.then(view.days[2])
    assert then is not None
    assert (then.total, then.lost) == (5, 5)
    assert [line.beside for line in then.lines][:2] == ["left by 4 Nov", "left by 5 Nov"]


def test_a_day_is_downloaded_with_links(client: httpx.Client) -> None:
    text = client.get(f"/playlists/{CRATE}/at/2026-11-03?format=csv").text
    rows = list(csv.DictReader(StringIO(text)))
    assert [row["position"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert rows[0]["link"] == "https://open.spotify.com/track/track00000000000000102"


def test_a_day_that_was_not_read_is_a_gap_and_one_that_was_gone_is_none(lake: Folder) -> None:
    found = {each.playlist_id: each for each in playlists(FolderReader(lake), FIRST.date())}
    unread = [day.day.day for day in found[QUIET].days if not day.is_read]
    assert unread == [6]
    assert all(day.is_read for day in found[GONE].days)
    assert found[GONE].entries is None
    assert found[CRATE].entries == 5


def test_quality_shows_the_rules_that_rows_broke(client: httpx.Client) -> None:
    rules = {rule["rule"]: rule for rule in client.get("/quality").json()["rules"]}
    assert rules["item_duration_negative"]["rows_broken"] == 1
    assert rules["item_duration_negative"]["examples"]
    text = client.get("/quality", headers=BROWSER).text
    assert "item_duration_negative" in text


def test_two_days_are_compared(client: httpx.Client) -> None:
    address = f"/playlists/{CRATE}/compare?from=2026-11-02&to=2026-11-05"
    assert "3 left, 3 came, 2 stayed." in client.get(address, headers=BROWSER).text


def test_a_list_that_is_asked_for_past_its_end_begins_anew(client: httpx.Client) -> None:
    answered = client.get(f"/playlists/{CRATE}?from=5", headers=BROWSER)
    assert answered.status_code == 200
    assert ">Track 113<" in answered.text


def test_a_song_says_where_and_when(client: httpx.Client) -> None:
    (stay,) = client.get("/songs/spotify:track:track00000000000000106").json()["stays"]
    assert stay["playlist_id"] == CRATE
    assert stay["first_seen_at"].startswith("2026-11-03T06:00:07")
    assert stay["first_missing_at"].startswith("2026-11-08T06:00:07")
    assert stay["still_there"] is False


def test_songs_that_no_playlist_holds_any_more_have_vanished(client: httpx.Client) -> None:
    stays = client.get("/songs?show=vanished").json()["stays"]
    assert [stay["name"] for stay in stays] == [f"Track {n}" for n in range(112, 99, -1)]
    text = client.get("/songs?show=vanished", headers=BROWSER).text
    assert "Songs that no playlist holds any more" in text
    assert ">Track 112<" in text.partition("In most playlists")[0]


def test_the_longest_stays_come_first_and_of_these_those_that_were_added_first(
    client: httpx.Client,
) -> None:
    stays = client.get("/songs?show=longest&limit=3").json()["stays"]
    assert [(stay["name"], stay["playlist_id"]) for stay in stays][:2] == [
        ("Track 1", QUIET),
        ("Track 2", QUIET),
    ]
    assert stays[0]["last_missing_at"] is None
    text = client.get("/songs?show=longest", headers=BROWSER).text
    assert text.index(">Track 1<") < text.index(">Track 2<") < text.index(">Track 104<")
    assert '<td class="num" data-column="days there">14+</td>' in text


def test_an_artist_says_where_when_and_which_songs(client: httpx.Client) -> None:
    found = client.get(f"/artists/{HERE}").json()
    assert (found["name"], found["songs"], found["songs_now"]) == ("Artist 11", 8, 5)
    assert (found["playlists_now"], found["has_left"]) == (1, False)
    (there,) = found["in_playlists"]
    assert (there["playlist_id"], there["still_there"], there["days"]) == (CRATE, True, 8)
    assert there["stretches"] == [{"first_on": "2026-11-07", "last_on": "2026-11-14"}]
    assert not there["was_there_at_first"]
    songs = {each["name"]: each for each in found["its_songs"]}
    assert songs.keys() == {f"Track {n}" for n in range(110, 118)}
    assert (songs["Track 110"]["days"], songs["Track 110"]["has_left"]) == (5, True)
    text = client.get(f"/artists/{HERE}", headers=BROWSER).text
    assert "5 of 8 songs in 1 playlist today, first seen on 7 November 2026." in text
    assert "5 of 8 songs there, since 7 November: 8 days." in text


def test_an_artist_of_whom_nothing_is_left_says_so(client: httpx.Client) -> None:
    found = client.get(f"/artists/{LEFT}").json()
    assert (found["songs"], found["songs_now"], found["has_left"]) == (10, 0, True)
    text = client.get(f"/artists/{LEFT}", headers=BROWSER).text
    assert "last seen on 10 November 2026. None is left." in text
    assert "There at the first look until 10 November, 10 songs: 10 days at least." in text


def test_artists_are_found_by_name_and_by_whether_they_came_or_left(client: httpx.Client) -> None:
    def names(query: str) -> list[str]:
        return [each["name"] for each in client.get(f"/artists?{query}").json()["artists"]]

    assert names("") == ["Artist 11", "Artist 0", "Artist 10"]
    assert names("q=ARTIST 1") == ["Artist 11", "Artist 10"]
    assert names("show=new") == ["Artist 11"]
    assert names("show=gone") == ["Artist 10"]
    assert names("q=nobody") == []
    text = client.get("/artists?show=gone", headers=BROWSER).text
    assert "3 artists seen, 2 still here" in text
    assert ">Artist 10<" in text
    assert ">Artist 11<" not in text


def test_a_list_of_artists_is_given_a_page_at_a_time(client: httpx.Client) -> None:
    first = client.get("/artists?limit=2").json()
    rest = client.get(f"/artists?limit=2&cursor={first['next']}").json()
    assert [each["name"] for each in rest["artists"]] == ["Artist 10"]
    assert rest["next"] is None


def test_songs_and_playlists_lead_to_artists(client: httpx.Client) -> None:
    link = f'<a href="/artists/{LEFT}?source=spotify"><bdi>Artist 10</bdi></a>'
    for address in (
        "/songs/spotify:track:track00000000000000104",
        "/songs?q=artist 10",
        f"/playlists/{CRATE}",
        f"/playlists/{CRATE}/then?at=2026-11-03",
        f"/playlists/{CRATE}/compare?from=2026-11-02&to=2026-11-09",
    ):
        assert link in client.get(address, headers=BROWSER).text, address


def test_a_playlist_says_which_artists_came_and_left(client: httpx.Client) -> None:
    found = client.get(f"/playlists/{CRATE}/artists").json()
    assert [each["entries"] for each in found["periods"]] == [5] * 14
    came, left = found["artists"][1], found["artists"][0]
    assert (left["name"], left["came_on"], left["gone_by"]) == ("Artist 10", None, "2026-11-11")
    assert left["entries"] == [5, 5, 5, 5, 5, 5, 4, 3, 2, 1, 0, 0, 0, 0]
    assert (came["name"], came["came_on"], came["gone_by"]) == ("Artist 11", "2026-11-07", None)
    assert came["entries"] == [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 5]
    text = client.get(f"/playlists/{CRATE}", headers=BROWSER).text
    assert "In 14 days 1 artist came and 1 left; 0 were there all along." in text
    assert "Most entries today: Artist 11, 100%." in text
    rows = client.get(f"/playlists/{CRATE}/charts").json()["artists"]
    assert [row["entries"] for row in rows] == left["entries"] + came["entries"]
    assert rows[0]["href"] == f"/artists/{LEFT}?source=spotify"


def test_a_list_is_given_a_page_at_a_time(client: httpx.Client) -> None:
    whole = client.get(f"/playlists/{CRATE}/changes").json()["changes"]
    assert len(whole) == 26
    found, cursor = [], ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        answered = client.get(f"/playlists/{CRATE}/changes?limit=7{more}").json()
        found += answered["changes"]
        cursor = answered["next"]
    assert found == whole


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/runs/none", "no_such_run"),
        ("/runs/20261121T060000Z-wrjkwl", "no_such_run"),
        (f"/parts/{LAST_RUN}/part-0009", "no_such_part"),
        ("/playlists/none", "no_such_playlist"),
        ("/playlists/..%2f..%2fetc", "not_found"),
        (f"/playlists/{CRATE}?source=other", "no_such_playlist"),
        (f"/playlists/{CRATE}/at/2026-10-01", "before_history"),
        (f"/playlists/{CRATE}/at/2030-10-01", "bad_moment"),
        (f"/playlists/{CRATE}/at/soon", "bad_moment"),
        (f"/playlists/{CRATE}/at/2026-02-30", "bad_moment"),
        (f"/playlists/{CRATE}?at=2026-02-30", "bad_request"),
        (f"/playlists/{CRATE}/changes?cursor=x", "bad_cursor"),
        (f"/playlists/{CRATE}/changes?cursor=ZnJvbSDCsg", "bad_cursor"),
        (f"/playlists/{CRATE}/changes?limit=0", "bad_request"),
        (f"/playlists/{CRATE}/changes?limit=501", "bad_request"),
        ("/songs/nothing", "no_such_song"),
        ("/songs?show=some", "bad_request"),
        ("/artists/nobody", "no_such_artist"),
        (f"/artists/{LEFT}?source=other", "no_such_artist"),
        ("/artists/..%2f..%2fetc", "not_found"),
        ("/artists/%00", "no_such_artist"),
        ("/artists?show=some", "bad_request"),
        ("/artists?cursor=x", "bad_cursor"),
        ("/artists?limit=0", "bad_request"),
        ("/playlists/none/artists", "no_such_playlist"),
        (f"/playlists/{GONE}/artists", "before_history"),
        ("/files/none.js", "not_found"),
        ("/covers/song-x.svg", "bad_request"),
        ("/nothing", "not_found"),
    ],
)
def test_what_is_not_there_is_a_problem_with_a_code(
    client: httpx.Client, address: str, code: str
) -> None:
    answered = client.get(address)
    problem = answered.json()
    assert answered.headers["content-type"] == "application/problem+json"
    assert problem["code"] == code
    assert problem["status"] == answered.status_code
    assert problem["request_id"] == answered.headers["x-request-id"]
    page = client.get(address, headers=BROWSER)
    assert page.status_code in {answered.status_code, 200}
    assert "Traceback" not in page.text


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/runs")
    again = client.get("/runs", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
    html = client.get("/runs", headers={"if-none-match": first.headers["etag"], **BROWSER})
    assert html.status_code == 200


def test_head_answers_where_get_does_without_a_body(client: httpx.Client) -> None:
    asked, head = client.get("/runs"), client.head("/runs")
    assert head.status_code == 200
    assert not head.content
    assert head.headers["etag"] == asked.headers["etag"]


def test_other_methods_are_refused(client: httpx.Client) -> None:
    refused = client.delete("/runs")
    assert refused.status_code == 405
    assert refused.json()["code"] == "method_not_allowed"
    assert refused.headers["allow"] == "GET"


def test_a_foreign_host_and_a_large_body_are_refused(client: httpx.Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).json()["code"] == "unknown_host"
    refused = client.post("/login", content=b"x" * 70_000)
    assert refused.json()["code"] == "too_large"

    def pieces() -> Iterator[bytes]:
        for _ in range(10_000_000 // 1000):
            yield b"x" * 1000

    assert client.post("/login", content=pieces()).json()["code"] == "too_large"


def test_every_answer_has_the_strict_headers(client: httpx.Client) -> None:
    for address in ("/", "/runs", "/nothing", "/files/playlake.js", "/openapi.json"):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_a_text_of_a_stranger_is_never_markup(client: httpx.Client) -> None:
    for address in ('/songs?q=<script>"', '/playlists?q=<b>"'):
        text = client.get(address, headers=BROWSER).text
        assert "<script>" not in text
        assert "<b>&#34;" not in text


def _view(lake: Folder, playlist_id: str) -> PlaylistView:
    reader = FolderReader(lake)
    found = {each.playlist_id: each for each in playlists(reader, FIRST.date())}
    return PlaylistView(reader, found[playlist_id])


def test_a_page_is_compressed_once_and_only_for_whoever_takes_it(client: httpx.Client) -> None:
    plain = client.get("/runs", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    small = client.get("/runs", headers={"accept-encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in small.headers["vary"]
    assert int(small.headers["content-length"]) < len(plain.content) / 2
    assert small.content == plain.content
    made = Answer.make(b"a" * 5_000, "text/plain")
    assert made.compressed is not None
    assert made.size == 5_000 + len(made.compressed)
    assert Answer.make(b"a", "text/plain").compressed is None


def test_a_playlist_whose_run_has_not_ended_yet_has_a_page() -> None:
    found = Playlist(
        source="spotify",
        playlist_id="p",
        name="Landed",
        read_at=FIRST,
        days=(),
        **dict.fromkeys(
            (
                *("description", "owner_id", "owner_name", "is_public", "is_collaborative"),
                *("followers", "first_at", "entries", "outcome", "reason", "asked_at"),
                *("last_run_id", "changed_on", "cover"),
            )
        ),
    )
    assert "See the last run" not in render(never_read_page(found), is_synthetic=True)
    ended = found.model_copy(update={"last_run_id": "20261101T060000Z-rxpwk5"})
    assert "See the last run" in render(never_read_page(ended), is_synthetic=True)


def test_links_are_offered_where_there_are_some_and_where_pasting_them_helps(lake: Folder) -> None:
    view = _view(lake, CRATE)
    then = view.then(FIRST.date())
    assert then is not None

    def shown(then: Then) -> str:
        values = {"then": then, "here_page": view.here, "credits": view.credits}
        return render(Page("then.html", values), is_synthetic=True)

    assert "The links, pasted" in shown(then)
    assert f"Copy {len(then.links)} links" in shown(then)
    of_another_app = shown(replace(then, can_be_pasted=False))
    assert "pasted" not in of_another_app
    assert "Copy" in of_another_app
    assert "link" not in shown(replace(then, links=(), can_be_pasted=False)).lower()
