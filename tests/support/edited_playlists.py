"""Playlists of the stand-in that are edited before every run, in every way that a person can.

The stand-in's own playlists lose and get entries and change their order. These have what it lacks:
songs that are put back, songs that Spotify withdraws and has again, copies that were added at the
same time, new names, other covers, and playlists that are deleted and restored. All synthetic.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from playlake_sandbox.world.made_playlists import Added, MadePlaylist, new_playlist
from playlake_sandbox.world.music_catalog import track
from playlake_sandbox.world.podcast_catalog import episode

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from playlake_sandbox.world.music_catalog import Track
    from playlake_sandbox.world.podcast_catalog import Episode

_BEFORE: Final = datetime(2026, 1, 1, tzinfo=UTC)
_COPIES: Final = 0.3
_WITHDRAWALS: Final = 0.4


@dataclass(slots=True, eq=False)
class _Kept:
    """A place in a playlist; Spotify no longer has a song that is `withdrawn`."""

    item: Track | Episode
    at: datetime
    withdrawn: bool = False


@dataclass(slots=True)
class EditedPlaylist:
    """A playlist that is edited at random.

    Attributes:
        random: the dice.
        held: what the stand-in serves.
    """

    random: Random
    held: MadePlaylist
    _kept: list[_Kept] = field(default_factory=list)
    _removed: list[Track | Episode] = field(default_factory=list)
    _now: datetime = _BEFORE

    @classmethod
    def make(
        cls, random: Random, seed: int, number: int, size: int, began: datetime
    ) -> EditedPlaylist:
        """A playlist with a number of entries, added hours apart before a time."""
        name = f"Edited {number}"
        held = new_playlist(seed, number, name, f"No. {number} &amp; more", public=True)
        made = cls(random, replace(held, image=f"{number:024x}"))
        for age in range(size, 0, -1):
            made._kept.append(_Kept(made._some_item(), began - timedelta(hours=age)))
        made._serve()
        return made

    def edit(self, now: datetime) -> None:
        """Edit it a few times; not every edit gives it another snapshot_id, as on Spotify."""
        self._now = now
        edits = self.random.choices((0, 1, 2, 4), weights=(3, 3, 2, 1))[0]
        for _ in range(edits):
            self.random.choice(_EDITS)(self)
            self._now += timedelta(seconds=1)
        if self.random.random() < _WITHDRAWALS:
            self._withdraw_or_restore()
        self._serve()

    def _serve(self) -> None:
        entries = tuple(Added(None if one.withdrawn else one.item, one.at) for one in self._kept)
        self.held = replace(self.held, entries=entries)

    def _changed(self) -> None:
        self.held = replace(self.held, revision=self.held.revision + 1)

    def _add(self) -> None:
        items = [self._some_item() for _ in range(self.random.randint(1, 4))]
        if self._kept and self.random.random() < _COPIES:
            items.append(self.random.choice(self._kept).item)
        if self.random.random() < _COPIES:  # in one request: copies of one time
            items += [items[0]] * self.random.randint(1, 2)
            self.random.shuffle(items)
        place = self.random.choice([len(self._kept), self._place()])
        self._kept[place:place] = [_Kept(item, self._now) for item in items]
        self._changed()

    def _remove(self) -> None:
        for _ in range(min(self.random.randint(1, 3), len(self._kept))):
            gone = self._kept.pop(self.random.randrange(len(self._kept)))
            self._removed.append(gone.item)
        self._changed()

    def _take_out_and_put_back(self) -> None:
        if self._kept:
            one = self._kept.pop(self.random.randrange(len(self._kept)))
            place = self.random.choice([len(self._kept), self._place()])
            self._kept.insert(place, _Kept(one.item, self._now, one.withdrawn))
            self._changed()

    def _bring_back(self) -> None:
        if self._removed:
            item = self._removed.pop(self.random.randrange(len(self._removed)))
            self._kept.append(_Kept(item, self._now))
            self._changed()

    def _move(self) -> None:
        length = self.random.randint(1, 5)
        start = self._place()
        block = self._kept[start : start + length]
        del self._kept[start : start + length]
        place = self._place()
        self._kept[place:place] = block
        self._changed()

    def _shuffle(self) -> None:
        if self.random.random() < 0.2:
            self.random.shuffle(self._kept)
            self._changed()

    def _withdraw_or_restore(self) -> None:
        for _ in range(self.random.randint(1, 3)):
            if self._kept:
                one = self.random.choice(self._kept)
                one.withdrawn = not one.withdrawn
        back = [one for one in self._kept if one.withdrawn and self.random.random() < 0.3]
        for one in back:
            one.withdrawn = False
        if self.random.random() < 0.5:
            self._changed()

    def _withdraw_and_remove_of_one_time(self) -> None:
        """Withdraw an entry and remove another that was added at the same time, if there are."""
        times = Counter(one.at for one in self._kept if not one.withdrawn)
        together = [at for at, count in times.items() if count > 1]
        if together:
            at = self.random.choice(together)
            one, other = [one for one in self._kept if one.at == at and not one.withdrawn][:2]
            one.withdrawn = True
            self._kept.remove(other)
            self._changed()

    def _rename(self) -> None:
        profile = self.held.profile
        changed = self.random.choice(
            (
                replace(profile, name=f"{profile.name.split(' (')[0]} ({self._now:%d %B})"),
                replace(profile, description=f"&lt;{self._now:%d %B}&gt;"),
                replace(profile, description=""),
                replace(profile, public=not profile.public),
                replace(profile, collaborative=not profile.collaborative),
            )
        )
        self.held = replace(self.held, profile=changed)
        if self.random.random() < 0.5:
            self.held = replace(self.held, image=f"{self.random.getrandbits(96):024x}")
        if self.random.random() < 0.7:
            self._changed()

    def _some_item(self) -> Track | Episode:
        seed = self.held.seed
        if self.random.random() < 0.05:
            return episode(seed, self.random.randrange(8), 0)
        return track(seed, self.random.randrange(400), 0)

    def _place(self) -> int:
        return self.random.randint(0, len(self._kept))


_EDITS: Final[tuple[Callable[[EditedPlaylist], None], ...]] = (
    EditedPlaylist._add,
    EditedPlaylist._add,
    EditedPlaylist._remove,
    EditedPlaylist._remove,
    EditedPlaylist._take_out_and_put_back,
    EditedPlaylist._bring_back,
    EditedPlaylist._move,
    EditedPlaylist._move,
    EditedPlaylist._shuffle,
    EditedPlaylist._withdraw_and_remove_of_one_time,
    EditedPlaylist._rename,
)
