"""A notice: one message about one run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SCHEMA: Final = "playlake.notice/1"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message.

    Attributes:
        identity: what distinguishes it; of a run, the run's id. A message that is sent again has
            the same.
        subject: one line.
        text: the message, in lines.
        facts: what it says, for a program.
    """

    identity: str
    subject: str
    text: str
    facts: Mapping[str, Any]

    def json(self) -> bytes:
        """The notice as a JSON object in UTF-8: its facts, and `subject` and `text` as well."""
        found = {
            "schema": SCHEMA,
            "id": self.identity,
            "subject": self.subject,
            "text": self.text,
            **self.facts,
        }
        return json.dumps(found, ensure_ascii=False).encode(errors="replace")


def trial_notice(now: datetime) -> Notice:
    """A message that says only that it is a test.

    Args:
        now: the time, UTC.
    """
    moment = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    return Notice(
        identity=f"test-{now:%Y%m%dT%H%M%SZ}",
        subject="Playlake: this is a test",
        text=f"This is a test of {moment}. No run is meant: notices of runs arrive here.\n",
        facts={"kind": "test", "run_id": None},
    )


def one_line(text: str, most: int = 300) -> str:
    """A text of a source as a part of one line: a control character cannot begin another.

    Args:
        text: the text.
        most: the most characters of it; more are cut.
    """
    said = "".join(letter if letter.isprintable() else " " for letter in text)
    said = " ".join(said.split())
    return said if len(said) <= most else f"{said[: most - 1]}…"


def scheduled_at(run_id: str) -> datetime:
    """The time that a run was scheduled for, UTC."""
    return RunId.parse(run_id).scheduled_at
