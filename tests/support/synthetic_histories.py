"""Synthetic playlists: contents written as texts, and random worlds of many runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from playlake_contracts.outcomes import Outcome
from playlake_lake.history import Entry, Instant, Metadata, Observation

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from playlake_lake.history import Contents

BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SILENT: Final = [
    outcome
    for outcome in Outcome
    if outcome not in {Outcome.LANDED, Outcome.UNCHANGED, Outcome.GONE}
]


def instant(hour: int) -> Instant:
    """A moment by its hour; the run is named after it."""
    return Instant(BEGIN + timedelta(hours=hour), f"run{hour:05}")


def added(minute: int | None) -> datetime | None:
    """A time of addition by its minute."""
    return None if minute is None else BEGIN + timedelta(minutes=minute)


def contents(text: str) -> Contents:
    """Contents such as `A@1 B@2:user null@3 hole C`: identity, time of addition, user."""
    return tuple(map(_entry, text.split()))


def shown(entries: Contents) -> str:
    """Contents as the text that `contents` reads; former identities are in brackets."""
    return " ".join(map(_shown, entries))


def _entry(text: str) -> Entry:
    what, _, minute = text.partition("@")
    minute, _, user = minute.partition(":")
    item_type = {"null": "unavailable", "hole": "unreadable"}.get(what, "track")
    identity = None if what in {"null", "hole"} else what
    return Entry(identity, added(int(minute) if minute else None), user or None, item_type)


def _shown(entry: Entry) -> str:
    name = "hole" if entry.is_hole else entry.identity or "null"
    former = f"({entry.former_identity})" if entry.former_identity else ""
    if entry.added_at is None:
        return name + former
    minute = (entry.added_at - BEGIN) // timedelta(minutes=1)
    return f"{name}{former}@{minute}" + (f":{entry.added_by}" if entry.added_by else "")


def random_contents(
    random: Random, most: int, *, identities: int = 8, minutes: int = 3
) -> Contents:
    """Contents with copies, without null entries and holes."""
    return tuple(
        Entry(f"t{random.randrange(identities)}", added(random.randrange(minutes)), "u")
        for _ in range(random.randrange(most + 1))
    )


def random_world(random: Random, runs: int) -> list[Observation]:
    """The observations of a random playlist, in order, with all that can happen to one."""
    world = _World(random)
    return [world.observe(hour) for hour in range(runs)]


class _World:
    """A playlist that is edited, and observed with failures."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.contents = random_contents(random, 12)
        self.landed: list[tuple[str, Contents]] = []
        self.metadata = Metadata("name", "description", "owner", True, False, "cover")  # noqa: FBT003

    def observe(self, hour: int) -> Observation:
        """What a run says; every third one finds the playlist edited."""
        now, chance = instant(hour), self.random.random()
        if chance < 0.3:
            self._edit(hour)
        if chance < 0.4 or not self.landed:
            seen = tuple(map(self._misread, self.contents))
            self.landed.append((now.run_id, seen))
            return Observation.landed(now, seen, self._sent(hour))
        if chance < 0.75:
            return Observation.unchanged(now, *self.landed[-1])
        if chance < 0.8:  # an imported run came in between
            return Observation.unchanged(now, *self.random.choice(self.landed))
        if chance < 0.85:
            return Observation.unchanged(now, "expired", None)
        if chance < 0.9:
            return Observation.gone(now)
        return Observation.silent(now, self.random.choice(_SILENT))

    def _edit(self, hour: int) -> None:
        entries, random = list(self.contents), self.random
        edits: list[Callable[[list[Entry], int], None]] = [
            lambda all_, at: all_.insert(at, Entry(f"t{random.randrange(8)}", added(hour), "u")),
            lambda all_, at: all_.insert(at, all_.pop(random.randrange(len(all_)))),
            lambda all_, at: all_.__setitem__(at, all_[at]._replace(added_at=added(hour))),
            lambda all_, at: all_.__setitem__(
                at, Entry(None, all_[at].added_at, None, "unavailable")
            ),
            lambda all_, at: all_.__delitem__(at),
        ]
        for _ in range(random.randrange(4)):
            edit = random.choice(edits) if entries else edits[0]
            edit(entries, random.randrange(len(entries)) if entries else 0)
        self.contents = tuple(entries)

    def _misread(self, entry: Entry) -> Entry:
        if self.random.random() < 0.97:
            return entry
        return Entry(None, entry.added_at, None, "unreadable")

    def _sent(self, hour: int) -> Metadata | None:
        chance = self.random.random()
        if chance < 0.1:
            return None
        return Metadata(f"name {hour // 20}" if chance < 0.6 else None, public=chance < 0.9)
