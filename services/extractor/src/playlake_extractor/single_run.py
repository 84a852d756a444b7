"""One run: opens the place, the source and the playlists of the settings, and carries the run out.

However the run ends, its line is written, and its metrics are printed.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from playlake_contracts.accounts import run_id_of
from playlake_contracts.embedded_metrics import print_metrics
from playlake_contracts.keys import details_key, pseudonyms_key, state_key
from playlake_contracts.log_events import RunStarted
from playlake_contracts.sources.references import REFERENCES
from playlake_contracts.version import VERSION
from playlake_extractor.adapters.places import open_place
from playlake_extractor.adapters.playlist_files import read_selection
from playlake_extractor.run.covers import CoverKeeper
from playlake_extractor.run.definition import Run
from playlake_extractor.run.end_of_run import EndOfRun
from playlake_extractor.run.enrichment import Enrichment
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.run.parts import PartLimits
from playlake_extractor.run.pseudonyms import check_pseudonyms
from playlake_extractor.run.read_share import check_read
from playlake_extractor.run.state_store import load_state
from playlake_extractor.settings import pseudonyms_of
from playlake_extractor.sources.registry import SOURCES

if TYPE_CHECKING:
    from playlake_extractor.ports import Clock, RawStore
    from playlake_extractor.settings import Settings
    from playlake_extractor.sources.registry import RegisteredSource

log = structlog.get_logger()


def run_once(settings: Settings, scheduled_at: datetime, clock: Clock) -> None:
    """Carry out the run of a scheduled time.

    Raises:
        StopError: the run did not finish, or left playlists to the next run.
    """
    run = _define(settings, scheduled_at)
    # Bound until the next run: what is said about how it ended is about it, too.
    structlog.contextvars.bind_contextvars(run_id=str(run.run_id))
    end, began = EndOfRun(settings.least_read_percent), time.monotonic()
    try:
        _carry_out(settings, run, clock, end)
    except BaseException as error:
        end.error = error
        raise
    finally:
        log.info("run_ended", **end.line(), seconds=round(time.monotonic() - began, 3))
        # Of the machine's clock, because CloudWatch takes no metrics of other times.
        now, about = datetime.now(UTC), {"run_id": str(run.run_id)}
        values = end.metrics(clock().date())
        print_metrics(settings.metrics_namespace, values, now, sys.stdout, about)


def _carry_out(settings: Settings, run: Run, clock: Clock, end: EndOfRun) -> None:
    registered = SOURCES[settings.source]
    RunStarted(version=run.extractor_version).write(log)
    place = open_place(settings.lake, settings.raw_bucket, settings.bucket_owner)
    stores = Stores(raw=place.raw, state=place.state(state_key(run.source, run.account)))
    record = place.state(pseudonyms_key(run.source, run.account))
    check_pseudonyms(record, run.source, run.pseudonyms)
    wanted = read_selection(settings.playlists, REFERENCES[settings.source].parse_playlist)
    requested = place.state(details_key(run.source, run.account))
    enrichment = Enrichment(requested, settings.enrich_budget) if settings.enrich else None
    source = registered.open(settings, clock)
    covers = _covers(settings, registered, place.raw)
    end.consent_ends_on = source.consent_ends_on
    manifest = extract(run, wanted, source, stores, clock, enrichment, covers=covers)
    end.read_before = not manifest.playlists and _read_before(stores, run.source)
    end.manifest = manifest
    check_read(manifest, settings.least_read_percent, read_before=end.read_before)


def _covers(
    settings: Settings, registered: RegisteredSource, store: RawStore
) -> CoverKeeper | None:
    if not settings.covers or registered.open_covers is None:
        return None
    return CoverKeeper(settings.source, store, registered.open_covers(settings))


def _read_before(stores: Stores, source: str) -> bool:
    return bool(load_state(stores.state, source).playlists)


def _define(settings: Settings, scheduled_at: datetime) -> Run:
    limits = PartLimits(
        max_bytes=settings.part_max_bytes,
        max_snapshots=settings.part_max_snapshots,
        max_age=timedelta(seconds=settings.part_max_age_seconds),
    )
    return Run(
        settings.source,
        run_id_of(settings.source, scheduled_at, settings.account),
        VERSION,
        limits=limits,
        refresh_after=timedelta(days=settings.refresh_after_days),
        account=settings.account,
        pseudonyms=pseudonyms_of(
            settings.source, settings.pseudonym_key, settings.pseudonym_key_file
        ),
    )
