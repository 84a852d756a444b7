"""What the simulation knows of every message: who held it, and what excuses that it came again.

Work is done twice only for a reason. Each receive of a message beyond the first, and each
transform beyond one, needs a fault that hit this very message.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twins.aws.answers import seconds

from simulation.faults import DELETE, HIDE, PUT_RECORD, RECEIVE, SEND

if TYPE_CHECKING:
    from collections.abc import Collection

    from twins.aws.answers import Answer, Request

    from simulation.faults import Fault

# What the service bears without a message being processed again.
_BORNE = frozenset({"slow_transform", "conflict", "delay", "sigterm", "empty_poll"})
# What makes the processing of a message fail.
_FAILS = frozenset({"error", "throttling", "dead_pool_process", "failed_entry"})
# The longest pause of a message that failed, below every visibility timeout of the simulation.
LONGEST_BACKOFF = 30


@dataclass(slots=True)
class Ledger:
    """The accounts of a history, by the id of a message or the name of a process.

    Attributes:
        excuses: how often a message may come again.
        send_excuses: how often a dead letter may be sent again.
        held: the messages of a process, with their receipt handles.
        is_hidden_excused: whether messages may stay hidden until their timeout ends.
        owed: messages whose processing failed, and who has not given them back yet.
        frozen: processes that were dead or frozen for a time.
        not_given_back: those that came again only because their timeout ended.
    """

    excuses: Counter[str] = field(default_factory=Counter)
    send_excuses: int = 0
    transforms: Counter[str] = field(default_factory=Counter)
    receives: Counter[str] = field(default_factory=Counter)
    receives_at: list[float] = field(default_factory=list)
    empty_polls: Counter[str] = field(default_factory=Counter)
    held: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    is_hidden_excused: bool = False
    owed: dict[str, str] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    not_given_back: list[str] = field(default_factory=list)

    def note_answer(self, process: str, operation: str, request: Request, answer: Answer) -> None:
        """Note which messages a process holds now, and which it has deleted or given back."""
        for message in answer.get("Messages", ()):
            self.held[process][message["MessageId"]] = message["ReceiptHandle"]
            self.receives[message["MessageId"]] += 1
            if self.owed.pop(message["MessageId"], None) is not None:
                self.not_given_back.append(message["MessageId"])
            self.receives_at.append(seconds())
        is_given_back = operation == HIDE and request["VisibilityTimeout"] <= LONGEST_BACKOFF
        if operation.startswith(DELETE) or is_given_back:
            for entry in request.get("Entries", [request]):
                message_id = entry["ReceiptHandle"].rpartition("/")[0]
                self.held[process].pop(message_id, None)

    def note_fault(self, process: str, messages: Collection[str], label: str, fault: Fault) -> None:
        """Note a fault; it excuses the messages in whose processing it happened."""
        if label in {SEND, PUT_RECORD}:
            self.send_excuses += 1
        if label in {HIDE, RECEIVE} or fault.kind == "undeleted":
            self.is_hidden_excused = True
        if fault.kind not in _BORNE or label == HIDE:
            self.excuses.update(messages)
        if fault.kind in _FAILS and label != HIDE:
            self._owe(process, messages)

    def note_failed_call(self, process: str, operation: str, messages: Collection[str]) -> None:
        """Note a call that failed because nothing could be reached."""
        self.is_hidden_excused = True
        self.excuses.update(messages)
        if operation != HIDE:
            self._owe(process, messages)

    def _owe(self, process: str, messages: Collection[str]) -> None:
        """A process that was frozen once may hold outdated receipts: it owes nothing."""
        if process not in self.frozen:
            self.owed.update(dict.fromkeys(messages, process))

    def note_attempt(self, messages: Collection[str]) -> None:
        """Note that a process tries to give messages back, to keep or to delete them."""
        for message_id in messages:
            self.owed.pop(message_id, None)

    def note_lost(self, operation: str, answer: Answer) -> None:
        """Note an answer that a fault kept from the process: messages in it stay hidden."""
        if operation == RECEIVE:
            self.is_hidden_excused = True
            for message in answer.get("Messages", ()):
                self.excuses[message["MessageId"]] += 1

    def note_death(self, process: str) -> None:
        """Note that a process died or froze: what it held comes again."""
        self.frozen.add(process)
        self.is_hidden_excused = True
        self.send_excuses += 1
        self.excuses.update(self.held[process].keys())
        self.owed = {each: by for each, by in self.owed.items() if by != process}
