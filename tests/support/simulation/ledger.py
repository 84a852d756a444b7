"""What the simulation knows of every message: who held it, and what excuses that it came again.

Work is done twice only for a reason. Each receive of a message beyond the first, and each
transform beyond one, needs a fault that hit this very message.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twins.aws.answers import seconds

from simulation.faults import DELETE, HIDE, RECEIVE, SEND

if TYPE_CHECKING:
    from twins.aws.answers import Answer, Request

    from simulation.faults import Fault

# What the service bears without a message being processed again.
_BORNE = frozenset({"slow_transform", "conflict", "delay", "sigterm", "empty_poll"})
# The longest pause of a message that failed, below every visibility timeout of the simulation.
LONGEST_BACKOFF = 30


@dataclass(slots=True)
class Ledger:
    """The accounts of a history, by the id of a message or the name of a process."""

    excuses: Counter[str] = field(default_factory=Counter)
    send_excuses: int = 0
    transforms: Counter[str] = field(default_factory=Counter)
    receives: Counter[str] = field(default_factory=Counter)
    receives_at: list[float] = field(default_factory=list)
    empty_polls: Counter[str] = field(default_factory=Counter)
    held: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    is_hidden_excused: bool = False

    def note_answer(self, process: str, operation: str, request: Request, answer: Answer) -> None:
        """Note which messages a process holds now, and which it has deleted or given back."""
        for message in answer.get("Messages", ()):
            self.held[process][message["MessageId"]] = message["ReceiptHandle"]
            self.receives[message["MessageId"]] += 1
            self.receives_at.append(seconds())
        is_given_back = operation == HIDE and request["VisibilityTimeout"] <= LONGEST_BACKOFF
        if operation == DELETE or is_given_back:
            self.held[process].pop(request["ReceiptHandle"].rpartition("/")[0], None)

    def note_fault(self, message_id: str | None, label: str, fault: Fault) -> None:
        """Note a fault; it excuses the message in whose processing it happened."""
        if label == SEND or message_id is None:
            self.send_excuses += 1
        if label == HIDE or label == RECEIVE:
            self.is_hidden_excused = True
        if message_id is not None and (fault.kind not in _BORNE or label == HIDE):
            self.excuses[message_id] += 1

    def note_failed_call(self, message_id: str | None) -> None:
        """Note a call that failed because nothing could be reached."""
        self.is_hidden_excused = True
        if message_id is not None:
            self.excuses[message_id] += 1

    def note_lost(self, operation: str, answer: Answer) -> None:
        """Note an answer that a fault kept from the process: messages in it stay hidden."""
        if operation == RECEIVE:
            self.is_hidden_excused = True
            for message in answer.get("Messages", ()):
                self.excuses[message["MessageId"]] += 1

    def note_death(self, process: str) -> None:
        """Note that a process died or froze: what it held comes again."""
        self.is_hidden_excused = True
        self.send_excuses += 1
        for message_id in self.held[process]:
            self.excuses[message_id] += 1
