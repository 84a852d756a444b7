"""What is false in a page: its links, its length, its total. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from playlake_sandbox.faults.kinds import (
    NextEndless,
    NextForeign,
    NextLoop,
    PageFault,
    ShortPage,
    TotalLies,
)
from playlake_sandbox.shapes.playlist_objects import MOST_ITEMS

Members = Mapping[str, Any]

_PAGE_KEYS = ("items", "tracks")
_WHOLE = {"href", "items", "limit", "next", "total"}


def falsify(rule: PageFault, body: Members, number: int) -> Members:
    """Returns a body with its pages changed; `number` tells the rule's applications apart."""
    if _is_page(body):
        return {**body, **_changes(rule, body, number)}
    pages = {key: body[key] for key in _PAGE_KEYS if _is_page(body.get(key))}
    changed = {key: {**page, **_changes(rule, page, number)} for key, page in pages.items()}
    return {**body, **changed}


def _is_page(value: object) -> bool:
    return isinstance(value, Mapping) and value.keys() >= _WHOLE


def _changes(rule: PageFault, page: Members, number: int) -> Members:
    match rule:
        case NextLoop():
            return {"next": _address(page)}
        case NextEndless():
            return {"next": f"{_address(page)}&endless={number}"}
        case NextForeign():
            parts = urlsplit(page["next"] or _address(page))
            return {"next": f"{rule.host}{parts.path}?{parts.query}"}
        case ShortPage():
            return {"items": page["items"][: -rule.entries]}
        case TotalLies():
            return {"total": max(page["total"] + rule.by, 0)}


def _address(page: Members) -> str:
    # An embedded page is larger than what its own address may be asked for.
    href, limit = str(page["href"]), page["limit"]
    return href.replace(f"limit={limit}", f"limit={min(limit, MOST_ITEMS)}")
