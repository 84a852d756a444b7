"""Carries a plan out, or goes on with it, so that no entry is lost and none is doubled.

Spotify has no request that adds only once. So after a request whose answer was lost, and when a
restore goes on, what the new playlist holds decides what was added.
"""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.restoring.plan import DOCUMENTED_LIMIT
from playlake.restoring.record import Progress
from playlake_contracts.sources.spotify import MOST_ADDED
from playlake_extractor.public import (
    BadRequestError,
    ForbiddenError,
    GarbledResponseError,
    PlaylistError,
    RateLimitedError,
    SourceUnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playlake.restoring.plan import Plan, Wanted
    from playlake.restoring.record import Record
    from playlake_extractor.public import Held, PlaylistWriter

_TRIES: Final = 4
# Spotify may show late what it has carried out.
_LOOKS: Final = 2
_MARK_BYTES: Final = 8
# The request may have been carried out.
_UNANSWERED: Final = (SourceUnavailableError, GarbledResponseError)


class ChangedError(CommandError):
    """The new playlist does not hold what was added to it."""


class Restorer:
    """Carries one plan out.

    Args:
        plan: what to make.
        writer: makes playlists in the account of the user.
        record: keeps the progress.
        tell: takes the number of entries that are there, after each request.
    """

    def __init__(
        self, plan: Plan, writer: PlaylistWriter, record: Record, tell: Callable[[int], None]
    ) -> None:
        self._plan = plan
        self._writer = writer
        self._record = record
        self._tell = tell

    def run(self) -> Progress:
        """Make the playlist, or go on with it; return the progress at the end.

        Raises:
            CommandError: another account agreed, somebody changed the new playlist, or Spotify
                takes no more entries.
            LakeError: the record could not be written.
            PlaylistError: Spotify refuses or does not answer; what was added is recorded.
            AuthorisationNeededError: Spotify refuses the token.
        """
        progress = self._begin()
        try:
            return self._complete(progress)
        except RateLimitedError:
            progress.not_before = dict(self._writer.not_before)
            self._record.save(progress)
            raise

    def _begin(self) -> Progress:
        user_id = self._writer.user_id()
        progress = self._record.load()
        if progress is None:
            mark = token_hex(_MARK_BYTES)
            progress = Progress(name=self._plan.name, mark=mark, user_id=user_id)
            self._record.save(progress)
        elif progress.user_id != user_id:
            raise CommandError(
                f"the restore was begun in the account {progress.user_id}, and {user_id} has "
                "agreed now: agree with that account, or start over with --anew"
            )
        return progress

    def _complete(self, progress: Progress) -> Progress:
        playlist_id = self._open(progress)
        self._tell(progress.added)
        while progress.done < len(self._plan.wanted):
            chunk = self._plan.wanted[progress.done : progress.done + MOST_ADDED]
            self._add(progress, playlist_id, chunk)
        self._check_total(progress, playlist_id)
        self._record.remove()
        return progress

    def _open(self, progress: Progress) -> str:
        """The id of the new playlist; the progress is corrected by what it holds."""
        if progress.is_asked_for and progress.playlist_id is None:
            progress.playlist_id = self._found_after_pause(progress)
        if progress.playlist_id is None:
            progress.playlist_id = self._make(progress)
            self._record.save(progress)
        else:
            # What a request has added after which no progress was recorded.
            more = self._more(progress, progress.playlist_id, 0, most=MOST_ADDED)
            self._advance(progress, more)
        return progress.playlist_id

    def _make(self, progress: Progress) -> str:
        progress.is_asked_for = True
        self._record.save(progress)
        description = self._plan.description(progress.mark)
        tried = 0
        while True:
            tried += 1
            try:
                return self._writer.make(self._plan.name, description, public=self._plan.public)
            except _UNANSWERED:
                found = self._found_after_pause(progress)
                if found is not None:
                    return found
                if tried == _TRIES:
                    raise

    def _found_after_pause(self, progress: Progress) -> str | None:
        """The playlist that a request without an answer has made, if it has."""
        for _ in range(_LOOKS):
            self._writer.pause()
            found = self._writer.find(progress.mark)
            if found is not None:
                return found
        return None

    def _add(self, progress: Progress, playlist_id: str, chunk: Sequence[Wanted]) -> None:
        for tried in range(1, _TRIES + 1):
            try:
                self._writer.add(playlist_id, [each.uri for each in chunk])
            except BadRequestError:
                self._add_without_the_refused(progress, playlist_id, chunk)
                return
            except ForbiddenError as error:
                self._refuse_if_full(progress, error)
                raise
            except _UNANSWERED as error:
                if self._went_in(progress, playlist_id, len(chunk)):
                    break
                if tried == _TRIES:
                    self._refuse_if_full(progress, error)
                    raise
            else:
                break
        self._advance(progress, len(chunk))
        self._tell(progress.added)

    def _add_without_the_refused(
        self, progress: Progress, playlist_id: str, chunk: Sequence[Wanted]
    ) -> None:
        """Add the halves of a chunk apart, until what Spotify refuses stands alone."""
        if len(chunk) == 1:
            progress.refused.append(chunk[0].position)
            self._advance(progress, 1)
            return
        middle = len(chunk) // 2
        self._add(progress, playlist_id, chunk[:middle])
        self._add(progress, playlist_id, chunk[middle:])

    def _went_in(self, progress: Progress, playlist_id: str, count: int) -> bool:
        """Whether a request without an answer has added its entries, all of them."""
        for _ in range(_LOOKS):
            self._writer.pause()
            more = self._more(progress, playlist_id, progress.added, most=count)
            if more == count:
                return True
            if more:
                raise self._changed(f"it has {more} of the {count} entries of one request")
        return False

    def _more(self, progress: Progress, playlist_id: str, position: int, *, most: int) -> int:
        """How many entries the new playlist has beside those that were recorded.

        Args:
            progress: what was recorded.
            playlist_id: the new playlist.
            position: the position from which its entries are compared.
            most: the most that there can be.

        Raises:
            ChangedError: it does not hold what was added to it.
        """
        held = self._held(progress, playlist_id, position)
        more = held.total - progress.added
        if not 0 <= more <= min(most, len(self._plan.wanted) - progress.done):
            raise self._miscounted(progress, held.total)
        refused = set(progress.refused)
        added = [each.uri for each in self._plan.wanted if each.position not in refused]
        self._compare(held.uris, added, position)
        return more

    def _held(self, progress: Progress, playlist_id: str, position: int) -> Held:
        """What the new playlist holds; Spotify may show an addition late, and is asked again."""
        held = self._writer.held(playlist_id, position)
        if held.total < progress.added:
            self._writer.pause()
            held = self._writer.held(playlist_id, position)
        return held

    def _compare(self, held: Sequence[str | None], added: Sequence[str], position: int) -> None:
        """Refuse entries that were added, and stand elsewhere.

        An entry that nobody added is one that Spotify shows under another id: it relinks tracks to
        the user's market, and shows none for what has vanished.
        """
        known = set(added)
        for place, (uri, expected) in enumerate(zip(held, added[position:], strict=False)):
            if uri in known and uri != expected:
                raise self._changed(f"{uri} is its entry {position + place + 1:,}")

    def _check_total(self, progress: Progress, playlist_id: str) -> None:
        total = self._held(progress, playlist_id, progress.added).total
        if total != progress.added:
            raise self._miscounted(progress, total)

    def _advance(self, progress: Progress, count: int) -> None:
        progress.done += count
        self._record.save(progress)

    def _refuse_if_full(self, progress: Progress, error: PlaylistError) -> None:
        if progress.added >= DOCUMENTED_LIMIT:
            raise CommandError(
                f"Spotify takes no more entries ({error}): the new playlist has the first "
                f"{progress.added:,} of {len(self._plan.wanted):,}, and stays so"
            ) from error

    def _miscounted(self, progress: Progress, total: int) -> ChangedError:
        return self._changed(f"it has {total:,} entries, and {progress.added:,} were added")

    def _changed(self, what: str) -> ChangedError:
        return ChangedError(
            f"the new playlist was changed by somebody else ({what}), so nothing more is added: "
            "delete it in Spotify, and start over with --anew"
        )
