"""What the stand-in's world holds, as the cells of a lake must be. It shares no code with a lake.

What became of a playlist in a run, and when, is read from the raw objects as plain JSON; what was
in the playlist then is the world's own.
"""

from __future__ import annotations

import html
import json
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus

import zstandard
from true_history import TrueEntry, TrueRun

from playlake_contracts.backlog import raw_keys
from playlake_contracts.sources.spotify import SAVED_TRACKS_ID
from playlake_lake.backlog import waiting
from playlake_sandbox.world.history import snapshot_id
from playlake_sandbox.world.music_catalog import Track, artist
from playlake_sandbox.world.podcast_catalog import Episode
from playlake_sandbox.world.saved_songs import saved_slots, saved_song
from playlake_sandbox.world.slots import LocalFile, Takedown, addition_of, content

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playlake_lake.folder import Folder
    from playlake_sandbox.state import Sandbox
    from playlake_sandbox.world.library import Playlist

# Spotify writes the beginning of 1970 for a time that it does not know.
_UNKNOWN_TIME: Final = datetime.fromisoformat("1970-01-01T00:00:00Z")
_COVER_PREFIX: Final = "ab67616d00001e02"


@dataclass(frozen=True, slots=True)
class Held:
    """A playlist as it is at a moment.

    Attributes:
        entries: its entries.
        albums: the name of the album of each.
        sent: the metadata that Spotify sends, as texts.
        snapshot_id: its version.
    """

    entries: tuple[TrueEntry, ...]
    albums: tuple[str | None, ...]
    sent: Mapping[str, str]
    snapshot_id: str


def held_now(sandbox: Sandbox, playlist_id: str) -> Held | None:
    """A playlist as it is now; None if there is none."""
    if playlist_id == SAVED_TRACKS_ID:
        return _liked_songs_now(sandbox)
    playlist = sandbox.find(playlist_id)
    if playlist is None:
        return None
    contents = sandbox.contents(playlist, sandbox.today)
    cells = [_entry(playlist, slot) for slot in contents.slots]
    return Held(
        tuple(entry for entry, _ in cells),
        tuple(album for _, album in cells),
        _metadata(playlist),
        snapshot_id(playlist, contents),
    )


def _liked_songs_now(sandbox: Sandbox) -> Held:
    seed, size = sandbox.settings.seed, sandbox.settings.liked_songs
    saved = [saved_song(seed, size, slot) for slot in saved_slots(seed, size, sandbox.today)]
    cells = [(one.at, *_item(seed, one.track)) for one in saved]
    return Held(
        tuple(
            TrueEntry(identity, at, None, item_type, _said(name), _said(artists), identity)
            for at, identity, item_type, name, artists, _ in cells
        ),
        tuple(_said(album) for *_, album in cells),
        {"name": "Liked Songs"},
        f"{len(saved)}/{saved[0].at:%Y-%m-%dT%H:%M:%SZ}/spotify:track:{saved[0].track.id}",
    )


def _entry(playlist: Playlist, slot: int) -> tuple[TrueEntry, str | None]:
    """The cells of an entry, and its album."""
    item = content(playlist, slot)
    identity, item_type, name, artists, album = _item(playlist.seed, item)
    added = addition_of(playlist, slot)
    at = None if added.at == _UNKNOWN_TIME else added.at
    by = None if item is None or added.by is None else added.by.id
    return TrueEntry(identity, at, by, item_type, _said(name), _said(artists), identity), _said(
        album
    )


def _item(seed: int, item: object) -> tuple[str | None, str, str, str, str]:
    """Identity, kind, name, artists and album of what a slot holds."""
    match item:
        case Track():
            artists = ", ".join(artist(seed, number).name for number in item.artists)
            return f"spotify:track:{item.id}", "track", item.name, artists, item.album.name
        case Episode():
            return f"spotify:episode:{item.id}", "episode", item.name, "", ""
        case Takedown(track):
            return f"spotify:track:{track.id}", "unavailable", "", "", ""
        case LocalFile():
            tags = (item.artist, item.album, item.title, str(item.duration_seconds))
            uri = f"spotify:local:{':'.join(map(quote_plus, tags))}"
            return uri, "local", item.title, item.artist, item.album
    return None, "unavailable", "", "", ""


