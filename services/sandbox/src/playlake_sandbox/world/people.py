"""The listener whose library it is, and the others whose playlists are in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A Spotify user; some show no name."""

    id: str
    display_name: str | None


LISTENER = Person("sandbox-listener", "Robin Listener")
NEIGHBOUR = Person("31vesnaq7mlk5wq2", "Vesna ♪")
STRANGER = Person("1172640093", None)
SPOTIFY = Person("spotify", "Spotify")
NOBODY = Person("", None)
