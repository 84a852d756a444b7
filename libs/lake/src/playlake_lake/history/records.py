"""What the history of a playlist needs of a lake, whatever files the rows are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from playlake_contracts.outcomes import Outcome
    from playlake_lake.days import SomeDays
    from playlake_lake.history.metadata import Metadata
    from playlake_lake.history.values import Contents


class Playlist(NamedTuple):
    """A playlist: the source, such as `spotify`, and the source's id."""

    source: str
    id: str


class Title(NamedTuple):
    """What a person knows an entry by: its title, and the names of the artists."""

    name: str
    artist_names: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A committed snapshot, without its entries: a row of `playlists`.

    Attributes:
        fetched_at: when the source answered, UTC.
        is_complete: whether all pages were read.
        metadata: the metadata that was sent with it.
    """

    fetched_at: datetime
    is_complete: bool
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """The outcome of the playlist in a run, as its manifest has it: a row of `run_outcomes`.

    Attributes:
        fetched_at: when the run ended, UTC.
        outcome: the outcome.
        unchanged_since: of `unchanged`, the run whose snapshot is still current.
    """

    fetched_at: datetime
    outcome: Outcome
    unchanged_since: str | None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """All that the lake says about a playlist in a run; at least one of the two is there.

    Attributes:
        run_id: the run.
        snapshot: its snapshot, if a part with one is committed.
        outcome: its outcome, if the manifest is committed.
    """

    run_id: str
    snapshot: Snapshot | None
    outcome: OutcomeRow | None


class Records(Protocol):
    """Reads the committed rows about playlists. Compacted files would be another reader."""

    def days(self) -> Sequence[str]:
        """The days that have committed rows, such as `2026-11-21`, in order.

        It costs no more than listing their names.
        """

    def runs(self, playlist: Playlist, days: SomeDays) -> Sequence[RunRecord]:
        """The runs of some days that say something about a playlist, in no order."""

    def contents(self, playlist: Playlist, run_ids: Collection[str]) -> Mapping[str, Contents]:
        """The contents of the complete snapshots of some runs, by run.

        A run without a complete snapshot in the lake is absent.
        """

    def titles(
        self, source: str, identities: Collection[str], until: datetime
    ) -> Mapping[str, Title]:
        """The last titles of entries that a source sent until a moment, by identity.

        They are of all playlists of the source. An identity without a title is absent.
        """
