"""Requests details of artists, albums and so on, within a budget of requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import structlog

from playlake_contracts.log_events import DetailsAccounted, DetailsPlanned
from playlake_contracts.raw import RawDetails
from playlake_extractor.errors import (
    BudgetSpentError,
    GarbledResponseError,
    PlaylistError,
    RateLimitedError,
    SourceUnavailableError,
)
from playlake_extractor.run.details import due, kind_and_id
from playlake_extractor.run.state_store import save_requested

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_contracts.manifest import DetailsCounts
    from playlake_extractor.ports import Clock, Source, StateStore
    from playlake_extractor.run.bundle import Bundle
    from playlake_extractor.run.definition import Run
    from playlake_extractor.run.details import DetailsOfRun, RequestedDetails

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Enrichment:
    """The settings of requesting details.

    Attributes:
        store: stores which details were requested.
        budget: most requests that a run sends for details.
    """

    store: StateStore
    budget: int


@dataclass(frozen=True, slots=True)
class Enricher:
    """Requests the details that are due, one request each, into the bundle of a run."""

    run: Run
    source: Source
    bundle: Bundle
    clock: Clock

    def enrich(
        self, enrichment: Enrichment, known: RequestedDetails, found: DetailsOfRun
    ) -> DetailsCounts:
        """Request the details that are due, and store which were requested.

        Later runs request what this run did not, or what was not answered.

        Args:
            enrichment: the budget and the store.
            known: the requests of earlier runs.
            found: what this run has found so far; landed details are added.

        Raises:
            StopError: the run cannot continue.
        """
        self.bundle.land()
        missing = [name for name in due(known, found.named, self.run) if name not in found.landed]
        DetailsPlanned(due=len(missing), budget=enrichment.budget).write(log)
        refused = self._request(missing, enrichment.budget, found)
        self.bundle.land()
        asked = found.landed | refused
        save_requested(
            enrichment.store, self.source.name, asked, found.named, self.run.run_id.scheduled_at
        )
        left = len(set(missing) - asked)
        return found.counts(refused=len(refused), left=left)

    def _request(self, names: Sequence[str], budget: int, found: DetailsOfRun) -> set[str]:
        """Land details and add them to `found.landed`; return the names without details."""
        refused: set[str] = set()
        sent_before = self.source.traffic.requests
        for name in names:
            if self.source.traffic.requests - sent_before >= budget:
                break
            error = self._try(name)
            self._log(name, error)
            match error:
                case None:
                    found.landed.add(name)
                case RateLimitedError() | BudgetSpentError():
                    break
                case SourceUnavailableError() | GarbledResponseError():
                    pass  # it is left to the next run
                case _:
                    refused.add(name)
            self.bundle.roll()
        return refused

    def _try(self, name: str) -> PlaylistError | None:
        try:
            self._land(name)
        except PlaylistError as error:
            return error
        return None

    def _land(self, name: str) -> None:
        kind, details_id = kind_and_id(name)
        body = self.source.details(kind, details_id)
        self.bundle.add_details(
            RawDetails(
                source=self.source.name,
                kind=kind,
                id=details_id,
                run_id=str(self.run.run_id),
                fetched_at=self.clock(),
                response=msgspec.Raw(body),
            )
        )

    def _log(self, name: str, error: PlaylistError | None) -> None:
        DetailsAccounted(
            uri=name,
            code=None if error is None else error.code,
            reason=None if error is None else str(error),
            requests=self.source.traffic.requests,
        ).write(log)
