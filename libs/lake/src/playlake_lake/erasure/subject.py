"""Who or what is erased, and how it is found in texts of the lake's own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from playlake_contracts.erased import ERASED_USER, Erased, Kind, Tombstone
from playlake_contracts.keys import TOMBSTONES_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_lake.compaction.store import Store

_WORD: Final = rb"[0-9A-Za-z_]"


@dataclass(frozen=True)  # without slots: the pattern is kept
class Subject:
    """Who or what is erased.

    Attributes:
        source: the source, such as `spotify`.
        kind: a user or a playlist.
        id: the source's id.
    """

    source: str
    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"the {self.kind} {self.id} of {self.source}"

    def tombstones(self, store: Store) -> list[Tombstone]:
        """Its tombstones in a lake; more than one if it was erased twice at once."""
        return [each for each in known(store).tombstones if self._is_in(each)]

    def is_named_in(self, body: bytes) -> bool:
        """Whether a text has its id as a word."""
        return self._pattern.search(body) is not None

    def without(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """JSON without it.

        Fields whose name is its id are left out, and so are items of lists that are its id. In all
        other texts `ERASED_USER` stands in its place.
        """
        match value:
            case dict():
                return {name: self._value(each) for name, each in value.items() if name != self.id}
            case list():
                return [self.without(each) for each in value if each != self.id]
            case _:
                return self._value(value)

    def _value(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, str):
            encoded = value.encode(errors="surrogatepass")
            return self._pattern.sub(ERASED_USER.encode(), encoded).decode(errors="surrogatepass")
        return self.without(value) if isinstance(value, dict | list) else value

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        forms = {self.id, json.dumps(self.id)[1:-1], quote(self.id, safe="")}
        either = b"|".join(re.escape(form.encode()) for form in sorted(forms))
        return re.compile(rb"(?<!%b)(?:%b)(?!%b)" % (_WORD, either, _WORD))

    def _is_in(self, tombstone: Tombstone) -> bool:
        return tombstone.is_of(self.source, self.kind, self.id)


def known(store: Store, more: Iterable[Tombstone] = ()) -> Erased:
    """What was erased from a lake.

    Args:
        store: the lake.
        more: further tombstones.
    """
    listed = Erased.listed(store.versions(TOMBSTONES_PREFIX))
    return Erased((*listed.tombstones, *more))
