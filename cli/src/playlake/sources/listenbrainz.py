"""ListenBrainz, as the command knows it: public playlists of a user, without a login."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.services.ports import HOST
from playlake.sources.registered import CommandSource, Requests, StandIn
from playlake_contracts.sources.listenbrainz import SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake.doctor.findings import Findings
    from playlake.invocation import Invocation
    from playlake.sources.registered import Given, Looking

_USER: Final = "PLAYLAKE_LISTENBRAINZ_USER"
_CONTACT: Final = "PLAYLAKE_LISTENBRAINZ_CONTACT"
_TOKEN: Final = "PLAYLAKE_LISTENBRAINZ_TOKEN"  # noqa: S105  the name of a variable


def _stand_in_settings(port: int) -> Mapping[str, str]:
    return {
        _USER: "robin",
        "PLAYLAKE_LISTENBRAINZ_API_URL": f"http://{HOST}:{port}/listenbrainz/1/",
    }


def _run_settings(_: Invocation, given: Given) -> dict[str, str]:
    if given.user is not None:
        return {_USER: given.user}
    if not (os.environ.get(_USER) or os.environ.get(_CONTACT)):
        raise CommandError(
            "ListenBrainz needs to know whose playlists to read, and whom to contact: give --user "
            f"NAME, or set {_USER}"
        )
    return {}


def _look(findings: Findings, _: Looking) -> None:
    from playlake.doctor.playlists import look_at_own_playlists

    look_at_own_playlists(findings, SOURCE, os.environ.get(_USER))
    if not os.environ.get(_TOKEN):
        findings.ok("token", f"none is set, so public playlists are read; {_TOKEN} is optional")


LISTENBRAINZ: Final = CommandSource(
    name=SOURCE,
    title="ListenBrainz",
    run_settings=_run_settings,
    has_login=False,
    kept=(_USER, _CONTACT),
    secrets=(_TOKEN,),
    look=_look,
    stand_in=StandIn(
        _stand_in_settings, f"/sandbox/playlists/{SOURCE}", example="on repeat on repeat"
    ),
    requests=Requests(first_entries=None, page_entries=1, listed=100),
)
