"""One run from its beginning to its end: extract, transform, show, tell, let go, compact."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from playlake.lakes.compacting_itself import compact_itself
from playlake.lakes.manifests import manifest_keys, read_manifest
from playlake.lakes.retaining_itself import check_retention, retain_itself
from playlake.notifying.runs import tell_run
from playlake.output.runs import changed_or_unread, playlists_table, summary
from playlake.output.screen import show
from playlake.running.environment import run_environment
from playlake.running.extractor import run_extractor
from playlake.running.progress import shown
from playlake.schedule.job import ACCOUNT_VARIABLE
from playlake.sources.registry import DEFAULT
from playlake_contracts.accounts import run_id_of
from playlake_contracts.keys import RAW_PREFIX, run_prefix
from playlake_contracts.tables import MANIFEST_TABLES, TABLES
from playlake_web.notices import whose_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from playlake.invocation import Invocation
    from playlake.lakes.lake import Lake
    from playlake.running.extractor import Ended
    from playlake_contracts.runs import RunId

_OF_MANIFESTS: Final = {table.name for table in MANIFEST_TABLES}
_COUNTED: Final = tuple(
    name
    for name in TABLES
    if name not in _OF_MANIFESTS and f"rows_{name}" in TABLES["loads"].schema.names
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is to do.

    Attributes:
        playlists: the extractor's setting of the playlists.
        settings: the extractor's settings of the source that this run decides.
        source: the name of the source.
        options: options of the extractor, such as `--full`.
        compacts: whether a lake in a folder is compacted afterwards.
        account: the account that reads the source; None if it has no name.
    """

    playlists: str
    settings: Mapping[str, str]
    source: str = DEFAULT
    options: Sequence[str] = ()
    compacts: bool = True
    account: str | None = None

    @property
    def all_settings(self) -> Mapping[str, str]:
        """The settings that the run decides, with that of the account."""
        own = {} if self.account is None else {ACCOUNT_VARIABLE: self.account}
        return {**self.settings, **own}


def take_snapshot(here: Invocation, lake: Lake, wanted: Wanted, scheduled_at: datetime) -> Ended:
    """Carry out a run.

    Args:
        here: the invocation.
        lake: the lake that it lands in.
        wanted: what it is to do.
        scheduled_at: the time from which its id is made, UTC, in whole seconds.

    Raises:
        CommandError: what it landed could not be transformed, or the lake keeps snapshots for a
            shorter time than it may take to land the next ones.
    """
    check_retention(lake, wanted.source)
    run_id = run_id_of(wanted.source, scheduled_at, wanted.account)
    environment = run_environment(
        os.environ,
        lake.settings(),
        source=wanted.source,
        playlists=wanted.playlists,
        settings=wanted.all_settings,
        scheduled_at=scheduled_at,
    )
    with shown(here) as tell:
        log = here.project.logs / "extractor.log"
        ended = run_extractor(environment, run_id, log, tell, options=wanted.options)
    with here.working("Transforming"):
        lake.transform(RAW_PREFIX, here.say)
    _show(here, lake, run_prefix(wanted.source, run_id), run_id)
    tell_run(here, lake, run_id, whose_run(wanted.source, wanted.account), ended)
    retain_itself(here, lake)
    if wanted.compacts:
        compact_itself(here, lake)
    return ended


def _show(here: Invocation, lake: Lake, prefix: str, run_id: RunId) -> None:
    for key in manifest_keys(lake, prefix):
        manifest = read_manifest(lake, key)
        listed = changed_or_unread(manifest)
        tables = [playlists_table(listed, elsewhere=f"`playlake runs {run_id}`")] if listed else []
        show(here.output, *tables, f"Run {run_id}. {summary(manifest)}", _rows(lake, run_id))


def _rows(lake: Lake, run_id: RunId) -> str:
    sums = ", ".join(f"sum(rows_{name})" for name in _COUNTED)
    sql = (
        f"SELECT sum(rows_quarantined), {sums} "  # noqa: S608 - names and an id of our own
        f"FROM loads WHERE run_id = '{run_id}'"
    )
    ((quarantined, *counts),) = lake.query(sql).rows
    rows = (f"{count:,} {name}" for name, count in zip(_COUNTED, counts, strict=True) if count)
    return f"Rows: {', '.join(rows) or 'none'}; {quarantined:,} in quarantine."
