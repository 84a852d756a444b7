"""What needs a look in what surrounds a lake, with the button that mends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from playlake_web.facts.health import failing, has_failed_crawl, health_of, is_stuck
from playlake_web.facts.pipeline import OperationName
from playlake_web.pages.environment import Page
from playlake_web.words import age_words, count_of, day_words, time_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from playlake_web.facts.pipeline import DeadLetters, Status
    from playlake_web.pages.viewing import View

_READABLE: Final = {
    "last_commit_at": "The lake cannot be read",
    "waiting": "What waits cannot be counted",
    "queued": "The queue cannot be read",
    "overwrites": "The queue of the overwriter cannot be read",
    "dead_letters": "The dead letters cannot be read",
    "crawler": "The crawler does not answer",
}
_STOPS: Final = ("last_commit_at", "waiting", "queued")
_DONE: Final = {
    "running": ("Under way", "idle"),
    "done": ("Done", "well"),
    "failed": ("Failed", "bad"),
}
_DOING: Final[Mapping[OperationName, str]] = {
    OperationName.REDRIVE: "Sending dead letters back",
    OperationName.DISMISS: "Dismissing dead letters",
    OperationName.REPLAY: "Transforming a run again",
    OperationName.RECONCILE: "Going on with what waits",
    OperationName.CRAWL: "Crawling",
}


@dataclass(frozen=True, slots=True)
class Button:
    """A button that begins an operation.

    Attributes:
        operation: the operation.
        action: the address that its form is sent to.
        label: what it says.
        command: what does the same on a command line.
        values: what its form carries.
    """

    operation: OperationName
    action: str
    label: str
    command: str
    values: Mapping[str, str] = field(default_factory=dict)


class Trouble(NamedTuple):
    """Something that needs a look.

    Attributes:
        state: the shape that it is shown with.
        heading: what it is.
        word: its state in a word or two.
        text: why, and what to do.
        button: what mends it, if this lake has that.
        link: where to look, and what that is.
    """

    state: str
    heading: str
    word: str
    text: str
    button: Button | None = None
    link: tuple[str, str] | None = None


class StandingStill(NamedTuple):
    """What stands still: the sentence, and what is safe."""

    answer: str
    evidence: str


REDRIVE_ALL: Final = Button(
    OperationName.REDRIVE, "/dlq/redrive", "Send all back", "playlake redrive", {"all": "true"}
)
RECONCILE: Final = Button(
    OperationName.RECONCILE, "/reconcile", "Go on with what waits", "playlake reconcile"
)
CRAWL: Final = Button(
    OperationName.CRAWL, "/crawl", "Crawl now", "aws glue start-crawler --name CRAWLER"
)


def redrive_button(letter_id: str) -> Button:
    """The button that sends one dead letter back."""
    command, values = "playlake redrive --part KEY", {"ids": letter_id}
    return Button(OperationName.REDRIVE, "/dlq/redrive", "Send back", command, values)


def replay_button(run_id: str) -> Button:
    """The button that transforms a run again."""
    command = f"playlake replay --run {run_id} --overwrite"
    values = {"run_id": run_id}
    return Button(OperationName.REPLAY, "/replay", "Transform this run again", command, values)


def standing_still(status: Status) -> StandingStill | None:
    """What stands still, since when, and what is safe; None if all moves."""
    unread = next((each for each in _STOPS if each in status.unreadable), None)
    if unread is not None:
        return StandingStill(f"{_READABLE[unread]}.", _safe(status))
    if not is_stuck(status) or status.waiting is None or status.waiting_since is None:
        return None
    are = "is" if status.waiting == 1 else "are"
    answer = f"{count_of(status.waiting, 'raw object')} {are} waiting, and nothing moves."
    since = f"The oldest was landed {_ago(status.waiting_since, status.at)}. "
    return StandingStill(answer, since + _safe(status))


def troubles(status: Status) -> list[Trouble]:
    """What needs a look, the worst first."""
    found = [
        *_unreadable(status),
        *_waiting(status),
        *_dead(status),
        *_crawler(status),
        *_failed_run(status),
        *_process(status),
    ]
    return sorted(found, key=lambda each: ("bad", "warn").index(each.state))


def news(view: View) -> Trouble | None:
    """What an operation does or did: one that runs, has failed, or was just begun here."""
    operation = view.status.operation
    if operation is None or (operation.state == "done" and view.did != operation.id):
        return None
    word, state = _DONE[operation.state]
    text = operation.said or f"It began at {time_words(operation.began_at)}, and goes on by itself."
    return Trouble(state, _DOING[operation.name], word, text, link=("/status", "Look again"))


def status_page(view: View, here: str = "") -> Page:
    """How a lake is doing; of one that stands still, that first."""
    status, found = view.status, troubles(view.status)
    still = standing_still(status)
    health = health_of(status, whole=True)
    answer = "All is well." if not found else f"{_things(len(found))} a look."
    values = {
        "view": view,
        "is_still": still is not None,
        "answer": answer if still is None else still.answer,
        "evidence": _safe(status) if still is None else still.evidence,
        "news": news(view),
        "troubles": found,
        "health": health,
        "up_to": _up_to(status),
        "is_readable": "last_commit_at" not in status.unreadable,
    }
    return Page("status.html", values, here=here)


def dead_letters_page(view: View, found: DeadLetters) -> Page:
    """What was rejected, and why."""
    nothing = "No dead letter counts." if found.dismissed_total else "Nothing is rejected."
    values = {
        "view": view,
        "news": news(view),
        "answer": f"{count_of(found.total, 'dead letter')}." if found.total else nothing,
        "can_dismiss": OperationName.DISMISS in view.status.operations,
        "found": found,
        "all": REDRIVE_ALL,
        "one": redrive_button,
    }
    return Page("dlq.html", values)


def _things(count: int) -> str:
    return count_of(count, "thing needs", "things need")


def _ago(moment: datetime, now: datetime) -> str:
    return f"{_at(moment)}, {age_words(now - moment)} ago"


def _up_to(status: Status) -> str:
    at = status.last_commit_at
    return "" if at is None else f"up to {day_words(at.date())}, {time_words(at)}"


def _safe(status: Status) -> str:
    at = status.last_commit_at
    if at is None:
        return "What was landed is safe in the lake."
    state = f"{day_words(at.date())}, {time_words(at)}"
    return f"What was landed is safe in the lake; the tables show the state of {state}."


def _unreadable(status: Status) -> Iterator[Trouble]:
    for name in status.unreadable:
        why = status.unknown[name]
        text = f"{why[:1].upper()}{why[1:]}. Nothing is lost by that."
        yield Trouble("bad", _READABLE[name], "No answer", text, link=("/status", "Look again"))


def _waiting(status: Status) -> Iterator[Trouble]:
    if not status.waiting or status.waiting_since is None:
        return
    is_bad = is_stuck(status)
    text = "Landed, and neither committed nor rejected. " + (
        "Nothing goes on with that by itself any more."
        if is_bad
        else "What transforms it may be about to."
    )
    heading = f"{count_of(status.waiting, 'raw object')} waiting"
    word = f"Oldest {age_words(status.at - status.waiting_since)}"
    yield Trouble("bad" if is_bad else "warn", heading, word, text, _here(status, RECONCILE))


def _dead(status: Status) -> Iterator[Trouble]:
    if not status.dead_letters:
        return
    since = status.dead_since
    word = "Rejected" if since is None else f"Oldest {age_words(status.at - since)}"
    text = "Each has its reason. Send them back when that is mended."
    heading = count_of(status.dead_letters, "dead letter")
    button, look = _here(status, REDRIVE_ALL), ("/dlq", "Look at them")
    yield Trouble("bad", heading, word, text, button, look)


def _crawler(status: Status) -> Iterator[Trouble]:
    if has_failed_crawl(status):
        text = "New days may not be in the catalog yet. The next commit starts it again."
        yield Trouble("warn", "The last crawl has failed", "Failed", text, _here(status, CRAWL))


def _failed_run(status: Status) -> Iterator[Trouble]:
    schedule = status.schedule
    if schedule is not None and schedule.failed is not None:
        reason = f"{schedule.failed[:1].upper()}{schedule.failed[1:]}".rstrip(".")
        at = schedule.next_run_at
        then = "The next one is under way" if at is None else f"The next one is due {_at(at)}"
        yield Trouble("warn", "The last run has failed", "Failed", f"{reason}. {then}.")


def _at(moment: datetime) -> str:
    return f"on {day_words(moment.date())} at {time_words(moment)}"


def _process(status: Status) -> Iterator[Trouble]:
    for each in failing(status):
        text = f"{each.detail[:1].upper()}{each.detail[1:]}. What it does not finish, another does."
        yield Trouble("bad", f"This transformer: {each.name}", "Failing", text)


def _here(status: Status, button: Button) -> Button | None:
    return button if button.operation in status.operations else None
