"""The sources that a deployment can read beside Spotify. A further one is registered here.

Each is a class with the settings of its table in the settings file, such as `[sources.youtube]`,
and a field of `Sources`. The rest of the template knows no source by its name.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from playlake_contracts.sources.youtube import KEEP_DAYS as YOUTUBE_DAYS
from playlake_infra.keeping import KEEP_FOREVER, KeepDays
from playlake_infra.run_schedule import RunSchedule

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the extractor takes, without what could break a line of its environment.
_Text = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\r\n]*[^\s][^\r\n]*$")]


class FurtherSource(RunSchedule):
    """The settings of a source beside Spotify.

    Attributes:
        name: the source, as the extractor's setting `source` names it.
        title: its name for a person; it begins the name of an output of the stack.
    """

    name: ClassVar[str]
    title: ClassVar[str]

    keep_days: KeepDays = KEEP_FOREVER
    playlists: _Text = Field(
        "mine",
        description="Playlists to snapshot, as the extractor's setting PLAYLAKE_PLAYLISTS.",
    )

    @property
    @abstractmethod
    def secret(self) -> str | None:
        """The extractor's setting that the secret of the source fills; None without a secret."""

    @property
    @abstractmethod
    def options(self) -> Mapping[str, str]:
        """The source's own settings of the extractor, those that are given."""


class ListenBrainz(FurtherSource):
    """ListenBrainz: public playlists need no token."""

    name: ClassVar = "listenbrainz"
    title: ClassVar = "ListenBrainz"

    user: _Text | None = Field(None, description="User whose playlists are `mine`.")
    contact: _Text | None = Field(
        None,
        description="E-mail address or web page at which ListenBrainz can reach you. Default: the "
        "profile page of the user.",
    )
    token: bool = Field(
        default=False,
        description="Whether a secret has a user token, with which private playlists are read.",
    )

    @property
    def secret(self) -> str | None:
        """The token is optional: a task cannot start with a secret that is empty."""
        return "listenbrainz_token" if self.token else None

    @property
    def options(self) -> Mapping[str, str]:
        """The user and how to reach somebody."""
        return _given(listenbrainz_user=self.user, listenbrainz_contact=self.contact)


class YouTube(FurtherSource):
    """YouTube: every request needs the API key of a project."""

    name: ClassVar = "youtube"
    title: ClassVar = "YouTube"

    keep_days: KeepDays = YOUTUBE_DAYS
    channel: str | None = Field(
        None,
        pattern=r"^UC[0-9A-Za-z_-]{22}$",
        description="Id of the channel whose public playlists are `mine`.",
    )

    @property
    def secret(self) -> str:
        """The API key."""
        return "youtube_api_key"

    @property
    def options(self) -> Mapping[str, str]:
        """The channel."""
        return _given(youtube_channel=self.channel)


class Sources(BaseModel):
    """The sources that a deployment reads beside Spotify; none by default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listenbrainz: ListenBrainz | None = None
    youtube: YouTube | None = None

    @property
    def chosen(self) -> list[FurtherSource]:
        """Those that are read."""
        fields = (getattr(self, name) for name in type(self).model_fields)
        return [source for source in fields if source is not None]

    @property
    def by_name(self) -> dict[str, FurtherSource]:
        """Those that are read, by name."""
        return {source.name: source for source in self.chosen}


class Account(RunSchedule):
    """A further account of Spotify, in a table such as `[accounts.ada]`."""

    playlists: _Text = Field(
        "mine",
        description="Playlists to snapshot, as the extractor's setting PLAYLAKE_PLAYLISTS.",
    )


def _given(**options: str | None) -> dict[str, str]:
    return {name: value for name, value in options.items() if value is not None}
