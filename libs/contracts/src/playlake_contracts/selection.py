"""Which raw objects a replay means: one part, those of a run, those of a day, or all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL: Final = "all"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Selection:
    """Raw objects by one property; `Selection.parse(str(selection)) == selection`.

    Attributes:
        by: a raw key, the id of a run, a day, or `all`.
    """

    by: RawKey | RunId | date | None = None

    def __str__(self) -> str:
        return ALL if self.by is None else str(self.by)

    @classmethod
    def parse(cls, text: str) -> Selection:
        """Parse the text of a selection.

        Raises:
            ValueError: it is none; the message is one sentence.
        """
        if text == ALL:
            return cls()
        if _DAY.fullmatch(text):
            return cls(date.fromisoformat(text))
        return cls(RawKey.parse(text) if "/" in text else RunId.parse(text))

    @property
    def day(self) -> str | None:
        """The only day that has such objects; None if every day may have some."""
        match self.by:
            case RawKey():
                return self.by.run_id.snapshot_date
            case RunId():
                return self.by.snapshot_date
            case date():
                return self.by.isoformat()
        return None

    def of(self, keys: Iterable[RawKey]) -> list[RawKey]:
        """The selected ones among some raw objects, in the given order."""
        return [key for key in keys if self._has(key)]

    def _has(self, key: RawKey) -> bool:
        match self.by:
            case RawKey():
                return key == self.by
            case RunId():
                return key.run_id == self.by
            case date():
                return key.run_id.snapshot_date == self.by.isoformat()
        return True
