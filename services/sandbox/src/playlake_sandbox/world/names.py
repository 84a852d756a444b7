"""Names of artists, albums, songs and shows."""

from playlake_sandbox.world.dice import Dice
from playlake_sandbox.world.words import (
    ADJECTIVES,
    FAMILY_NAMES,
    GIVEN_NAMES,
    NOUNS,
    ODD_ARTISTS,
    ODD_TITLES,
    PLACES,
    VERBS,
    VERSIONS,
)

_ODD_PERCENT = 4
_VERSION_PERCENT = 9


def artist_name(dice: Dice) -> str:
    """Draws the name of a band or a person."""
    if dice.chance(_ODD_PERCENT):
        return dice.pick(ODD_ARTISTS)
    person = f"{dice.pick(GIVEN_NAMES)} {dice.pick(FAMILY_NAMES)}"
    band = f"{dice.pick(ADJECTIVES)} {dice.pick(NOUNS)}"
    return dice.pick((person, person, band, f"The {band}s", f"{band} Club"))


def title(dice: Dice) -> str:
    """Draws the title of an album or a song."""
    if dice.chance(_ODD_PERCENT):
        return dice.pick(ODD_TITLES)
    noun, adjective, verb = dice.pick(NOUNS), dice.pick(ADJECTIVES), dice.pick(VERBS)
    return dice.pick(
        (
            noun,
            f"{adjective} {noun}",
            f"{verb} the {noun}",
            f"{verb} the {adjective} {noun}",
            f"{noun} in {dice.pick(PLACES)}",
            f"{adjective} in {dice.pick(PLACES)}",
            f"{verb}, {verb}, {dice.pick(VERBS)}",
        )
    )


def song_name(dice: Dice, guest: str | None) -> str:
    """Draws the name of a song; it credits a guest artist as names on Spotify do."""
    name = title(dice)
    if dice.chance(_VERSION_PERCENT):
        return f"{name} - {dice.pick(VERSIONS)}"
    return f"{name} (feat. {guest})" if guest else name


def show_name(dice: Dice) -> str:
    """Draws the name of a podcast."""
    noun = dice.pick(NOUNS)
    return dice.pick((f"The {noun} Hour", f"{noun} & Friends", f"{dice.pick(PLACES)} {noun}"))
