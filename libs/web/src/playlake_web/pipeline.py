"""What the page and the API need of what surrounds a lake, wherever it is.

PipelineError
├── NothingToDoError   nothing is meant: there is no reject, or none with these ids
├── NoSuchRunError     the lake has no raw object of this run
└── NotHereError       this lake has no such operation

The message of each is a sentence that anybody may read: it has no ARN, no bucket and no raw key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from playlake_web.facts.pipeline import DeadLetters, Surroundings

MOST_LETTERS: Final = 500
_MOST_TEXT: Final = 400
_RAW_KEY: Final = re.compile(
    r"(?:raw|rejected|curated)/\S*?run=(?P<run>[^\s/]+)/(?P<part>[a-z0-9-]+)[^\s,;:'\")]*"
)
_ACCOUNT: Final = re.compile(r"\b[0-9]{12}\b")
_ADDRESS: Final = re.compile(r"\b[a-z][a-z0-9+]*://[^\s,;'\")]+[^\s,;:.'\")]")
_ARN: Final = re.compile(r"\barn:[^\s,;'\")]+[^\s,;:.'\")]")
_PATH: Final = re.compile(r"(?<![\w.])/(?:[^\s/,;:'\")]+/)+(?P<name>[^\s/,;:'\")]*)")


class PipelineError(Exception):
    """What was asked of a pipeline was not done. Its message may be shown to anybody."""

    def __init__(self, sentence: str) -> None:
        super().__init__(public_text(sentence))


class NothingToDoError(PipelineError):
    """Nothing is meant."""


class NoSuchRunError(PipelineError):
    """The lake has no raw object of this run."""


class NotHereError(PipelineError):
    """This lake has no such operation."""


class Pipeline(Protocol):
    """What surrounds a lake. Operations take as long as they take, and are not done twice at once.

    Those that are done return one sentence about it; every method but `surroundings` may raise a
    `PipelineError`.
    """

    def surroundings(self) -> Surroundings:
        """What waits, what is stuck, and what can be done. What does not answer is unknown."""

    def dead_letters(self, limit: int) -> DeadLetters:
        """What was rejected, and what of it was dismissed, at most so many of each."""

    def redrive(self, ids: Collection[str] | None) -> str:
        """Have what was rejected processed anew; None is all of it but what was dismissed."""

    def dismiss(self, ids: Collection[str], by: str, reason: str) -> str:
        """Let what was rejected count no more: what was landed stays, and a redrive takes it back.

        Args:
            ids: the dead letters that are meant.
            by: who says so.
            reason: why.
        """

    def replay(self, run_id: str) -> str:
        """Transform the raw objects of a run again, and write their files anew."""

    def reconcile(self) -> str:
        """Go on with what was landed and left."""

    def crawl(self) -> str:
        """Start what registers new days in the catalog."""


def public_text(text: str) -> str:
    """A text for anybody: without ARNs, addresses, accounts, raw keys and folders of this machine.

    A raw key becomes its run and part, a path the name of its file.
    """
    for pattern, instead in (
        (_ARN, "a resource of AWS"),
        (_ADDRESS, "the lake"),
        (_RAW_KEY, r"\g<part> of \g<run>"),
        (_PATH, r"\g<name>"),
        (_ACCOUNT, "the account"),
    ):
        text = pattern.sub(instead, text)
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"