def _said(text: str) -> str | None:
    """A name as the tables have it: trimmed and composed; an empty one is no name."""
    return unicodedata.normalize("NFC", text.strip()) or None


def _metadata(playlist: Playlist) -> dict[str, str]:
    """The metadata that Spotify sends; what is empty says nothing."""
    profile = playlist.profile
    cover = None if playlist.image is None else _COVER_PREFIX + playlist.image
    sent = {
        "name": _said(profile.name),
        "description": _said(html.unescape(profile.description or "")),
        "owner": profile.owner.id,
        "public": str(profile.public).lower(),
        "collaborative": str(profile.collaborative).lower(),
        "cover": cover,
    }
    return {name: text for name, text in sent.items() if text is not None}


@dataclass(slots=True)
class _Landed:
    """What the committed raw objects of a run say of each playlist, as JSON."""

    snapshots: dict[str, dict[str, Any]] = field(default_factory=dict)
    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)
    finished_at: datetime = _UNKNOWN_TIME


def true_runs(
    folder: Folder, world: Mapping[str, Mapping[str, Held | None]]
) -> dict[str, list[TrueRun]]:
    """What the committed runs of a lake say of each playlist.

    Args:
        folder: the lake.
        world: each playlist as it was when a run read it, by run.
    """
    landed = _landed(folder)
    found: dict[str, list[TrueRun]] = {}
    for run_id, run in landed.items():
        for playlist_id in {**run.snapshots, **run.outcomes}:
            found.setdefault(playlist_id, []).append(_true_run(run_id, playlist_id, landed, world))
    return found


def _true_run(
    run_id: str,
    playlist_id: str,
    landed: Mapping[str, _Landed],
    world: Mapping[str, Mapping[str, Held | None]],
) -> TrueRun:
    run, held = landed[run_id], world[run_id][playlist_id]
    if (snapshot := run.snapshots.get(playlist_id)) is not None:
        at = datetime.fromisoformat(snapshot["fetched_at"])
        if not snapshot["complete"]:
            return TrueRun(at, run_id)
        assert held is not None, (run_id, playlist_id)
        return TrueRun(at, run_id, held.entries, run_id, sent=held.sent)
    outcome = run.outcomes[playlist_id]
    if outcome["outcome"] == "gone":
        return TrueRun(run.finished_at, run_id, is_gone=True)
    if outcome["outcome"] != "unchanged":
        return TrueRun(run.finished_at, run_id)
    since = outcome["unchanged_since"]
    before = world[since][playlist_id]
    assert before is not None, (run_id, playlist_id)
    assert held is not None, (run_id, playlist_id)
    assert before.snapshot_id == held.snapshot_id, (run_id, playlist_id)
    snapshot = landed[since].snapshots.get(playlist_id) if since in landed else None
    is_there = snapshot is not None and snapshot["complete"]
    return TrueRun(run.finished_at, run_id, before.entries if is_there else None, since)


def _landed(folder: Folder) -> dict[str, _Landed]:
    left = {str(key) for key in waiting(folder)}
    found: dict[str, _Landed] = {}
    for key in raw_keys(folder.keys("raw/")):
        if str(key) in left:
            continue
        run = found.setdefault(str(key.run_id), _Landed())
        body = folder.read(str(key)) or b""
        if key.is_manifest:
            manifest = json.loads(body)
            run.finished_at = datetime.fromisoformat(manifest["finished_at"])
            run.outcomes = {one["playlist_id"]: one for one in manifest["playlists"]}
        else:
            run.snapshots |= {line["playlist_id"]: line for line in _lines(body)}
    return found


def _lines(body: bytes) -> Iterator[dict[str, Any]]:
    with zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True) as frames:
        text, at = frames.read().decode(), 0
    while at < len(text):
        line, end = json.JSONDecoder().raw_decode(text, at)
        yield line
        at = end + 1


def held_at(runs: Sequence[TrueRun], when: datetime) -> tuple[TrueRun | None, bool]:
    """The run whose contents are in force at a moment, and whether the playlist is gone since."""
    until = sorted((run.at, run.run_id, run) for run in runs if run.at <= when)
    is_gone = False
    for _, _, run in reversed(until):
        is_gone = is_gone or run.is_gone
        if run.entries is not None:
            return run, is_gone
    return None, is_gone
