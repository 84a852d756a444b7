"""The twelve standing playlists, most of them with an edge case, and their owners."""

from dataclasses import dataclass, replace
from enum import Enum


@dataclass(frozen=True, slots=True)
class Person:
    """A Spotify user; some have no display name."""

    id: str
    display_name: str | None


LISTENER = Person("sandbox-listener", "Robin Listener")
NEIGHBOUR = Person("31vesnaq7mlk5wq2", "Vesna ♪")
STRANGER = Person("1172640093", None)
SPOTIFY = Person("spotify", "Spotify")
NOBODY = Person("", None)


class Kind(Enum):
    """What the entries of a playlist are."""

    SONGS = "songs"
    LOCAL_FILES = "songs and local files"
    EPISODES = "songs and podcast episodes"
    UNAVAILABLE = "songs, null items and takedowns"
    DUPLICATES = "every song three times"
    ANCIENT = "songs added before dates were kept"


@dataclass(frozen=True, slots=True)
class Profile:
    """A playlist without its contents.

    `size` is its number of entries on the first day. A `still` playlist never changes.
    `daily_change_percent` is how likely a day replaces some songs; if None, most days change the
    playlist and its size.
    """

    name: str
    size: int
    kind: Kind = Kind.SONGS
    description: str | None = ""
    owner: Person = LISTENER
    public: bool = True
    collaborative: bool = False
    still: bool = False
    daily_change_percent: int | None = None

    @property
    def editorial(self) -> bool:
        """Whether Spotify owns the playlist and hides it from every app."""
        return self.owner == SPOTIFY


_LARGEST = Profile("Everything, Always", 2_000, description=None)
_OTHERS = (
    Profile("From the old laptop", 40, Kind.LOCAL_FILES),
    Profile("Songs & stories", 60, Kind.EPISODES, "songs &amp; talk for the tram &#x2F; train"),
    Profile("What is left of 2009", 50, Kind.UNAVAILABLE),
    Profile("", 0, public=False, still=True),
    Profile("on repeat on repeat", 45, Kind.DUPLICATES),
    Profile("Starred", 64, Kind.ANCIENT, description=None, still=True),
    Profile("Road trip: Vesna + Robin", 90, owner=NEIGHBOUR, public=False, collaborative=True),
    Profile("Stranger's crate", 120, owner=STRANGER),
    Profile("Morning Coffeehouse", 50, owner=SPOTIFY, still=True),
    Profile("\N{WAVING BLACK FLAG} قائمة الشتاء \N{SNOWFLAKE}", 130, public=False),
    Profile("Für später", 25),
)


def standing_profiles(largest: int) -> tuple[Profile, ...]:
    """Returns the twelve profiles; the first has `largest` items."""
    return replace(_LARGEST, size=largest), *_OTHERS
