"""The podcasts: shows and their episodes, made from their numbers as the music is."""

from dataclasses import dataclass
from functools import lru_cache

from playlake_sandbox.world.attributes import (
    Markets,
    Release,
    draw_image,
    draw_markets,
    draw_release,
)
from playlake_sandbox.world.dice import Dice
from playlake_sandbox.world.ids import id_of
from playlake_sandbox.world.names import show_name, title
from playlake_sandbox.world.words import FAMILY_NAMES, GIVEN_NAMES

SHOWS = 61
MOST_EPISODES = 400
FEWEST_EPISODES = 20

_CACHED = 2_048


@dataclass(frozen=True, slots=True)
class Show:
    """A podcast."""

    id: str
    name: str
    publisher: str
    explicit: bool
    markets: Markets
    total_episodes: int
    image: str


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode of a show."""

    id: str
    name: str
    show: Show
    release: Release
    duration_ms: int
    image: str


@lru_cache(maxsize=SHOWS)
def show(seed: int, number: int) -> Show:
    """Returns the numbered show."""
    dice = Dice(seed, "show", number)
    return Show(
        id=id_of(seed, "show", number),
        name=show_name(dice),
        publisher=f"{dice.pick(GIVEN_NAMES)} {dice.pick(FAMILY_NAMES)}",
        explicit=dice.chance(20),
        markets=draw_markets(dice),
        total_episodes=dice.between(FEWEST_EPISODES, MOST_EPISODES),
        image=draw_image(dice),
    )


@lru_cache(maxsize=_CACHED)
def episode(seed: int, show_number: int, position: int) -> Episode:
    """Returns the episode at a position, starting from 0, of the numbered show."""
    dice = Dice(seed, "episode", show_number, position)
    return Episode(
        id=id_of(seed, "episode", show_number * MOST_EPISODES + position),
        name=f"{position + 1}: {title(dice)}",
        show=show(seed, show_number),
        release=draw_release(dice, first_year=2016, dated=True),
        duration_ms=dice.between(900_000, 5_400_000),
        image=draw_image(dice),
    )
