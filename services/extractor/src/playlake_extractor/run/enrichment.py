"""Details of artists and albums, as far as a run is to ask for them and may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import structlog

from playlake_contracts.raw import RawDetails
from playlake_extractor.errors import (
    BudgetSpentError,
    GarbledResponseError,
    PlaylistError,
    RateLimitedError,
    SpotifyUnavailableError,
)
from playlake_extractor.run.details import Kind, due, split_uri
from playlake_extractor.run.state_store import keep_asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_contracts.manifest import DetailsCounts
    from playlake_extractor.ports import Clock, Spotify, StateStore
    from playlake_extractor.run.bundle import Bundle
    from playlake_extractor.run.definition import Run
    from playlake_extractor.run.details import Asked, Found

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Enrichment:
    """That details are to be asked for.

    Attributes:
        store: where runs remember of whom they asked for details.
        budget: the most requests that a run spends on them.
    """

    store: StateStore
    budget: int


@dataclass(frozen=True, slots=True)
class Enricher:
    """Asks for what is due, one request each, into the bundle of a run."""

    run: Run
    spotify: Spotify
    bundle: Bundle
    clock: Clock

    def enrich(self, enrichment: Enrichment, known: Asked, found: Found) -> DetailsCounts:
        """Ask for the details that are due, and remember of whom.

        What was not asked for, or not answered, is left to later runs.

        Args:
            enrichment: within which budget, and where it is remembered.
            known: of whom earlier runs asked.
            found: what this run has found so far; what it lands is added.

        Raises:
            StopError: the run cannot go on.
        """
        self.bundle.land()
        missing = [uri for uri in due(known, found.named, self.run) if uri not in found.landed]
        log.info("details_planned", due=len(missing), budget=enrichment.budget)
        refused = self._ask_for(missing, enrichment.budget, found)
        self.bundle.land()
        asked = found.landed | refused
        keep_asked(enrichment.store, asked, found.named, self.run.run_id.scheduled_at)
        left = len(set(missing) - asked)
        return found.counts(refused=len(refused), left=left)

    def _ask_for(self, uris: Sequence[str], budget: int, found: Found) -> set[str]:
        """Land details, adding to `found.landed`; gives those that Spotify has none of."""
        refused: set[str] = set()
        spent_before = self.spotify.traffic.requests
        for uri in uris:
            if self.spotify.traffic.requests - spent_before >= budget:
                break
            error = self._try(uri)
            self._log(uri, error)
            match error:
                case None:
                    found.landed.add(uri)
                case RateLimitedError() | BudgetSpentError():
                    break
                case SpotifyUnavailableError() | GarbledResponseError():
                    pass  # it is left to the next run
                case _:
                    refused.add(uri)
            self.bundle.roll()
        return refused

    def _try(self, uri: str) -> PlaylistError | None:
        try:
            self._land(uri)
        except PlaylistError as error:
            return error
        return None

    def _land(self, uri: str) -> None:
        kind, spotify_id = split_uri(uri)
        ask = self.spotify.artist if kind is Kind.ARTIST else self.spotify.album
        body = ask(spotify_id)
        self.bundle.add_details(
            RawDetails(
                source=self.run.source,
                kind=kind,
                id=spotify_id,
                run_id=str(self.run.run_id),
                fetched_at=self.clock(),
                response=msgspec.Raw(body),
            )
        )

    def _log(self, uri: str, error: PlaylistError | None) -> None:
        tell = log.info if error is None else log.warning
        tell(
            "details_accounted",
            uri=uri,
            code=None if error is None else error.code,
            reason=None if error is None else str(error),
            requests=self.spotify.traffic.requests,
        )
