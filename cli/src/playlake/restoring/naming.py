"""Finds in a lake the playlist and the moment that a person names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.lakes.folder import explained
from playlake_contracts.runs import RunId
from playlake_contracts.sources.spotify import SOURCE
from playlake_extractor.public import parse_reference
from playlake_lake.history.reading import contents_at, observations
from playlake_lake.history.records import Playlist
from playlake_lake.tables import query

if TYPE_CHECKING:
    from playlake_lake.folder import Folder
    from playlake_lake.history.folder_records import FolderRecords
    from playlake_lake.history.reading import Held

_SHOWN: Final = 200
_LISTING: Final = '"SELECT DISTINCT name, playlist_id FROM playlists"'
_NAMES: Final = """
select playlist_id, max_by(name, fetched_at) as name
from playlists where source = 'spotify' group by playlist_id order by playlist_id
"""


@dataclass(frozen=True, slots=True)
class OldPlaylist:
    """What a playlist held at a moment.

    Attributes:
        id: its id.
        name: its name then; its id if it had none.
        held: what it held.
    """

    id: str
    name: str
    held: Held


def find_playlist(folder: Folder, text: str) -> Playlist:
    """The playlist that a text names: by its id, URI or link, or by its whole newest name.

    Raises:
        CommandError: the lake knows none of this name, or several.
    """
    with explained():
        names = {str(row[0]): row[1] for row in query(folder, _NAMES).rows}
    found = _named(text, names)
    if len(found) > 1:
        raise CommandError(
            f"{len(found)} playlists are named {text[:_SHOWN]}: give the id of one, "
            f"{', '.join(found)}"
        )
    if not found:
        raise CommandError(
            f"the lake knows no playlist {text[:_SHOWN]}: give the name, id, URI or link of one "
            f"that was read; `playlake query {_LISTING}` lists them"
        )
    return Playlist(SOURCE, found[0])


def _named(text: str, names: dict[str, str | None]) -> list[str]:
    by_name = [playlist_id for playlist_id, name in names.items() if name == text]
    try:
        playlist_id = parse_reference(text)
    except ValueError:
        return by_name
    return [playlist_id] if playlist_id in names else by_name


def find_moment(records: FolderRecords, playlist: Playlist, text: str, now: datetime) -> datetime:
    """The moment that a text names: a date, which is its end in UTC, a time, or the id of a run.

    Raises:
        CommandError: it is none of these, it is in the future, or the run did not see the playlist.
    """
    moment = _moment(records, playlist, text)
    if moment > now and moment.date() != now.date():
        raise CommandError(f"{text} is in the future: give a day that has been")
    return moment


def _moment(records: FolderRecords, playlist: Playlist, text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time.max, UTC)
    except ValueError:
        pass  # it is something else
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _of_run(records, playlist, text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _of_run(records: FolderRecords, playlist: Playlist, text: str) -> datetime:
    try:
        run_id = RunId.parse(text)
    except ValueError:
        raise CommandError(
            f"{text[:_SHOWN]} is neither a date, such as 2026-11-20, nor a time, such as "
            "2026-11-20T18:30, nor the id of a run"
        ) from None
    with explained():
        seen = observations(records, playlist, {run_id.snapshot_date})
    for observation in seen:
        if observation.instant.run_id == text:
            return observation.instant.at
    raise CommandError(f"run {text} says nothing of the playlist: `playlake runs` lists the runs")


def read_old(records: FolderRecords, playlist: Playlist, when: datetime) -> OldPlaylist:
    """What a playlist held at a moment, and its name then.

    Raises:
        CommandError: the lake has no snapshot of then or before.
    """
    with explained():
        held = contents_at(records, playlist, when)
        if held is None:
            raise CommandError(_too_early(records, playlist, when))
        name = _name(records, playlist, held)
    return OldPlaylist(playlist.id, name or playlist.id, held)


def _too_early(records: FolderRecords, playlist: Playlist, when: datetime) -> str:
    asserted = (each for each in observations(records, playlist) if each.contents is not None)
    first = next(asserted, None)
    if first is None:
        return f"the lake has no snapshot of {playlist.id}, though runs tried: see `playlake runs`"
    return (
        f"the lake has no snapshot of {playlist.id} from {when:%Y-%m-%d %H:%M} UTC or before: the "
        f"first is of {first.instant.at:%Y-%m-%d %H:%M} UTC"
    )


def _name(records: FolderRecords, playlist: Playlist, held: Held) -> str | None:
    day = RunId.parse(held.contents_of).snapshot_date
    for run in records.runs(playlist, {day}):
        if run.run_id == held.contents_of and run.snapshot is not None:
            return run.snapshot.metadata.name
    return None
