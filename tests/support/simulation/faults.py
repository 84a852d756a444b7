"""The classes of faults, and the schedule that a seed makes of them: which call is hit, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from twins.aws.answers import Request

# The calls that can be hit, and about how often each is made for a part.
PUT_FILE, PUT_MARK, PUT_RECORD = "put_file", "put_mark", "put_record"
GET, GET_RECORD, HEAD, LIST = "get_object", "get_record", "head_object", "list_objects_v2"
RECEIVE, DELETE, HIDE = "receive_message", "delete_message", "change_message_visibility"
SEND, REGISTER, TRANSFORM = "send_message", "batch_create_partition", "transform"
_OFTEN: Final[Mapping[str, float]] = {
    PUT_FILE: 7,
    PUT_MARK: 1,
    GET: 1,
    RECEIVE: 0.7,
    DELETE: 1,
    REGISTER: 2,
    TRANSFORM: 1,
}
# Calls that most histories have few of: the first or the second of them is hit.
_SELDOM: Final = (PUT_RECORD, GET_RECORD, SEND, HIDE, HEAD, LIST, "start_crawler", "get_crawler")
_ANY: Final = (*_OFTEN, DELETE, PUT_MARK, *_SELDOM)
_TO_AWS: Final = tuple(label for label in _ANY if label != TRANSFORM)

# Which calls a class of faults hits; a call that stands twice is hit more often.
HIT_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "crash": _ANY,
    "zombie": (PUT_FILE, PUT_MARK, GET, DELETE, REGISTER, TRANSFORM),
    "error": (*_TO_AWS, REGISTER, REGISTER, REGISTER),
    "lost_reply": (*_TO_AWS, SEND, *[PUT_MARK] * 5, DELETE),
    "throttling": (*_TO_AWS, REGISTER, REGISTER, REGISTER),
    "delay": _TO_AWS,
    "expired_credentials": _TO_AWS,
    "sigterm": _ANY,
    "conflict": (PUT_FILE, PUT_FILE, PUT_MARK),
    "slow_transform": (TRANSFORM,),
    "dead_pool_process": (TRANSFORM,),
    "undeleted": (DELETE,),
    "failed_entry": (DELETE,),
    "empty_poll": (RECEIVE,),
}
_ALWAYS_AFTER: Final = ("lost_reply",)
_BEFORE_OR_AFTER: Final = ("crash", "zombie", "delay", "sigterm")
# Faults of the events and of whole services, which hit no single call.
DROPPED: Final = "dropped_event"
OTHERS: Final = (
    DROPPED,
    "duplicate_event",
    "late_event",
    "reordered_events",
    "replaced_object",
    "outage",
)
CLASSES: Final = (*HIT_BY, *OTHERS)
# Answers with 200 that are not what was done.
FORGED: Final = ("undeleted", "failed_entry")
PROBABILITY: Final = 0.36
# The least share of histories in which a class is to be met.
LEAST_MET: Final = 0.2


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call.

    Attributes:
        kind: the class of faults.
        is_after: whether AWS does what was asked for before it happens.
        seconds: how long it lasts, for those that last.
    """

    kind: str
    is_after: bool
    seconds: float


Schedule = dict[tuple[str, int], Fault]


def draw_schedule(dice: random.Random, objects: int) -> Schedule:
    """Draw which calls are hit: by their label and their number in the history, from 1."""
    schedule: Schedule = {}
    for kind, labels in HIT_BY.items():
        if dice.random() < PROBABILITY:
            for _ in range(dice.choice((1, 1, 2))):
                label = dice.choice(labels)
                number = _draw_number(dice, label, objects)
                schedule[label, number] = _draw_fault(dice, kind)
    return schedule


def _draw_number(dice: random.Random, label: str, objects: int) -> int:
    return 1 + dice.randrange(max(1, int(_OFTEN.get(label, 0) * objects) or 2))


def _draw_fault(dice: random.Random, kind: str) -> Fault:
    is_after = kind in _ALWAYS_AFTER or (kind in _BEFORE_OR_AFTER and dice.random() < 0.5)
    match kind:
        case "zombie":
            return Fault(kind, is_after, dice.uniform(10, 400))
        case "delay":
            return Fault(kind, is_after, dice.choice((0.3, 2, 10, dice.uniform(10, 100))))
        case "slow_transform":
            return Fault(kind, is_after, dice.uniform(60, 115))
        case "expired_credentials" | "empty_poll":
            return Fault(kind, is_after, dice.uniform(5, 30))
    return Fault(kind, is_after, dice.uniform(0, 2))


def label_of(operation: str, request: Request) -> str:
    """The name by which a call is hit: that of its operation, and for a put what is put."""
    key = str(request.get("Key", ""))
    if operation == GET and not key.startswith("raw/"):
        return GET_RECORD
    if operation != "put_object":
        return operation.removesuffix("_batch")
    if key.startswith("curated/loads/"):
        return PUT_MARK
    return PUT_FILE if key.startswith(("curated/", "quarantine/")) else PUT_RECORD
