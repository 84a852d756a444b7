"""The `fields` parameter: `id,snapshot_id`, `owner.id`, `items(added_at,item(name))`."""

import json
import re
from collections import deque
from collections.abc import Mapping
from typing import TypeAlias

from playlake_sandbox.spotify_json import Fragment, Json

Selection: TypeAlias = "dict[str, Selection]"
"""The names to keep, each with the selection of its value; an empty one keeps everything."""

_TOKENS = re.compile(r"\w+|[(),.]")


def parse_fields(text: str) -> Selection:
    """Parses a selection; raises ValueError if a bracket or a dot has no counterpart."""
    tokens = deque(_TOKENS.findall(text))
    try:
        selection = _names(tokens)
    except IndexError:
        raise ValueError(f"fields ends too early, complete it: {text}") from None
    if tokens:
        raise ValueError(f"fields has a closing bracket too many, remove it: {text}")
    return selection


def select(selection: Selection, value: Json) -> Json:
    """Returns the value with only the selected names; a missing name is not an error."""
    if not selection:
        return value
    if isinstance(value, Fragment):
        return select(selection, json.loads(value.text))
    if isinstance(value, list):
        return [select(selection, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {name: select(selection[name], value[name]) for name in value if name in selection}


def _names(tokens: deque[str]) -> Selection:
    selection: Selection = {}
    while tokens and tokens[0] != ")":
        name = tokens.popleft()
        if name != ",":
            selection.setdefault(name, {}).update(_within(tokens))
    return selection


def _within(tokens: deque[str]) -> Selection:
    opening = tokens[0] if tokens else ""
    if opening == ".":
        tokens.popleft()
        return {tokens.popleft(): _within(tokens)}
    if opening == "(":
        tokens.popleft()
        inner = _names(tokens)
        tokens.popleft()
        return inner
    return {}
