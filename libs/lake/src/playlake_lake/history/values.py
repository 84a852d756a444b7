"""The values of a playlist's history: what was observed, and what the fold makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from playlake_lake.history.metadata import Metadata

UNREADABLE: Final = "unreadable"
UNAVAILABLE: Final = "unavailable"


class Instant(NamedTuple):
    """A moment of a history: when a run observed the playlist. Instants are ordered as tuples.

    Attributes:
        at: `fetched_at` of the observation, UTC.
        run_id: the run.
    """

    at: datetime
    run_id: str


class Entry(NamedTuple):
    """A place in a playlist. It is a tuple because contents are compared by the thousand.

    Attributes:
        identity: the text that distinguishes it, `content.entry_identity`; None if it has none.
        added_at: when it was added, UTC; None if unknown.
        added_by: the user who added it; None if unknown.
        item_type: one of `tables.ITEM_TYPES`.
        name: the title, for a person.
        artist_names: names of the artists, for a person.
        former_identity: in contents that the fold made, the identity that an entry without one had
            before it became unavailable; None in contents as they were read.
    """

    identity: str | None
    added_at: datetime | None = None
    added_by: str | None = None
    item_type: str = "track"
    name: str | None = None
    artist_names: str | None = None
    former_identity: str | None = None

    @property
    def known_as(self) -> str | None:
        """The identity, else the one that it had before."""
        return self.former_identity if self.identity is None else self.identity

    @property
    def is_hole(self) -> bool:
        """Whether its item could not be read and lies in quarantine."""
        return self.item_type == UNREADABLE

    @property
    def is_there(self) -> bool:
        """Whether the source has its item: not if it sends none, or says that it is unavailable."""
        return self.identity is not None and self.item_type != UNAVAILABLE

    @property
    def lacks_title(self) -> bool:
        """Whether the source no longer says what it is, so that an older title is shown."""
        return self.item_type == UNAVAILABLE and self.name is None


# The entries of a playlist in their order; the position of an entry is its index.
Contents = tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """What a run says about one playlist. Only landed, unchanged and gone assert something.

    Attributes:
        instant: when, and by which run.
        outcome: the outcome of the playlist in the run.
        contents_of: the run whose snapshot it asserts; None if it asserts no contents.
        contents: the contents of that snapshot; None if the lake does not have it.
        metadata: the metadata that this run sent; None if it sent none.
    """

    instant: Instant
    outcome: Outcome
    contents_of: str | None = None
    contents: Contents | None = None
    metadata: Metadata | None = None

    @classmethod
    def landed(
        cls, instant: Instant, contents: Contents, metadata: Metadata | None = None
    ) -> Observation:
        """A complete snapshot."""
        return cls(instant, Outcome.LANDED, instant.run_id, contents, metadata)

    @classmethod
    def unchanged(cls, instant: Instant, since: str, contents: Contents | None) -> Observation:
        """The contents of an earlier run, asserted again; None if the lake does not have them."""
        return cls(instant, Outcome.UNCHANGED, since, contents)

    @classmethod
    def gone(cls, instant: Instant) -> Observation:
        """The source answered 404."""
        return cls(instant, Outcome.GONE)

    @classmethod
    def silent(cls, instant: Instant, outcome: Outcome) -> Observation:
        """Any other outcome, or a snapshot that is not complete: it asserts nothing."""
        return cls(instant, outcome)


class ChangeKind(StrEnum):
    """The kinds of changes of a playlist."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    # The same identity with another time of addition: it was taken out and put back in between.
    READDED = "readded"
    # The source no longer has the item of an entry that stands where it stood, or has it (again).
    UNAVAILABLE = "unavailable"
    AVAILABLE = "available"
    # The playlist as a whole: the source answered 404, and then gave contents again.
    GONE = "gone"
    RETURNED = "returned"
    # The metadata.
    NAME = "name"
    DESCRIPTION = "description"
    OWNER = "owner"
    PUBLIC = "public"
    COLLABORATIVE = "collaborative"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class Change:
    """A change, which happened after `since` and not after `seen`.

    Metadata that `since` did not send may have changed earlier, after it was last sent.

    Attributes:
        kind: what changed.
        seen: the observation that shows it.
        since: the observation of contents before that one; None if there is none.
        entry: the entry; of one that was removed, its last form. None if it is about the playlist.
        from_position: the entry's position before, from 0; None if it had none.
        to_position: its position after; None if it has none.
        old: of metadata, the last value that was sent before.
        new: of metadata, the value that was sent now.
    """

    kind: ChangeKind
    seen: Instant
    since: Instant | None
    entry: Entry | None = None
    from_position: int | None = None
    to_position: int | None = None
    old: str | None = None
    new: str | None = None


class Joining(msgspec.Struct, frozen=True):
    """How an entry came to be in a playlist, at a moment in (`last_missing`, `first_seen`].

    Attributes:
        copy: the number of this membership among those of its identity, from 1.
        first_seen: the first observation that shows it.
        last_missing: the observation of contents before; None: it was there at the first one.
        position: its position when it was first seen, from 0.
        readded: how often it was taken out and put back between two observations.
    """

    copy: int
    first_seen: Instant
    last_missing: Instant | None
    position: int
    readded: int = 0


@dataclass(frozen=True, slots=True)
class Membership:
    """One stay of an entry in a playlist; it ended in (`last_seen`, `first_missing`], if it did.

    Attributes:
        entry: the entry in its last form.
        joining: how it came.
        last_seen: the last observation that shows it.
        first_missing: the first observation of contents without it; None: it did not leave.
        position: its position when it was last seen, from 0.
        still_there: whether it is there at the end of the history; None while the playlist is gone.
    """

    entry: Entry
    joining: Joining
    last_seen: Instant
    first_missing: Instant | None
    position: int
    still_there: bool | None


Standing = Literal["unknown", "there", "gone"]


class Stretch(msgspec.Struct, frozen=True):
    """Consecutive runs between which the playlist did not change: a row of its timeline.

    A run that asserts nothing ends no stretch; it is counted in the one in which it falls.

    Attributes:
        standing: `there` with equal contents, `gone`, or `unknown` before the first assertion.
        first: the first run that asserts this; of `unknown`, the first run.
        last: the last run that asserts this; of `unknown`, the last run.
        contents_of: the run of the first snapshot with these contents; None without contents.
        entries: the number of entries; None without contents.
        runs: the number of runs.
        silent: of these, the runs that assert nothing.
        unresolved: of the silent ones, those that refer to a snapshot that the lake does not have.
    """

    standing: Standing
    first: Instant
    last: Instant
    contents_of: str | None = None
    entries: int | None = None
    runs: int = 1
    silent: int = 0
    unresolved: int = 0
