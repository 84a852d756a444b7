"""Merges the saved responses of a playlist into one snapshot, in order.

No entry is taken twice. A response that holds the same entries as another is left out with a
notice; one that contradicts another is refused, for then they are of different moments.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from playlake_contracts.limits import MAX_SNAPSHOT_ENTRIES
from playlake_extractor.errors import PlaylistError
from playlake_extractor.run.saved_snapshots import SavedFileError, SavedSnapshot
from playlake_extractor.sources.one_snapshot import check_size
from playlake_extractor.sources.spotify.dialects.api_responses import (
    FILE_ID_PREFIX,
    SavedPlaylist,
)
from playlake_extractor.sources.spotify.dialects.overlaps import (
    check_disjoint,
    contradiction,
    is_contiguous,
    repeats,
)
from playlake_extractor.sources.spotify.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from playlake_extractor.ports import PlaylistRead
    from playlake_extractor.sources.spotify.dialects.api_responses import SavedResponse


def merge(
    responses: Iterable[SavedResponse], say: Callable[[str], None]
) -> Iterator[SavedSnapshot | SavedFileError]:
    """Merge the responses of each playlist.

    Args:
        responses: one or more, in any order.
        say: receives a sentence about each response that is left out.

    Yields:
        A snapshot for each playlist, or why there is none: two of its responses contradict each
        other, or it has no entries saved.
    """
    by_playlist: defaultdict[str, list[SavedResponse]] = defaultdict(list)
    for response in _distinct(responses, say):
        by_playlist[response.playlist_id].append(response)
    for playlist_id, found in by_playlist.items():
        try:
            yield _merge(playlist_id, found, say)
        except SavedFileError as refusal:
            yield refusal


def _distinct(
    responses: Iterable[SavedResponse], say: Callable[[str], None]
) -> Iterable[SavedResponse]:
    first: dict[bytes, SavedResponse] = {}
    for response in responses:
        same = first.setdefault(response.body, response)
        if same is not response:
            say(f"{response.origin} is left out: it holds the same bytes as {same.origin}")
    return first.values()


def _merge(
    playlist_id: str, responses: Sequence[SavedResponse], say: Callable[[str], None]
) -> SavedSnapshot:
    playlist = _only_playlist(responses)
    pages = sorted((r for r in responses if r.playlist is None), key=lambda page: page.start)
    if playlist is not None and playlist.page is not None:
        pages = list(_without_repeats(pages, playlist, say))
    used = [playlist, *pages] if playlist else pages
    with_entries = [response for response in used if response.page is not None]
    check_disjoint(with_entries)
    metadata = (playlist and playlist.playlist) or SavedPlaylist()
    read, has_available = _read(metadata, with_entries, origin=responses[0].origin)
    _check_size(used, read)
    first = responses[0]
    if playlist_id.startswith(FILE_ID_PREFIX):
        say(
            f"{first.origin} does not say of which playlist it is, so it counts as one of its own: "
            "--playlist ID names the playlist"
        )
    return SavedSnapshot(
        playlist_id,
        kind=first.kind,
        playlist=playlist.body if playlist else None,
        pages=tuple(page.body for page in pages),
        read=read if first.name is None else dataclasses.replace(read, name=first.name),
        origins=tuple(response.origin for response in used),
        has_available=has_available,
        name=first.name,
        is_given=first.is_given,
    )


def _only_playlist(responses: Iterable[SavedResponse]) -> SavedResponse | None:
    playlists = [response for response in responses if response.playlist is not None]
    if len(playlists) > 1:
        raise contradiction(*playlists[:2])
    return playlists[0] if playlists else None


def _without_repeats(
    pages: Iterable[SavedResponse], playlist: SavedResponse, say: Callable[[str], None]
) -> Iterator[SavedResponse]:
    for page in pages:
        if repeats(page, playlist):
            say(f"{page.origin} is left out: {playlist.origin} holds the same entries")
        else:
            yield page


def _read(
    playlist: SavedPlaylist, responses: Sequence[SavedResponse], *, origin: str
) -> tuple[PlaylistRead, bool]:
    saved = [response.page for response in responses if response.page is not None]
    if not saved:
        raise SavedFileError(
            f"{origin} is a playlist without its entries, which Spotify gives to their owner only "
            "and leaves out of lists of playlists: save its pages as well, or leave it out"
        )
    pages = Pages()
    try:
        pages.begin(playlist, saved[0])
        for page in saved[1:]:
            pages.add(page)
    except PlaylistError as error:
        raise SavedFileError(f"{origin} and the other pages of its playlist: {error}") from error
    read = pages.result(playlist)
    complete = read.tail.complete and is_contiguous(responses)
    tail = msgspec.structs.replace(read.tail, complete=complete)
    return dataclasses.replace(read, tail=tail), pages.has_available


def _check_size(responses: Sequence[SavedResponse], read: PlaylistRead) -> None:
    origin = f"{responses[0].origin} and the other pages of its playlist"
    check_size(origin, [response.body for response in responses])
    if read.tail.entries > MAX_SNAPSHOT_ENTRIES:
        raise SavedFileError(
            f"{origin} are too large: {read.tail.entries:,} entries, where a snapshot has at most "
            f"{MAX_SNAPSHOT_ENTRIES:,}"
        )
