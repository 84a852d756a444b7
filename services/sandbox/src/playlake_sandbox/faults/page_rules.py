"""Faults in the paging of a list: wrong links, missing entries, wrong totals. Pure."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeAlias
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Field

from playlake_sandbox.faults.rules import PLAYLIST_PATHS, Rule
from playlake_sandbox.shapes.playlist_objects import MOST_ITEMS

Members = Mapping[str, Any]

_PAGE_KEYS = ("items", "tracks")
_PAGE_MEMBERS = {"href", "items", "limit", "next", "total"}


class PageRule(Rule):
    """A fault in a page, or in the pages that a playlist embeds.

    A response without a page, or whose pages are reduced by `fields`, stays as it is.
    """

    touches: ClassVar[tuple[str, ...]] = PLAYLIST_PATHS


class NextLoop(PageRule):
    """`next` is the address of the page itself; of an embedded page, that of its beginning."""

    kind: Literal["next_loop"]


class NextEndless(PageRule):
    """`next` is a new address of the same page, every time."""

    kind: Literal["next_endless"]


class NextPastEnd(PageRule):
    """`next` is never null: after the last entry, it is the address of one more empty page."""

    kind: Literal["next_past_end"]


class NextForeign(PageRule):
    """`next` is an address on another host."""

    kind: Literal["next_foreign"]
    host: str = Field(default="http://127.0.0.1:9", pattern="^https?://[^/?#]+$")


class ShortPage(PageRule):
    """The page lacks its last entries; `next` is as if they were there."""

    kind: Literal["short_page"]
    entries: int = Field(default=1, ge=1)


class TotalLies(PageRule):
    """`total` is wrong by a number of entries."""

    kind: Literal["total_lies"]
    by: int = 1


class NullItems(PageRule):
    """The page is empty, and says so with `items` null and `total` 0."""

    kind: Literal["null_items"]


LinkFault: TypeAlias = NextLoop | NextEndless | NextPastEnd | NextForeign
PageFault: TypeAlias = LinkFault | ShortPage | TotalLies | NullItems


def change_pages(rule: PageFault, body: Members, number: int) -> Members:
    """Returns a body with its pages changed; `number` counts the applications of the rule."""
    if is_page(body):
        return {**body, **_changes(rule, body, number)}
    pages = {key: body[key] for key in _PAGE_KEYS if is_page(body.get(key))}
    changed = {key: {**page, **_changes(rule, page, number)} for key, page in pages.items()}
    return {**body, **changed}


def is_page(value: object) -> bool:
    """Returns whether a value is a page with all the members that the rules need."""
    return isinstance(value, Mapping) and value.keys() >= _PAGE_MEMBERS


def _changes(rule: PageFault, page: Members, number: int) -> Members:
    match rule:
        case ShortPage():
            return {"items": page["items"][: -rule.entries]}
        case TotalLies():
            return {"total": max(page["total"] + rule.by, 0)}
        case NullItems():
            return {"items": None, "next": None, "total": 0}
        case _:
            return {"next": _next(rule, page, number)}


def _next(rule: LinkFault, page: Members, number: int) -> str:
    match rule:
        case NextLoop():
            return _address(page)
        case NextEndless():
            return f"{_address(page)}&endless={number}"
        case NextPastEnd():
            return _following(page)
        case NextForeign():
            parts = urlsplit(page["next"] or _address(page))
            return f"{rule.host}{parts.path}?{parts.query}"


def _address(page: Members) -> str:
    # The limit of an embedded page is larger than its own address accepts.
    href, limit = str(page["href"]), page["limit"]
    return href.replace(f"limit={limit}", f"limit={min(limit, MOST_ITEMS)}")


def _following(page: Members) -> str:
    parts = urlsplit(_address(page))
    query = parse_qs(parts.query)
    offset = int(query["offset"][0]) + page["limit"]
    following = urlencode({**query, "offset": offset}, doseq=True)
    return parts._replace(query=following).geturl()
