"""The values that a shell completes: each function gives those of one option or argument.

A person waits at the prompt for them, so what they read is small and what they import is light.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import msgspec
import typer  # noqa: TC002 - typer reads the annotations

from playlake.lakes.places import find_place
from playlake.lakes.queries import PLAYLISTS, named_queries
from playlake.project import Project
from playlake.sources.registry import SOURCES
from playlake_contracts.errors import Destination, ErrorCode
from playlake_contracts.table_names import HISTORY_TABLE_NAMES, TABLE_NAMES
from playlake_lake.delivery import NO_CODE
from playlake_lake.identity import LAKE_FILE

_NEWEST: Final = 20
# A shell would take a name with other signs apart.
_UNQUOTED: Final = re.compile(r"\w[\w.-]*")


def complete_query() -> list[str]:
    """The names of the named queries."""
    return list(named_queries(_project().queries))


def complete_parameter(context: typer.Context, incomplete: str) -> list[str]:
    """The parameters of the named query on the line, and the ids of playlists for one."""
    found = named_queries(_project().queries).get(context.params.get("name") or "")
    if found is None:
        return []
    name, equals, _ = incomplete.partition("=")
    if not equals:
        return [f"{parameter.name}=" for parameter in found.parameters]
    chosen = [word for one in found.parameters if one.name == name for word in one.choices]
    if chosen:
        return [f"{name}={word}" for word in chosen]
    if name in PLAYLISTS:
        return [f"{name}={playlist_id}" for playlist_id, _ in complete_playlist()]
    return []


def complete_table() -> list[str]:
    """The names of the tables."""
    return [*TABLE_NAMES, *HISTORY_TABLE_NAMES]


def complete_preset() -> list[str]:
    """The presets of the template."""
    return sorted(file.stem for file in _project().templates.glob("*.json"))


def complete_lake() -> list[str]:
    """The names of the lakes in the home."""
    return sorted(path.parent.name for path in _project().lakes.glob(f"*/{LAKE_FILE}"))


def complete_source() -> list[str]:
    """The names of the sources."""
    return list(SOURCES)


def complete_run() -> list[str]:
    """The ids of the newest runs in the lake of the environment."""
    return [path.parent.name.removeprefix("run=") for path in _newest_manifests()]


def complete_code() -> list[str]:
    """The codes with which raw objects and messages are rejected."""
    rejecting = (code for code in ErrorCode if code.info.destination is Destination.REJECT)
    return [*(code.value for code in rejecting), NO_CODE]


def complete_playlist() -> list[tuple[str, str]]:
    """The ids of the playlists in the newest runs, each with its name."""
    found: dict[str, str] = {}
    for path in _newest_manifests():
        for playlist in _decoder.decode(path.read_bytes()).playlists:
            found.setdefault(playlist.playlist_id, playlist.name or "")
    return list(found.items())


def complete_playlist_name() -> list[str | tuple[str, str]]:
    """The names of the playlists that need no quotes, then the ids of all, each with its name."""
    found = complete_playlist()
    plain = dict.fromkeys(name for _, name in found if _UNQUOTED.fullmatch(name))
    return [*plain, *found]


class _Playlist(msgspec.Struct):
    playlist_id: str
    name: str | None = None


class _Manifest(msgspec.Struct):
    playlists: list[_Playlist] = []


_decoder = msgspec.json.Decoder(_Manifest)


def _newest_manifests() -> list[Path]:
    place = find_place(os.environ.get("PLAYLAKE_LAKE"), _project().lakes)
    if not isinstance(place, Path):
        return []
    manifests = place.glob("raw/source=*/snapshot_date=*/run=*/manifest.json")
    return sorted(manifests, key=lambda path: path.parent.name, reverse=True)[:_NEWEST]


def _project() -> Project:
    return Project.find(os.environ)
