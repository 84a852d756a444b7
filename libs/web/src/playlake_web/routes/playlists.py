"""Routes about playlists: as they are, as they were, and what changed."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, time
from io import StringIO
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from playlake_contracts.runs import RunId
from playlake_contracts.sources.references import link_of_song
from playlake_lake.asking.when import parse_when, shown
from playlake_lake.errors import QuestionError
from playlake_web.facts import history
from playlake_web.facts.lists import Changes, Memberships, Playlists, slice_of
from playlake_web.facts.playlists import Playlist, playlists
from playlake_web.facts.rotation import Rotation
from playlake_web.facts.runs import run_details
from playlake_web.pages.compare import compare_page
from playlake_web.pages.playlist import (
    PlaylistView,
    chart_values,
    never_read_page,
    playlist_page,
    then_fragment,
)
from playlake_web.pages.playlists import shelf
from playlake_web.problems import ProblemCode, ProblemError
from playlake_web.representing import HTML, JSON, answer, answer_json, html_bytes, kept
from playlake_web.routes.common import (
    Cursor,
    Day,
    From,
    Limit,
    PlaylistId,
    Responses,
    Source,
    kept_answers,
)

if TYPE_CHECKING:
    from playlake_web.facts.history import Moment
    from playlake_web.pages.environment import Page
    from playlake_web.site import Site

At = Annotated[Day | None, Query(description="Of the page: the day that it is wound back to.")]
Days = Annotated[
    Literal["", "all"], Query(description="Of the page: `all` shows every day of the timeline.")
]
Order = Annotated[
    Literal["change", "name", "size", "most"], Query(description="Of the page: what comes first.")
]
When = Annotated[
    str,
    Path(
        description="A day, a time, a run, or words such as `yesterday` and `7 days ago`, in UTC."
    ),
]
Format = Annotated[
    Literal["json", "csv"], Query(alias="format", description="The form of the answer.")
]
_UNKNOWN = (ProblemCode.NO_SUCH_PLAYLIST,)
_CSV = "text/csv; charset=utf-8"
_AS_CSV: Responses = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The answer."}
}


def playlist_routes(site: Site) -> APIRouter:
    """The routes about playlists."""
    router = APIRouter(tags=["playlists"])
    _add_lists(router, site)
    _add_playlist(router, site)
    _add_history(router, site)
    _add_artists(router, site)
    _add_moments(router, site)
    _add_pages(router, site)
    return router


def _add_lists(router: APIRouter, site: Site) -> None:
    @router.get(
        "/playlists",
        response_model=Playlists,
        responses=kept_answers(ProblemCode.BAD_CURSOR, page=True),
    )
    def list_playlists(
        request: Request,
        q: Annotated[str, Query(max_length=200, description="A part of the name.")] = "",
        order: Order = "change",
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> Response:
        """The playlists, by their last change."""

        def fact() -> Playlists:
            wanted = q.strip().casefold()
            found = playlists(site.reader, site.today)
            named = [each for each in found if wanted in each.label.casefold()]
            shown, rest = slice_of(named, cursor, limit)
            return Playlists(playlists=shown, next=rest)

        return answer(request, site, fact, lambda: shelf(site.reader, site.today, q, order))


def _add_playlist(router: APIRouter, site: Site) -> None:
    @router.get(
        "/playlists/{playlist_id}",
        response_model=Playlist,
        responses=kept_answers(*_UNKNOWN, page=True),
    )
    def show_playlist(
        request: Request,
        playlist_id: PlaylistId,
        source: Source = None,
        at: At = None,
        first: From = 0,
        days: Days = "",
    ) -> Response:
        """A playlist as it was last seen."""

        def page() -> Page:
            playlist = find_playlist(site, playlist_id, source)
            if playlist.first_at is None:
                return never_read_page(playlist)
            view = PlaylistView(site.reader, playlist)
            return playlist_page(view, at, first, every_day=days == "all")

        return answer(request, site, lambda: find_playlist(site, playlist_id, source), page)


def _add_history(router: APIRouter, site: Site) -> None:
    @router.get(
        "/playlists/{playlist_id}/changes",
        response_model=Changes,
        responses=kept_answers(*_UNKNOWN, ProblemCode.BAD_CURSOR),
    )
    def list_changes(
        request: Request,
        playlist_id: PlaylistId,
        source: Source = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> Response:
        """What changed in a playlist, the newest first."""

        def fact() -> Changes:
            found = history.changes(site.reader, find_playlist(site, playlist_id, source).key)
            shown, rest = slice_of(found, cursor, limit)
            return Changes(changes=shown, next=rest)

        return answer_json(request, site, fact)

    @router.get(
        "/playlists/{playlist_id}/memberships",
        response_model=Memberships,
        responses=kept_answers(*_UNKNOWN, ProblemCode.BAD_CURSOR),
    )
    def list_memberships(
        request: Request,
        playlist_id: PlaylistId,
        source: Source = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> Response:
        """From when to when entries were in a playlist, the earliest first."""

        def fact() -> Memberships:
            found = history.stays(site.reader, find_playlist(site, playlist_id, source).key)
            shown, rest = slice_of(found, cursor, limit)
            return Memberships(memberships=shown, next=rest)

        return answer_json(request, site, fact)


def _add_artists(router: APIRouter, site: Site) -> None:
    @router.get(
        "/playlists/{playlist_id}/artists",
        response_model=Rotation,
        responses=kept_answers(*_UNKNOWN, ProblemCode.BEFORE_HISTORY),
    )
    def list_artists_over_time(
        request: Request, playlist_id: PlaylistId, source: Source = None
    ) -> Response:
        """The artists of a playlist over time: who came, who left, and with how many entries."""
        return answer_json(request, site, lambda: _view(site, playlist_id, source).rotation)


def _add_moments(router: APIRouter, site: Site) -> None:
    @router.get(
        "/playlists/{playlist_id}/at/{when}",
        response_model=history.Moment,
        responses={
            **kept_answers(*_UNKNOWN, ProblemCode.BAD_MOMENT, ProblemCode.BEFORE_HISTORY),
            **_AS_CSV,
        },
    )
    def show_moment(
        request: Request,
        playlist_id: PlaylistId,
        when: When,
        source: Source = None,
        form: Format = "json",
    ) -> Response:
        """What a playlist held at a moment: a day, a time, a run, `yesterday`, `7 days ago`."""
        if form == "csv":
            return kept(request, site, _CSV, lambda: _csv(_moment(site, playlist_id, when, source)))
        return answer_json(request, site, lambda: _moment(site, playlist_id, when, source))


def _add_pages(router: APIRouter, site: Site) -> None:
    """The addresses that only the page uses."""

    @router.get("/playlists/{playlist_id}/then", include_in_schema=False)
    def show_then(request: Request, playlist_id: str, at: Day, source: Source = None) -> Response:
        def make() -> bytes:
            view = _view(site, playlist_id, source)
            found = then_fragment(view, at)
            if found is None:
                raise _before_history(view.playlist, datetime.combine(at, time.max, UTC))
            return html_bytes(site, found)

        return kept(request, site, HTML, make)

    @router.get("/playlists/{playlist_id}/charts", include_in_schema=False)
    def show_charts(request: Request, playlist_id: str, source: Source = None) -> Response:
        def make() -> bytes:
            return json.dumps(chart_values(_view(site, playlist_id, source))).encode()

        return kept(request, site, JSON, make)

    @router.get("/playlists/{playlist_id}/compare", include_in_schema=False)
    def show_comparison(
        request: Request,
        playlist_id: PlaylistId,
        first: Annotated[Day | None, Query(alias="from")] = None,
        last: Annotated[Day | None, Query(alias="to")] = None,
        source: Source = None,
    ) -> Response:
        def make() -> bytes:
            view = _view(site, playlist_id, source)
            days = view.days
            begin, end = first or days[max(0, len(days) - _WEEK)], last or days[-1]
            found = compare_page(view, begin, end)
            if found is None:
                raise _before_history(view.playlist, datetime.combine(begin, time.max, UTC))
            return html_bytes(site, found)

        return kept(request, site, HTML, make)


_WEEK = 8


def find_playlist(site: Site, playlist_id: str, source: str | None) -> Playlist:
    """The playlist with an id, of a source if that is given.

    Raises:
        ProblemError: there is none, or there are several.
    """
    found = [
        each
        for each in playlists(site.reader, site.today)
        if each.playlist_id == playlist_id and source in {None, each.source}
    ]
    if len(found) > 1:
        sources = ", ".join(each.source for each in found)
        raise ProblemError(
            ProblemCode.NO_SUCH_PLAYLIST,
            f"several sources have this id: add ?source= and {sources}",
        )
    if not found:
        raise ProblemError(
            ProblemCode.NO_SUCH_PLAYLIST,
            "no run was ever asked for a playlist with this id: /playlists lists them",
        )
    return found[0]


def _view(site: Site, playlist_id: str, source: str | None) -> PlaylistView:
    playlist = find_playlist(site, playlist_id, source)
    if playlist.first_at is None:
        reason = f"{playlist.reason}. " if playlist.reason else ""
        raise ProblemError(
            ProblemCode.BEFORE_HISTORY, f"{reason}No run could read this playlist so far"
        )
    return PlaylistView(site.reader, playlist)


def _moment(site: Site, playlist_id: str, when: str, source: str | None) -> Moment:
    playlist = find_playlist(site, playlist_id, source)
    at = _when(site, playlist, when)
    found = history.moment(site.reader, playlist.key, at)
    if found is None:
        raise _before_history(playlist, at)
    return found


def _when(site: Site, playlist: Playlist, text: str) -> datetime:
    try:
        found = parse_when(text, site.clock())
    except QuestionError as error:
        raise ProblemError(ProblemCode.BAD_MOMENT, str(error)) from error
    if not isinstance(found, RunId):
        return found
    details = run_details(site.reader, str(found))
    for each in details.playlists if details else ():
        if (each.source, each.playlist_id) == playlist.key:
            return each.fetched_at
    raise ProblemError(
        ProblemCode.BAD_MOMENT, "this run says nothing of the playlist: /runs lists them"
    )


def _before_history(playlist: Playlist, at: datetime) -> ProblemError:
    begins = (
        f"it begins at {shown(playlist.first_at)}" if playlist.first_at else "it was never read"
    )
    return ProblemError(
        ProblemCode.BEFORE_HISTORY, f"no run had read the playlist until {shown(at)}: {begins}"
    )


def _csv(moment: Moment) -> bytes:
    """The entries as CSV, with the link of each."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    names = [*history.Entry.model_fields]
    writer.writerow([*names, "link"])
    for entry in moment.entries:
        writer.writerow([*_cells(entry), link_of_song(entry.identity) or ""])
    return text.getvalue().encode()


def _cells(entry: history.Entry) -> list[str]:
    return [
        "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
        for value in (getattr(entry, name) for name in history.Entry.model_fields)
    ]
