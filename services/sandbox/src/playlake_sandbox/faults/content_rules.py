"""Faults in what a response holds: null owners, withheld contents, invalid Unicode. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, TypeAlias

from pydantic import Field

from playlake_sandbox.faults.page_rules import is_page
from playlake_sandbox.faults.rules import PLAYLIST_PATHS, Rule

Members = Mapping[str, Any]

HALF_PAIR = "\ud83d"
"""The first half of a surrogate pair; JSON may hold it as an escape, UTF-8 cannot."""

_PAGE_KEYS = ("items", "tracks")
_ITEM_KEYS = ("item", "track")
_OWNER_KEYS = ("display_name", "href", "id", "uri")


class ContentRule(Rule):
    """A fault in the contents of a response; a response without them stays as it is."""


class NullOwner(ContentRule):
    """One of the listed playlists has an owner with neither id nor name: they are null."""

    touches: ClassVar[tuple[str, ...]] = ("/v1/me/playlists",)

    kind: Literal["null_owner"]
    position: int = Field(default=0, ge=0, description="Position of the playlist in the page.")


class WithheldItems(ContentRule):
    """A playlist with `items` and `tracks` has its entries only under `tracks`.

    `items` is a stub of `href` and `total`, or a page whose list of entries is empty. Only the
    tier `extended` has both keys.
    """

    touches: ClassVar[tuple[str, ...]] = ("/v1/playlists/*",)

    kind: Literal["withheld_items"]
    leaves: Literal["stub", "empty"] = "stub"


class HalfSurrogate(ContentRule):
    r"""A playlist's name or an entry's title ends with half a surrogate pair, `\ud83d`.

    This changes the name of a playlist, and in a page (embedded or not) the name of one playlist,
    track or episode.
    """

    touches: ClassVar[tuple[str, ...]] = PLAYLIST_PATHS

    kind: Literal["half_surrogate"]
    position: int = Field(default=0, ge=0, description="Position in the page.")


ContentFault: TypeAlias = NullOwner | WithheldItems | HalfSurrogate


def change_contents(rule: ContentFault, body: Members) -> Members:
    """Returns a body with its contents changed."""
    match rule:
        case NullOwner():
            return _with_entry(body, rule.position, _without_owner)
        case WithheldItems():
            return _withhold(rule, body)
        case HalfSurrogate():
            return _with_half_pairs(body, rule.position)


def _without_owner(playlist: Members) -> Members:
    return {**playlist, "owner": {**playlist["owner"], **dict.fromkeys(_OWNER_KEYS)}}


def _withhold(rule: WithheldItems, body: Members) -> Members:
    if not all(is_page(body.get(key)) for key in _PAGE_KEYS):
        return body
    page = body["items"]
    stub = {"href": page["href"].partition("?")[0], "total": page["total"]}
    return {**body, "items": stub if rule.leaves == "stub" else {**page, "items": [], "next": None}}


def _with_half_pairs(body: Members, position: int) -> Members:
    changed = _with_entry(body, position, _rename_entry)
    if "name" in body:
        changed = _rename(changed)
    pages = {key: body[key] for key in _PAGE_KEYS if is_page(body.get(key))}
    return {**changed, **{key: _with_entry(p, position, _rename_entry) for key, p in pages.items()}}


def _rename_entry(entry: Members) -> Members:
    if "name" in entry:
        return _rename(entry)
    return {**entry, **{key: _rename(entry[key]) for key in _ITEM_KEYS if entry.get(key)}}


def _rename(named: Members) -> Members:
    return {**named, "name": f"{named['name']}{HALF_PAIR}"}


def _with_entry(page: Members, position: int, change: Callable[[Members], Members]) -> Members:
    if not is_page(page) or position >= len(page["items"]):
        return page
    entries = list(page["items"])
    entries[position] = change(entries[position])
    return {**page, "items": entries}
