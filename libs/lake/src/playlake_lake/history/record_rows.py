"""The rows that make the records of a playlist: SQL of DuckDB and of Athena, and what they mean.

The SQL has the parameters `$source` and `$id`, or `$source` and `$until`.
"""

from __future__ import annotations

from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_lake.days import Days
from playlake_lake.history.metadata import Metadata, cover_of
from playlake_lake.history.records import OutcomeRow, RunRecord, Snapshot
from playlake_lake.history.values import Entry
from playlake_lake.literals import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from playlake_lake.history.values import Contents

_OUTCOMES: Final = {outcome.value: outcome for outcome in Outcome}

_RUNS: Final = """
with snapshots as (
    select * from playlists where source = $source and playlist_id = $id{days}
), outcomes as (
    select * from run_outcomes where source = $source and playlist_id = $id{days}
)
select
    run_id, snapshots.fetched_at, snapshots.is_complete, snapshots.name, description, owner_id,
    is_public, is_collaborative, image_url, outcomes.fetched_at, outcome, unchanged_since_run_id
from snapshots full join outcomes using (run_id)
"""

# An empty playlist has a snapshot and no entries, and so one row of nulls.
_CONTENTS: Final = """
with snapshots as (
    select run_id from playlists
    where source = $source and playlist_id = $id and is_complete
        and run_id in ({run_ids}){days}
), entries as (
    select * from playlist_items where source = $source and playlist_id = $id{days}
)
select
    run_id, position, identity, added_at, added_by, item_type, name, artist_names
from snapshots left join entries using (run_id)
order by run_id, position
"""

_TITLES: Final = """
select identity, max_by(name, fetched_at) as name, max_by(artist_names, fetched_at) as artist_names
from playlist_items
where source = $source and identity in ({identities}) and name is not null
    and item_type <> 'unavailable' and fetched_at <= cast($until as timestamp){days}
group by identity
"""


def runs_sql(in_days: str = "") -> str:
    """A query whose rows `run_record` takes.

    Args:
        in_days: a condition on `day`; empty: the reader opens the files of the wanted days alone.
    """
    return _RUNS.format(days=in_days and f" and {in_days}")


def contents_sql(run_ids: Collection[str], in_days: str = "") -> str:
    """A query whose rows `contents_by_run` takes; see `runs_sql`.

    Raises:
        ValueError: a text is not a run id.
    """
    wanted = ", ".join(f"'{RunId.parse(run_id)}'" for run_id in sorted(run_ids))
    return _CONTENTS.format(run_ids=wanted, days=in_days and f" and {in_days}")


def titles_sql(identities: Iterable[str], in_days: str = "") -> str:
    """A query whose rows are identities with the fields of `Title`; see `runs_sql`."""
    wanted = ", ".join(map(literal, sorted(identities)))
    return _TITLES.format(identities=wanted, days=in_days and f" and {in_days}")


def titles_parameters(source: str, until: datetime) -> dict[str, str]:
    """The parameters of `titles_sql`."""
    return {"source": source, "until": f"{until.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"}


def days_until(until: datetime) -> Days:
    """The days of runs that can have asked before a moment."""
    return Days(None, until.astimezone(UTC).date().isoformat())


def run_record(row: Sequence[Any]) -> RunRecord:
    """The record of a run.

    Args:
        row: the run's id; of its snapshot `fetched_at`, `is_complete`, `name`, `description`,
            `owner_id`, `is_public`, `is_collaborative` and `image_url`; of its outcome
            `fetched_at`, `outcome` and `unchanged_since_run_id`. Times have no zone.
    """
    run_id, *snapshot, ended_at, outcome, since = row
    return RunRecord(
        run_id,
        None if snapshot[0] is None else _snapshot(snapshot),
        None if outcome is None else OutcomeRow(_utc(ended_at), _OUTCOMES[outcome], since),
    )


def contents_by_run(rows: Iterable[tuple[Any, ...]]) -> dict[str, Contents]:
    """The contents by run; equal entries are one object."""
    known: dict[Entry, Entry] = {}
    return {
        run_id: tuple(_entries(of_run, known))
        for run_id, of_run in groupby(rows, key=lambda row: str(row[0]))
    }


def _snapshot(values: Sequence[Any]) -> Snapshot:
    fetched_at, is_complete, name, description, owner, public, collaborative, image_url = values
    cover = cover_of(image_url)
    metadata = Metadata(name, description, owner, public, collaborative, cover)
    return Snapshot(_utc(fetched_at), is_complete, metadata)


def _entries(rows: Iterable[tuple[Any, ...]], known: dict[Entry, Entry]) -> Iterator[Entry]:
    for _, position, identity, added_at, *rest in rows:
        if position is not None:
            at = None if added_at is None else _utc(added_at)
            entry = Entry(identity, at, *rest)
            yield known.setdefault(entry, entry)


def _utc(moment: datetime) -> datetime:
    """A time as queries give it, without a zone."""
    return moment.replace(tzinfo=UTC)
