"""The Atom feeds: what they say, who reads them, and what RFC 4287 asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from web_lakes import CRATE, FIRST, OPERATOR, READER, served, site_of

from playlake_lake.history import ChangeKind, difference
from playlake_lake.history.reading import contents_at
from playlake_lake.history.records import Playlist
from playlake_lake.history.telling import summary
from playlake_lake.identity import make_lake
from playlake_web.access.links import Links
from playlake_web.access.tokens import Scope, Token, Tokens
from playlake_web.adapters.folder import FolderReader
from playlake_web.facts.feed import News
from playlake_web.facts.history import Change
from playlake_web.facts.playlists import PlaylistKey
from playlake_web.feeds import Feed, atom, lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from playlake_lake.folder import Folder

ATOM = "{http://www.w3.org/2005/Atom}"
FOLLOWER = Token(Scope.FEED, "f" * 32)
FEEDS = ["/feed.atom", f"/playlists/{CRATE}/feed.atom"]
PAGE = {"accept": "text/html"}
KEY = PlaylistKey("spotify", CRATE)


def parsed(document: bytes) -> ET.Element:
    return ET.fromstring(document)  # noqa: S314 - it is ours


def one(parent: ET.Element, name: str) -> ET.Element:
    (found,) = parent.findall(f"{ATOM}{name}")
    return found


def text(parent: ET.Element, name: str) -> str:
    found = one(parent, name).text
    assert found
    return found


def change(kind: ChangeKind, **values: object) -> Change:
    nothing: dict[str, Any] = dict.fromkeys(Change.model_fields)
    fixed = {"seen_at": FIRST, "run_id": "20261101T060000Z-aaaaaa", "change": kind}
    return Change(**{**nothing, **fixed, **values})


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_has_what_the_rfc_asks_for(client: httpx.Client, address: str) -> None:
    answered = client.get(address)
    assert answered.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = parsed(answered.content)
    assert feed.tag == f"{ATOM}feed"
    assert text(one(feed, "author"), "name")
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 13
    ids = [text(each, "id") for each in (feed, *entries)]
    assert len(set(ids)) == len(ids)
    assert all(each.startswith("urn:uuid:") for each in ids)
    times = [datetime.fromisoformat(text(each, "updated")) for each in entries]
    assert times == sorted(times, reverse=True)
    assert all(each.utcoffset() == timedelta() for each in times)
    assert datetime.fromisoformat(text(feed, "updated")) == times[0]
    assert all(text(each, "title") for each in (feed, *entries))
    links = {each.get("rel"): str(each.get("href")) for each in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"{str(client.base_url).rstrip('/')}{address}"
    assert client.get(links["alternate"], headers=PAGE).status_code == 200
    for entry in entries:
        assert one(entry, "content").get("type") == "html"
        link = one(entry, "link")
        assert link.get("rel") == "alternate"
        assert client.get(str(link.get("href")), headers=PAGE).status_code == 200


def test_an_entry_says_what_diff_says(client: httpx.Client, lake: Folder) -> None:
    entries = parsed(client.get("/feed.atom").content).findall(f"{ATOM}entry")
    records, ago = FolderReader(lake).records, timedelta(days=1)
    for entry in entries:
        at = datetime.fromisoformat(text(entry, "updated"))
        old, new = (contents_at(records, Playlist(*KEY), each) for each in (at - ago, at))
        assert old is not None
        assert new is not None
        kinds = [each.kind for each in difference(old.contents, new.contents).changes]
        assert text(entry, "title") == f"Playlist {CRATE}: {summary(kinds)}"
    assert "<li>- removed Track 112 — Artist 11</li>" in text(entries[0], "content")


def test_every_kind_of_change_has_words() -> None:
    block = [
        change(ChangeKind.MOVED, name=f"S{at}", from_position=9 + at, to_position=at)
        for at in range(3)
    ]
    alone = change(ChangeKind.MOVED, name="T", from_position=0, to_position=7)
    told = [
        *block,
        alone,
        change(ChangeKind.NAME, old_value="Old", new_value="New"),
        change(ChangeKind.ADDED, name="A", artists="B", added_by="ann"),
        change(ChangeKind.REMOVED, item_type="episode"),
        change(ChangeKind.GONE),
    ]
    news = News(KEY, "20261101T060000Z-aaaaaa", FIRST, told)
    assert news.summary == "gone, new name, 1 added, 1 removed, 4 moved"
    assert list(lines(news, {"ann": "Ann"})) == [
        "x gone",
        "~ name: Old → New",
        "+ added A — B, by Ann",
        "- removed (episode)",
        "> moved 3 entries, the first is S0, 10-12 → 1-3",
        "> moved T, 1 → 8",
    ]


@pytest.mark.parametrize(
    ("source", "line"), [("spotify", "+ added A"), ("listenbrainz", "+ added A, by vesna")]
)
def test_who_added_a_song_is_named_where_the_source_knows_names(source: str, line: str) -> None:
    song = change(ChangeKind.ADDED, name="A", added_by="vesna")
    key = PlaylistKey(source, CRATE)
    assert list(lines(News(key, "20261101T060000Z-aaaaaa", FIRST, [song]), {})) == [line]
    told = list(lines(News(key, "20261101T060000Z-aaaaaa", FIRST, [song]), {"vesna": "V"}))
    assert told == ["+ added A, by V"]


def test_a_title_of_a_stranger_is_neither_markup_nor_broken_xml() -> None:
    song = change(ChangeKind.ADDED, name="<script>\x0b&\ud800")
    feed = Feed(
        identity="feed:",
        title="A\x00B",
        base="http://127.0.0.1",
        path="/feed.atom",
        page="/",
        changed_at=FIRST,
        news=[News(KEY, "20261101T060000Z-aaaaaa", FIRST, [song] * 40)],
        labels={KEY: "<b>"},
        people={},
    )
    (entry,) = parsed(atom(feed)).findall(f"{ATOM}entry")
    assert text(entry, "title") == "<b>: 40 added"
    content = text(entry, "content")
    assert "<li>+ added &lt;script&gt;\ufffd&amp;\ufffd</li>" in content
    assert content.endswith("<p>and 10 more</p>")


def test_a_feed_of_an_empty_lake_has_no_entries(tmp_path: Path) -> None:
    folder, _ = make_lake(tmp_path / "empty")
    with served(site_of(folder, None), Links()) as client:
        feed = parsed(client.get("/feed.atom").content)
    assert not feed.findall(f"{ATOM}entry")
    assert datetime.fromisoformat(text(feed, "updated")).tzinfo == UTC


@pytest.fixture
def followed(lake: Folder) -> Iterator[httpx.Client]:
    """A client of a site whose tokens are of every scope."""
    with served(site_of(lake, Tokens((READER, OPERATOR, FOLLOWER))), Links()) as client:
        yield client


def test_a_token_in_the_query_reads_feeds_and_nothing_else(followed: httpx.Client) -> None:
    shown = {"token": FOLLOWER.secret}
    for address in FEEDS:
        answered = followed.get(address, params=shown)
        assert answered.status_code == 200
        assert FOLLOWER.secret not in answered.text
    for address in ("/", "/runs", "/playlists", f"/playlists/{CRATE}", "/openapi.json", "/docs"):
        assert followed.get(address, params=shown).status_code == 401, address
        bearer = {"authorization": f"Bearer {FOLLOWER.secret}"}
        assert followed.get(address, headers=bearer).status_code == 403, address
    assert followed.post("/feed.atom", params=shown).status_code == 403
    assert followed.post("/login", data=shown).status_code == 401


def test_only_a_token_of_feeds_is_taken_from_a_query(followed: httpx.Client) -> None:
    for shown in (READER.secret, OPERATOR.secret, "x" * 32, ""):
        for headers in ({}, PAGE):
            answered = followed.get("/feed.atom", params={"token": shown}, headers=headers)
            assert answered.status_code == 401
            assert not shown or shown not in answered.text + str(answered.headers)


def test_other_tokens_read_feeds_by_their_header(followed: httpx.Client) -> None:
    for token in (READER, OPERATOR, FOLLOWER):
        bearer = {"authorization": f"Bearer {token.secret}"}
        assert followed.get("/feed.atom", headers=bearer).status_code == 200


def test_a_feed_that_has_not_changed_is_not_sent_again(followed: httpx.Client) -> None:
    first = followed.get("/feed.atom", params={"token": FOLLOWER.secret})
    headers = {"if-none-match": first.headers["etag"]}
    again = followed.get("/feed.atom", params={"token": FOLLOWER.secret}, headers=headers)
    assert again.status_code == 304
    headers["authorization"] = f"Bearer {READER.secret}"
    assert followed.get("/feed.atom", headers=headers).status_code == 304


def test_pages_name_their_feeds(client: httpx.Client) -> None:
    for page, feed in (("/", FEEDS[0]), (f"/playlists/{CRATE}", FEEDS[1])):
        text = client.get(page, headers=PAGE).text
        assert f'<link rel="alternate" href="{feed}" type="application/atom+xml"' in text
