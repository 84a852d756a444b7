"""The listener's library: the standing playlists, and any number of plain ones."""

from dataclasses import dataclass
from functools import lru_cache

from playlake_sandbox.world.attributes import draw_image
from playlake_sandbox.world.dice import Dice
from playlake_sandbox.world.ids import id_of, number_of
from playlake_sandbox.world.names import title
from playlake_sandbox.world.standing_playlists import Profile, standing_profiles

EDITORIAL_PREFIX = "37i9dQZF1"


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist of the library; `image` is None if it was empty on the first day."""

    seed: int
    number: int
    id: str
    image: str | None
    profile: Profile


@dataclass(frozen=True, slots=True)
class Library:
    """All playlists of a world: the standing ones, and `extra` plain ones.

    `largest` is the size of the first standing playlist. `plain_size` is the size of the plain
    ones, drawn if None. `daily_change_percent` is how likely a plain one changes on a day; if
    None, they change as the standing ones do.
    """

    seed: int
    extra: int = 0
    largest: int = 2_000
    plain_size: int | None = None
    daily_change_percent: int | None = None

    @property
    def count(self) -> int:
        """The number of playlists."""
        return len(standing_profiles(self.largest)) + self.extra

    @property
    def followed(self) -> list[int]:
        """The numbers of the playlists in the listener's list: all except editorial ones."""
        standing = standing_profiles(self.largest)
        own = [number for number, profile in enumerate(standing) if not profile.editorial]
        return [*own, *range(len(standing), self.count)]

    def playlist(self, number: int) -> Playlist:
        """Returns the numbered playlist; numbers run from 0 to `count` - 1."""
        return _playlist(self, number)

    def find(self, playlist_id: str) -> Playlist | None:
        """Returns the playlist with an id; None if there is none, or if it is editorial."""
        number = number_of(self.seed, "playlist", playlist_id)
        return self.playlist(number) if number is not None and number < self.count else None


@lru_cache(maxsize=16_384)
def _playlist(library: Library, number: int) -> Playlist:
    dice = Dice(library.seed, "playlist", number)
    standing = standing_profiles(library.largest)
    profile = standing[number] if number < len(standing) else _plain_profile(library, dice)
    return Playlist(
        seed=library.seed,
        number=number,
        id=_id(library.seed, number, profile),
        image=draw_image(dice) if profile.size else None,
        profile=profile,
    )


def _plain_profile(library: Library, dice: Dice) -> Profile:
    name, size = title(dice), dice.between(15, 300)
    return Profile(
        name=name,
        size=size if library.plain_size is None else library.plain_size,
        public=dice.chance(70),
        daily_change_percent=library.daily_change_percent,
    )


def _id(seed: int, number: int, profile: Profile) -> str:
    regular = id_of(seed, "playlist", number)
    return EDITORIAL_PREFIX + regular[len(EDITORIAL_PREFIX) :] if profile.editorial else regular
