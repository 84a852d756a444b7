"""What is erased as a whole: all that a lake has, or has of a source, or of an account of one.

What a run has landed, and what was made of that, has the id of the run in its key, and the id tells
whose run it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from playlake_contracts.accounts import is_run_of
from playlake_contracts.keys import (
    ACCOUNT_PREFIX,
    FAILURES_PREFIX,
    RAW_PREFIX,
    REJECTED_PREFIX,
    pseudonyms_key,
    source_prefix,
    state_prefix,
    table_prefix,
)
from playlake_contracts.runs import RunId
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

# The account without a name. What was imported is of no account here.
UNNAMED: Final = ""
_RUN_ID: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[a-z2-7]{6}")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is erased as a whole.

    Attributes:
        source: the source; None is every source, and what belongs to none.
        account: the account of the source, which may be `UNNAMED`; None is every account, and
            what was imported.

    Raises:
        ValueError: an account without its source.
    """

    source: str | None = None
    account: str | None = None

    def __post_init__(self) -> None:
        if self.source is None and self.account is not None:
            raise ValueError(f"of which source is the account {self.account}?")

    def __str__(self) -> str:
        if self.source is None:
            return "anything"
        of_source = f"anything of {self.source}"
        if self.account is None:
            return of_source
        return f"{of_source} of the account {self.account or 'without a name'}"

    @property
    def name(self) -> str:
        """A name for it in keys."""
        of_source = self.source or "sources"
        return of_source if self.account is None else f"{of_source}-{self.account}"

    @property
    def raw_prefix(self) -> str:
        """The prefix that all of its raw objects are under."""
        return RAW_PREFIX if self.source is None else source_prefix(self.source)

    def prefixes_of_runs(self) -> Iterator[str]:
        """The prefixes that all objects of its runs are under: raw objects, then commit marks."""
        yield self.raw_prefix
        yield table_prefix("loads")
        yield from (table_prefix(table) for table in TABLES if table != "loads")
        under = self.raw_prefix.removeprefix(RAW_PREFIX)
        yield from (f"{prefix}{under}" for prefix in (REJECTED_PREFIX, FAILURES_PREFIX))

    @property
    def state_prefix(self) -> str | None:
        """The prefix of the state of its runs; None if that is all of the state of a lake."""
        return None if self.source is None else state_prefix(self.source, self.account or None)

    def has_state(self, key: str) -> bool:
        """Whether an object under `state_prefix` is state of its runs alone."""
        if self.source is None or self.account != UNNAMED:
            return True
        is_named = key.startswith(f"{self.state_prefix}{ACCOUNT_PREFIX}")
        # Imports have pseudonyms of the same key, and stay.
        return not is_named and key != pseudonyms_key(self.source)

    def has(self, key: str) -> bool:
        """Whether an object under `prefixes_of_runs` is one of its runs."""
        if self.source is None:
            return True
        name = key.rpartition("/")[2]
        # The file of a table has the source in its name, all others in their prefix.
        if not (name.startswith(f"{self.source}.") or f"source={self.source}/" in key):
            return False
        return self._names_run(key)

    def is_named_in(self, body: bytes) -> bool:
        """Whether a text names a source, and of an account a run."""
        if self.source is None:
            return True
        return self.source.encode() in body and self._names_run(body.decode(errors="replace"))

    def _names_run(self, text: str) -> bool:
        if self.source is None or self.account is None:
            return True
        account = self.account or None
        return any(is_run_of(self.source, account, run_id) for run_id in _run_ids_in(text))


def _run_ids_in(text: str) -> Iterator[RunId]:
    for found in _RUN_ID.findall(text):
        try:
            yield RunId.parse(found)
        except ValueError:  # no moment
            continue
