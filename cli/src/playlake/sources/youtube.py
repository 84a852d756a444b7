"""YouTube, as the command knows it: an API key reads public and unlisted playlists."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.services.ports import HOST
from playlake.sources.registered import CommandSource, Requests, StandIn
from playlake_contracts.sources.youtube import ENTRIES_A_PAGE, SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake.doctor.findings import Findings
    from playlake.invocation import Invocation
    from playlake.sources.registered import Given, Looking

_KEY: Final = "PLAYLAKE_YOUTUBE_API_KEY"
_CHANNEL: Final = "PLAYLAKE_YOUTUBE_CHANNEL"
_MISSING_KEY: Final = (
    "YouTube needs an API key: create one in the Google Cloud console, in a project with the "
    f"YouTube Data API v3 enabled, and set {_KEY}"
)


def _stand_in_settings(port: int) -> Mapping[str, str]:
    return {
        _KEY: "sandbox-api-key",
        "PLAYLAKE_YOUTUBE_API_URL": f"http://{HOST}:{port}/youtube/v3/",
    }


def _run_settings(_: Invocation, given: Given) -> dict[str, str]:
    if not os.environ.get(_KEY):
        raise CommandError(_MISSING_KEY)
    return {} if given.user is None else {_CHANNEL: given.user}


def _look(findings: Findings, _: Looking) -> None:
    from playlake.doctor.playlists import look_at_own_playlists

    channel = os.environ.get(_CHANNEL)
    if not os.environ.get(_KEY):
        findings.problem("key", _MISSING_KEY)
    elif channel:
        look_at_own_playlists(findings, SOURCE, channel)
    else:
        findings.warn(
            "key", f"it is set, and only tried if {_CHANNEL} names a channel with playlists"
        )


YOUTUBE: Final = CommandSource(
    name=SOURCE,
    title="YouTube",
    run_settings=_run_settings,
    has_login=False,
    kept=(_CHANNEL,),
    secrets=(_KEY,),
    look=_look,
    stand_in=StandIn(
        _stand_in_settings, f"/sandbox/playlists/{SOURCE}", example="Clips for the tram"
    ),
    requests=Requests(first_entries=0, page_entries=ENTRIES_A_PAGE, listed=ENTRIES_A_PAGE),
)
