"""Pages of a list, with links to the next and the previous page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from playlake_sandbox.shapes.view import Shape
from playlake_sandbox.spotify_json import Json

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that was requested; `query` is repeated in every link.

    `most` is the largest limit that the endpoint accepts, and the largest limit in a link.
    """

    url: str
    offset: int
    limit: int
    most: int
    query: Query = ()

    @property
    def slice(self) -> slice:
        """The slice of the list that is in the window."""
        return slice(self.offset, self.offset + self.limit)

    def link(self, offset: int, limit: int) -> str:
        """Returns the URL of a part of the same list."""
        query = (("offset", str(offset)), ("limit", str(limit)), *self.query)
        return f"{self.url}?{urlencode(query)}"


def page(window: Window, total: int, items: Json) -> Shape:
    """Returns the page object with the items of the window."""
    following, preceding = window.offset + window.limit, max(window.offset - window.limit, 0)
    limit = min(window.limit, window.most)
    return {
        "href": window.link(window.offset, window.limit),
        "items": items,
        "limit": window.limit,
        "next": window.link(following, limit) if following < total else None,
        "offset": window.offset,
        "previous": window.link(preceding, limit) if window.offset else None,
        "total": total,
    }
