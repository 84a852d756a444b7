"""A source of playlists in a dict, with raw shapes of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from toy_shapes import CODE, MORE, SONGS, SOURCE, TITLE

from playlake_contracts.content import ContentDigest, entry_identity
from playlake_contracts.raw import PLAYLIST, Tail
from playlake_extractor.errors import BudgetSpentError, ConfigurationError, GoneError
from playlake_extractor.ports import OwnPlaylists, PlaylistRead, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from playlake_contracts.raw import RawSnapshot
    from playlake_extractor.ports import ListedPlaylist, Reading

SONGS_A_PAGE: Final = 2

Song = tuple[str, str]


class ToySource:
    """Playlists by id, each a title and its songs (code and title); implements `ports.Source`."""

    name = SOURCE
    details_kinds: Collection[str] = frozenset()
    consent_ends_on: date | None = None

    def __init__(
        self, playlists: Mapping[str, tuple[str, Sequence[Song]]], budget: int | None = None
    ) -> None:
        self.traffic = Traffic()
        self.not_before: dict[str, datetime] = {}
        self.budget = budget
        self._playlists = playlists

    @property
    def requests_left(self) -> int | None:
        """How many requests the run may still send."""
        return None if self.budget is None else self.budget - self.traffic.requests

    def requests_for(
        self,
        playlist_id: str,  # noqa: ARG002 - the port has it
        total: int,
        listed: ListedPlaylist | None,  # noqa: ARG002 - the port has it
    ) -> int:
        """One request for each page, and one for an empty playlist."""
        return max(1, -(-total // SONGS_A_PAGE))

    def request(self) -> None:
        """Count a request, if there is one left."""
        if self.requests_left == 0:
            raise BudgetSpentError("the toy takes no more requests")
        self.traffic.requests += 1

    def respect(self, not_before: Mapping[str, datetime]) -> None:
        """Remember the closed groups; the toy has none."""
        self.not_before.update(not_before)

    def own_playlists(self) -> OwnPlaylists:
        """Refuse: the toy knows no user."""
        raise ConfigurationError("the toy source has no users: name the playlists")

    def listed(
        self,
        wanted: Sequence[str],  # noqa: ARG002 - the port has it
        maybe_unchanged: Collection[str],  # noqa: ARG002 - the port has it
    ) -> Iterable[ListedPlaylist]:
        """List nothing: the toy has no list."""
        return ()

    def open(
        self,
        playlist_id: str,
        listed: ListedPlaylist | None,  # noqa: ARG002 - the port has it
    ) -> Reading:
        """Begin to read a playlist."""
        self.request()
        if playlist_id not in self._playlists:
            raise GoneError(f"the toy has no playlist {playlist_id}")
        return ToyReading(*self._playlists[playlist_id], self.request)

    def without_users(
        self,
        body: bytes,
        instead: Callable[[str], str | None],  # noqa: ARG002
        *,
        artists: bool = True,  # noqa: ARG002
    ) -> bytes:
        """The toy has no users."""
        return body

    def read_landed(self, snapshot: RawSnapshot) -> PlaylistRead:
        """Read a snapshot that was landed before."""
        playlist = json.loads(bytes(snapshot.playlist))
        pages = (playlist, *(json.loads(bytes(page)) for page in snapshot.pages))
        return _read(playlist[TITLE], [song for page in pages for song in page[SONGS]])

    def details(self, kind: str, details_id: str) -> bytes:
        """Refuse: the toy has no details."""
        raise GoneError(f"the toy has no {kind} {details_id}")


class ToyReading:
    """One reading of a playlist; implements `ports.Reading`."""

    kind = PLAYLIST
    snapshot_id = None

    def __init__(self, title: str, songs: Sequence[Song], request: Callable[[], None]) -> None:
        self.name = title
        self.entries = min(len(songs), SONGS_A_PAGE)
        self.total = len(songs)
        self._songs = [{CODE: code, TITLE: name} for code, name in songs]
        self._request = request

    def pages(self) -> Iterator[bytes]:
        """The pages behind the first."""
        for start in range(SONGS_A_PAGE, len(self._songs), SONGS_A_PAGE):
            self._request()
            page = self._page(start)
            self.entries += len(self._songs[start : start + SONGS_A_PAGE])
            yield json.dumps(page).encode()

    def playlist(self) -> bytes:
        """The title and the first songs."""
        return json.dumps({TITLE: self.name, **self._page(0)}).encode()

    def result(self) -> PlaylistRead:
        """What is known in the end."""
        return _read(self.name, self._songs)

    def _page(self, start: int) -> dict[str, object]:
        end = start + SONGS_A_PAGE
        return {SONGS: self._songs[start:end], MORE: end < len(self._songs)}


def _read(title: str, songs: Sequence[Mapping[str, str]]) -> PlaylistRead:
    digest = ContentDigest()
    identities = [entry_identity(None, song[CODE], song[TITLE]) for song in songs]
    digest.add(range(len(songs)), identities, [None] * len(songs))
    return PlaylistRead(
        name=title,
        snapshot_id=None,
        tail=Tail(api=None, entries=len(songs), complete=True),
        total=len(songs),
        items_sha256=str(digest),
    )
