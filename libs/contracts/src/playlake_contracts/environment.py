"""The prefix of the environment variables that are settings of Playlake."""

from typing import Final

PREFIX: Final = "PLAYLAKE_"
