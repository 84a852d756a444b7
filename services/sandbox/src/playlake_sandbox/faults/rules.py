"""What every fault rule states: which requests it applies to, and how often.

Each family of faults has a module with its rules and their effect.
"""

from fnmatch import fnmatchcase
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

LIKED_SONGS_PATH = "/v1/me/tracks"
PLAYLIST_PATHS = ("/v1/*playlists*", LIKED_SONGS_PATH)
"""Paths whose responses hold a list of playlists, a playlist, or a page of its entries."""

Method = Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]+$")]


class Rule(BaseModel):
    """When a fault applies; by default once, to the next request that matches.

    A kind of fault only matches the paths in its `touches`, whatever `path` says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    touches: ClassVar[tuple[str, ...]] = ("*",)

    path: str = Field(default="*", description="Glob that the request's path must match.")
    method: Method | None = Field(default=None, description="Method of the request; null is any.")
    first: int = Field(default=1, ge=1, description="First matching request that it applies to.")
    times: int | None = Field(default=1, ge=1, description="How often it applies; null is always.")
    probability: float = Field(default=1, ge=0, le=1, description="How likely it applies.")

    def matches(self, method: str, path: str) -> bool:
        """Returns whether a request matches the rule."""
        return (
            self.method in {None, method}
            and fnmatchcase(path, self.path)
            and any(fnmatchcase(path, glob) for glob in self.touches)
        )
