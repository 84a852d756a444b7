"""Responses of one moment become snapshots: those of one playlist are put together in order.

No entry is taken twice. What holds the same entries as another response is left out and said;
what contradicts another response is refused, for then they are of different moments.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.importing.overlaps import check_disjoint, contradiction, is_contiguous, repeats
from playlake.importing.saved import Playlist
from playlake_contracts.raw import Tail
from playlake_extractor.errors import PlaylistError
from playlake_extractor.sources.spotify.responses import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from playlake.importing.saved import Response


@dataclass(frozen=True, slots=True)
class SavedSnapshot:
    """A playlist as its saved responses show it.

    Attributes:
        playlist: its metadata; without any where only pages were saved.
        response: the saved playlist; None where only pages were saved.
        pages: the other saved pages, in order.
        tail: how much of the playlist they hold, and in which generation of keys.
        total: entries that Spotify says the playlist has.
    """

    playlist_id: str
    playlist: Playlist
    response: Response | None
    pages: tuple[Response, ...]
    tail: Tail
    total: int | None

    @property
    def responses(self) -> tuple[Response, ...]:
        """All that was saved of it."""
        return (self.response, *self.pages) if self.response else self.pages


def merge(responses: Iterable[Response], say: Callable[[str], None]) -> list[SavedSnapshot]:
    """Put together what belongs to the same playlist.

    Args:
        responses: one or more, in any order.
        say: told in a sentence what is left out.

    Raises:
        CommandError: two responses contradict each other, or a playlist has no entries saved.
    """
    by_playlist: defaultdict[str, list[Response]] = defaultdict(list)
    for response in _distinct(responses, say):
        by_playlist[response.playlist_id].append(response)
    return [_merge(playlist_id, found, say) for playlist_id, found in by_playlist.items()]


def _distinct(responses: Iterable[Response], say: Callable[[str], None]) -> Iterable[Response]:
    first: dict[bytes, Response] = {}
    for response in responses:
        same = first.setdefault(response.body, response)
        if same is not response:
            say(f"{response.origin} is left out: it holds the same bytes as {same.origin}")
    return first.values()


def _merge(
    playlist_id: str, responses: Sequence[Response], say: Callable[[str], None]
) -> SavedSnapshot:
    playlist = _only_playlist(responses)
    pages = sorted((r for r in responses if r.playlist is None), key=lambda page: page.start)
    if playlist is not None and playlist.page is not None:
        pages = list(_without_repeats(pages, playlist, say))
    read = [r for r in (playlist, *pages) if r is not None and r.page is not None]
    check_disjoint(read)
    metadata = (playlist and playlist.playlist) or Playlist()
    reading = _read(metadata, read, origin=responses[0].origin)
    tail = reading.tail()
    return SavedSnapshot(
        playlist_id,
        metadata,
        playlist,
        tuple(pages),
        Tail(api=tail.api, entries=tail.entries, complete=tail.complete and is_contiguous(read)),
        reading.total,
    )


def _only_playlist(responses: Iterable[Response]) -> Response | None:
    playlists = [response for response in responses if response.playlist is not None]
    if len(playlists) > 1:
        raise contradiction(*playlists[:2])
    return playlists[0] if playlists else None


def _without_repeats(
    pages: Iterable[Response], playlist: Response, say: Callable[[str], None]
) -> Iterator[Response]:
    for page in pages:
        if repeats(page, playlist):
            say(f"{page.origin} is left out: {playlist.origin} holds the same entries")
        else:
            yield page


def _read(playlist: Playlist, responses: Sequence[Response], *, origin: str) -> Reading:
    pages = [response.page for response in responses if response.page is not None]
    if not pages:
        raise CommandError(
            f"{origin} is a playlist without its entries, which Spotify keeps to their owner and "
            "leaves out of lists of playlists: save its pages as well, or leave it out"
        )
    reading = Reading()
    try:
        reading.begin(playlist, pages[0])
        for page in pages[1:]:
            reading.add(page)
    except PlaylistError as error:
        raise CommandError(f"{origin} and the other pages of its playlist: {error}") from error
    return reading
