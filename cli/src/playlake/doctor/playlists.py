"""Checks a source without a login: whether it lists the playlists of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake_extractor.public import PlaylistError, StopError, count_own_playlists

if TYPE_CHECKING:
    from playlake.doctor.findings import Findings


def look_at_own_playlists(findings: Findings, source: str, user: str | None) -> None:
    """Ask a source for the list of the user's playlists, with the settings of the environment."""
    with findings.looking_at("playlists"):
        try:
            count = count_own_playlists(source)
        except (StopError, PlaylistError, ValueError) as error:
            raise CommandError(str(error)) from error
        findings.ok("playlists", f"{count:,} of {user}")
