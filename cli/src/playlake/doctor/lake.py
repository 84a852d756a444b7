"""Checks the lake: how it is doing, the quotas of the sources, and the last run of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.manifests import last_scheduled
from playlake.serving.looking import Look, commands_for, site_over
from playlake.sources.registry import DEFAULT, SOURCES
from playlake_contracts.keys import state_key
from playlake_extractor.public import StopError, load_state, still_closed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from playlake.doctor.findings import Findings
    from playlake.lakes.lake import Lake

STALE_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class RunsOf:
    """The runs that are looked at.

    Attributes:
        source: the name of their source.
        account: their account; None if it has no name.
    """

    source: str
    account: str | None = None

    @property
    def command(self) -> str:
        """The command that starts one."""
        of_source = [] if self.source == DEFAULT else ["--source", self.source]
        of_account = [] if self.account is None else ["--account", self.account]
        return f"`{' '.join(['playlake run', *of_source, *of_account])}`"


def look_at_lake(findings: Findings, lake: Lake, runs: RunsOf, now: datetime) -> None:
    """Look at everything in the lake."""
    findings.ok("lake", lake.place)
    _look_at_health(findings, lake)
    with findings.looking_at("quota"):
        _look_at_quota(findings, lake, runs, now)
    with findings.looking_at("last run"):
        _look_at_last_run(findings, lake, runs, now)


def _look_at_health(findings: Findings, lake: Lake) -> None:
    """What the page and `playlake status` say."""
    look = Look.at(site_over(lake, lambda _: None).status())
    for line in look.health.lines:
        if line.state in {"well", "idle"}:
            findings.ok(line.name.lower(), line.detail)
    for trouble in look.troubles:
        said = f"{trouble.heading}: {trouble.text} {commands_for(trouble)}"
        findings.warn("lake", said.rstrip())


def _look_at_quota(findings: Findings, lake: Lake, runs: RunsOf, now: datetime) -> None:
    """Look at the quotas of all sources; that of the runs' own source is the account's."""
    states = {source: state_key(source) for source in SOURCES}
    states[runs.source] = state_key(runs.source, runs.account)
    closed = [
        (source, group, moment)
        for source, state in states.items()
        for group, moment in _closed(lake, source, state, now).items()
    ]
    for source, group, moment in closed:
        findings.warn(
            "quota",
            f"{SOURCES[source].title} takes no requests of the group {group} before "
            f"{moment:%Y-%m-%d %H:%M} UTC: run again after that",
        )
    if not closed:
        findings.ok("quota", "no source asked a run to wait")


def _closed(lake: Lake, source: str, state: str, now: datetime) -> Mapping[str, datetime]:
    """The groups of requests that a source does not take, and when each opens again."""
    try:
        return still_closed(load_state(lake.state_store(state), source).not_before, now)
    except StopError as error:
        raise CommandError(str(error)) from error


def _look_at_last_run(findings: Findings, lake: Lake, runs: RunsOf, now: datetime) -> None:
    last = last_scheduled(lake, runs.source, runs.account)
    if last is None:
        findings.warn("last run", f"there is none yet: {runs.command}")
    elif now - last.finished_at > STALE_AFTER:
        days = (now - last.finished_at).days
        findings.warn("last run", f"{last.run_id} was {days} days ago: {runs.command}")
    else:
        findings.ok("last run", f"{last.run_id}, see `playlake runs {last.run_id}`")
