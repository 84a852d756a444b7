"""What a run found that is worth telling. Values alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playlake_contracts.outcomes import Outcome
    from playlake_web.facts.feed import News
    from playlake_web.facts.playlists import PlaylistKey


@dataclass(frozen=True, slots=True)
class RejectedPart:
    """A raw object of a run that did not become rows.

    Attributes:
        part: its name in the run.
        code: the stable code of the error.
        reason: one sentence.
    """

    part: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a run ended before its manifest, or without having read enough.

    Attributes:
        code: the stable code of the error.
        reason: one sentence that says what to do.
        whose: whose run it was, as `whose_run` says it.
    """

    code: str
    reason: str
    whose: str


def whose_run(source: str, account: str | None) -> str:
    """The source of a run, with the account if that has a name."""
    return source if account is None else f"{source}/{account}"


@dataclass(frozen=True, slots=True)
class EndedRun:
    """A run of which nothing is left to transform.

    Attributes:
        run_id: the run.
        whose: whose run it is, as `whose_run` says it; empty if that is not known.
        rejected: its raw objects that were rejected.
        missing: the names of the parts that its manifest has and that nobody landed.
        stopped: why it stopped, if it did and that is known.
    """

    run_id: str
    whose: str = ""
    rejected: Sequence[RejectedPart] = ()
    missing: Sequence[str] = ()
    stopped: Stopped | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A playlist that a run could not read.

    Attributes:
        key: the playlist.
        outcome: what became of it.
        code: the stable code of what went wrong.
        reason: what went wrong, for a person.
        is_told: whether a notice is sent because of it: of a failure always, of another outcome
            when it begins.
    """

    key: PlaylistKey
    outcome: Outcome
    code: str | None
    reason: str | None
    is_told: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """A quality rule that more rows broke than is tolerated.

    Attributes:
        rule: the rule.
        table: the table of the rows.
        broken: the number of rows that broke it.
        checked: the number of rows that were checked by it.
        examples: keys of some of these rows.
    """

    rule: str
    table: str
    broken: int
    checked: int
    examples: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run found.

    Attributes:
        run: the run.
        asked: the number of playlists that it was asked for; 0 if it has no manifest.
        news: what changed, a playlist each; those that changed most come first.
        unread: the playlists that it could not read.
        alarms: the quality rules that too many rows broke.
        labels: the names of playlists.
        people: the names of people by id.
    """

    run: EndedRun
    asked: int
    news: Sequence[News]
    unread: Sequence[Unread]
    alarms: Sequence[Alarm]
    labels: Mapping[PlaylistKey, str]
    people: Mapping[str, str]

    @property
    def troubles(self) -> list[Unread]:
        """The playlists because of which a notice is sent, and not only named in one."""
        return [each for each in self.unread if each.is_told]

    @property
    def is_worth_telling(self) -> bool:
        """Whether something changed or is wrong."""
        run = self.run
        wrong = (self.troubles, self.alarms, run.rejected, run.missing, run.stopped)
        return bool(self.news) or any(wrong)
