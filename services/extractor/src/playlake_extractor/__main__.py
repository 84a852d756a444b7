"""The composition root: one run of the extractor, from the environment to an exit status."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import structlog

from playlake_contracts.runs import RunId
from playlake_extractor.adapters.pacer import Pacer
from playlake_extractor.adapters.s3 import S3RawStore, s3_client
from playlake_extractor.adapters.spotify import SpotifyWebApi
from playlake_extractor.adapters.tokens import Credentials, TokenSource
from playlake_extractor.domain.parts import PartLimits
from playlake_extractor.domain.runs import SOURCE, Run
from playlake_extractor.errors import StopError
from playlake_extractor.logs import configure_logging
from playlake_extractor.run import extract
from playlake_extractor.settings import Settings, load_settings

log = structlog.get_logger()


def main() -> int:
    """Run the extractor once.

    Returns:
        0 when every playlist is accounted for, else the exit status of the error's code; then
        stderr has one sentence.
    """
    configure_logging()
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        _run(settings)
    except StopError as error:
        log.error("run_stopped", code=error.code, reason=str(error))  # noqa: TRY400 - a sentence, no traceback
        sys.stderr.write(f"playlake-extractor: {error}\n")
        return error.exit_status
    return 0


def _run(settings: Settings) -> None:
    run = _plan(settings)
    structlog.contextvars.bind_contextvars(run_id=str(run.run_id))
    log.info("run_started", playlists=len(settings.playlists), version=run.extractor_version)
    store = S3RawStore(s3_client(), settings.raw_bucket)
    extract(run, settings.playlists, _spotify(settings), store, lambda: datetime.now(UTC))


def _plan(settings: Settings) -> Run:
    limits = PartLimits(
        max_bytes=settings.part_max_bytes,
        max_snapshots=settings.part_max_snapshots,
        max_age=timedelta(seconds=settings.part_max_age_seconds),
    )
    run_id = RunId.derive(SOURCE, settings.scheduled_at)
    return Run(run_id, version("playlake-extractor"), limits=limits)


def _spotify(settings: Settings) -> SpotifyWebApi:
    timeout = timedelta(seconds=settings.spotify_timeout_seconds)
    credentials = Credentials(
        settings.spotify_client_id,
        settings.spotify_client_secret,
        settings.spotify_refresh_token,
    )
    tokens = TokenSource(credentials, str(settings.spotify_token_url), timeout)
    pacer = Pacer(timedelta(seconds=1 / settings.requests_per_second))
    return SpotifyWebApi(tokens, str(settings.spotify_api_url), timeout, pacer)


if __name__ == "__main__":
    sys.exit(main())
