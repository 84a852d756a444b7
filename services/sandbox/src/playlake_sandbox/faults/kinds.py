"""The kinds of faults: each is a rule with options of its own.

A kind only matches what it can touch: a page, the token endpoint, a playlist.
"""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from playlake_sandbox.faults.rules import Rule

HeaderText = Annotated[str, Field(pattern="^([!-~]([ -~]*[!-~])?)?$")]
Seconds = Annotated[float, Field(gt=0, le=3_600)]


class AnswerRule(Rule):
    """A fault that answers in the place of Spotify."""


class Status(AnswerRule):
    """Answers with an error status."""

    kind: Literal["status"]
    status: int = Field(ge=400, le=599)
    retry_after: HeaderText | int | float | None = Field(
        default=None, description="Retry-After, as it is sent."
    )
    reason: str | None = Field(default=None, description="Such as QUOTA_EXCEEDED.")
    message: str | None = None
    body: Literal["spotify", "text", "empty", "html"] = "spotify"


class Html(AnswerRule):
    """Answers 200 with an HTML page."""

    kind: Literal["html"]


class Empty(AnswerRule):
    """Answers 200 with nothing."""

    kind: Literal["empty"]


class InvalidGrant(AnswerRule):
    """Refuses a token, as if the refresh token had been revoked."""

    touches: ClassVar[str] = "/api/token"

    kind: Literal["invalid_grant"]


class DeliveryRule(Rule):
    """A fault in how the true answer arrives."""


class Truncated(DeliveryRule):
    """Sends half of the true answer and closes the connection."""

    kind: Literal["truncated"]


class Slow(DeliveryRule):
    """Drips the true answer, for so many seconds in all."""

    kind: Literal["slow"]
    seconds: Seconds


class Hang(DeliveryRule):
    """Says nothing for so many seconds, then sends the true answer."""

    kind: Literal["hang"]
    seconds: Seconds


class Reset(Rule):
    """Resets the connection without an answer."""

    kind: Literal["reset"]


class PageRule(Rule):
    """A fault in a page, or in the pages that a playlist embeds.

    An answer without a page, or whose pages are cut by `fields`, stays as it is.
    """

    touches: ClassVar[str] = "/v1/*playlists*"


class NextLoop(PageRule):
    """`next` leads to the page itself; from an embedded page to the beginning."""

    kind: Literal["next_loop"]


class NextEndless(PageRule):
    """`next` leads to a new address of the same page, every time."""

    kind: Literal["next_endless"]


class NextForeign(PageRule):
    """`next` leads to another host."""

    kind: Literal["next_foreign"]
    host: str = Field(default="http://127.0.0.1:9", pattern="^https?://[^/?#]+$")


class ShortPage(PageRule):
    """The page lacks its last entries, and leads on as if it had them."""

    kind: Literal["short_page"]
    entries: int = Field(default=1, ge=1)


class TotalLies(PageRule):
    """`total` is off by so many entries."""

    kind: Literal["total_lies"]
    by: int = 1


class StateRule(Rule):
    """A fault that changes what Spotify serves from this request on."""


class SnapshotChanges(StateRule):
    """Somebody edits the playlist: another snapshot_id, and its first entry gone."""

    touches: ClassVar[str] = "/v1/playlists/*"

    kind: Literal["snapshot_changes"]


class RotateRefreshToken(StateRule):
    """A refresh answers with a new refresh token; the old one is refused afterwards."""

    touches: ClassVar[str] = "/api/token"

    kind: Literal["rotate_refresh_token"]


class ExpireTokens(StateRule):
    """Every access token issued so far expires."""

    kind: Literal["expire_tokens"]


AnswerFault: TypeAlias = Status | Html | Empty | InvalidGrant
DeliveryFault: TypeAlias = Truncated | Slow | Hang
PageFault: TypeAlias = NextLoop | NextEndless | NextForeign | ShortPage | TotalLies
StateFault: TypeAlias = SnapshotChanges | RotateRefreshToken | ExpireTokens
FaultRule: TypeAlias = Annotated[
    AnswerFault | DeliveryFault | Reset | PageFault | StateFault, Field(discriminator="kind")
]
"""A rule of any kind."""
