"""Reads Spotify's answer to a login from the address of its redirect."""

from __future__ import annotations

import re
from secrets import compare_digest
from urllib.parse import parse_qsl, urlsplit

from playlake.errors import CommandError

_CODE = re.compile(r"[\w-]+", re.ASCII)
_NO_ANSWER = (
    "this address holds no answer of Spotify's: paste the whole address of the page that it leads "
    "to, which begins with http://127.0.0.1, also if the browser cannot show that page"
)


def code_of(address: str, state: str) -> str:
    """Read the code from the address of the redirect, or from the code alone.

    Args:
        address: a URL or the part of it after the host; a bare code is what a person pasted.
        state: the random text of this login.

    Raises:
        CommandError: the user refused, the answer is another login's, or it is none; the message
            holds nothing of it.
    """
    text = address.strip()
    if _CODE.fullmatch(text):
        return text
    fields = _fields(text)
    if fields.keys().isdisjoint({"code", "error"}):
        raise CommandError(_NO_ANSWER)
    if not has_state(text, state):
        raise CommandError("this is the answer to another login: run `playlake login` again")
    if "error" in fields:
        raise CommandError(_refusal(fields["error"]))
    return fields["code"]


def has_state(address: str, state: str) -> bool:
    """Whether an address belongs to the login with a state."""
    return compare_digest(_fields(address).get("state", "").encode(), state.encode())


def _fields(address: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(address).query))
    except ValueError:  # what is no address holds no fields
        return {}


def _refusal(error: str) -> str:
    if error == "access_denied":
        return "you pressed Cancel, so Spotify gave nothing: run `playlake login` again to agree"
    return f"Spotify refused to ask you ({error[:80]!r}): see the app's settings in its dashboard"
