"""The names under which Spotify's image host keeps pictures."""

from playlake_sandbox.world.dice import Dice


def draw_image(dice: Dice) -> str:
    """Draws the name of a picture: 24 hexadecimal characters."""
    return f"{dice.below(1 << 96):024x}"
