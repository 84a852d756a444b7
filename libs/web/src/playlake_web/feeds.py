"""What changed as an Atom feed (RFC 4287): an entry a run and playlist.

An entry says what `playlake diff` says, keeps its id for ever, and links to the day in the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from markupsafe import Markup

from playlake_contracts.version import VERSION
from playlake_lake.history import ChangeKind
from playlake_lake.history.differences import moved_ranges
from playlake_lake.history.telling import in_order, places, sign
from playlake_web.addresses import playlist_page
from playlake_web.facts.people import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from playlake_web.facts.feed import News
    from playlake_web.facts.history import Change
    from playlake_web.facts.playlists import PlaylistKey

MEDIA_TYPE: Final = "application/atom+xml"
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_LINES: Final = 30
# What XML 1.0 cannot have, and titles may.
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed.

    Attributes:
        identity: what distinguishes it; it never changes.
        title: its title.
        base: the address of the site, such as `http://127.0.0.1:4848`.
        path: its own path, without a token.
        page: the path of the page that shows the same.
        changed_at: when it changed last, UTC, if nothing is in it.
        news: its entries, the newest first.
        labels: the names of playlists.
        people: the names of people by id.
    """

    identity: str
    title: str
    base: str
    path: str
    page: str
    changed_at: datetime
    news: Sequence[News]
    labels: Mapping[PlaylistKey, str]
    people: Mapping[str, str]


def atom(feed: Feed) -> bytes:
    """The document of a feed."""
    root = ET.Element("feed", xmlns=_NAMESPACE)
    _add(root, "id", _urn(feed.identity))
    _add(root, "title", feed.title)
    _add(root, "updated", _time(feed.news[0].seen_at if feed.news else feed.changed_at))
    _add(ET.SubElement(root, "author"), "name", "Playlake")
    _add(root, "generator", "Playlake", version=VERSION)
    _add(root, "link", rel="self", type=MEDIA_TYPE, href=f"{feed.base}{feed.path}")
    _add(root, "link", rel="alternate", type="text/html", href=f"{feed.base}{feed.page}")
    for each in feed.news:
        _add_entry(root, feed, each)
    ET.indent(root, "")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def lines(news: News, people: Mapping[str, str]) -> Iterator[str]:
    """What changed, a line a change; entries that moved together are one line."""
    for kind in in_order(each.change for each in news.changes):
        if kind is ChangeKind.MOVED:
            yield from _moves(news.of(kind))
        else:
            for each in news.of(kind):
                yield f"{sign(kind)} {_told(each, name_of(people, news.key.source, each.added_by))}"


def _add_entry(root: ET.Element, feed: Feed, news: News) -> None:
    entry = ET.SubElement(root, "entry")
    page = playlist_page(news.key, news.seen_at.date())
    _add(entry, "id", _urn(f"{':'.join(news.key)}:{news.run_id}"))
    _add(entry, "title", f"{feed.labels.get(news.key, news.key.id)}: {news.summary}")
    _add(entry, "updated", _time(news.seen_at))
    _add(entry, "link", rel="alternate", type="text/html", href=f"{feed.base}{page}#history")
    _add(entry, "content", _html(list(lines(news, feed.people))), type="html")


def _html(said: list[str]) -> str:
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in said[:_LINES])
    more = len(said) - _LINES
    rest = Markup("<p>and {} more</p>").format(f"{more:,}") if more > 0 else ""
    return str(Markup("<ul>{}</ul>{}").format(items, rest))


def _told(change: Change, adder: str) -> str:
    kind = change.change
    if sign(kind) == "~":
        return f"{kind}: {change.old_value or '(none)'} → {change.new_value or '(none)'}"
    if kind in {ChangeKind.GONE, ChangeKind.RETURNED}:
        return f"{kind}"
    by = f", by {adder}" if adder and kind is ChangeKind.ADDED else ""
    return f"{kind} {_song(change)}{by}"


def _moves(moves: list[Change]) -> Iterator[str]:
    at = {each.to_position: each for each in moves}
    pairs = [(each.from_position or 0, each.to_position or 0) for each in moves]
    for moved in moved_ranges(pairs):
        way = f"{places(moved.from_first, moved.count)} → {places(moved.to_first, moved.count)}"
        first = _song(at[moved.to_first])
        several = f"{moved.count:,} entries, the first is {first}"
        yield f"> moved {first if moved.count == 1 else several}, {way}"


def _song(change: Change) -> str:
    title = change.name or f"({change.item_type})"
    return f"{title} — {change.artists}" if change.artists else title


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> None:
    made = ET.SubElement(parent, name, attributes)
    made.text = None if text is None else _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _urn(identity: str) -> str:
    return uuid5(NAMESPACE_URL, f"playlake:{identity}").urn


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
