"""The sentences that a run prints while it is in progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.log_events import (
    CoverCounts,
    CoverNotKept,
    DetailsAccounted,
    DetailsPlanned,
    PartLanded,
    PlaylistAccounted,
    PlaylistLeftOut,
    QuotaGroupClosed,
    RefreshTokenEnds,
    RunFinished,
    RunPlanned,
    Waiting,
)

if TYPE_CHECKING:
    from playlake_contracts.log_events import ExtractorEvent


def sentence_of(event: ExtractorEvent) -> str | None:  # noqa: C901, PLR0911 - one case an event
    """An event as a sentence; None if it is not for a person."""
    match event:
        case RunPlanned():
            return f"{event.playlists:,} playlists, {event.settled:,} of them unchanged."
        case RefreshTokenEnds():
            return f"The login ends in {event.days} days: run `playlake login` before that."
        case PlaylistLeftOut():
            return f"Playlist {event.playlist_id or 'without an id'} is left out. {event.reason}."
        case PlaylistAccounted(outcome=outcome) if not outcome.is_success:
            return f"Playlist {event.playlist_id}: {outcome}. {event.reason or ''}".rstrip()
        case PartLanded(details=0):
            return f"Landed {event.part}: {event.snapshots:,} playlists, {event.entries:,} entries."
        case PartLanded():
            return f"Landed {event.part}: details of {event.details:,} artists and albums."
        case DetailsPlanned():
            return (
                f"Details of {event.due:,} artists and albums are due; {event.budget:,} requests "
                "may be spent on them."
            )
        case DetailsAccounted(reason=str(reason)):
            return f"No details of {event.uri}. {reason}"
        case CoverNotKept():
            return f"No cover of playlist {event.playlist_id}. {event.reason}"
        case RunFinished(covers=CoverCounts() as covers):
            return f"Covers: {covers.kept:,} kept, {covers.failed:,} not kept."
        case Waiting():
            return f"Waiting {event.seconds:g} s: {event.reason}"
        case QuotaGroupClosed():
            return (
                f"No more requests of the group {event.group} are taken before "
                f"{event.not_before:%Y-%m-%d %H:%M} UTC."
            )
    return None
