"""A view of the world: for which app tier, and under which URL. Also images and users."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from playlake_sandbox.spotify_json import Fragment, Json, fragment
from playlake_sandbox.tiers import Tier
from playlake_sandbox.world.standing_playlists import Person

Shape = dict[str, Json]
IMAGE_HOST = "https://i.scdn.co/image"


@dataclass(frozen=True, slots=True)
class View:
    """A seed's world as apps of a tier see it; `base` is the server's URL without a final slash."""

    seed: int
    tier: Tier
    base: str

    def url(self, kind: str, identity: str) -> str:
        """Returns the URL of an object in the Web API."""
        return f"{self.base}/v1/{kind}s/{identity}"

    def cover_url(self, name: str, today: date) -> str:
        """Returns the URL of a playlist's cover; it expires, as those of Spotify do."""
        return f"{self.base}/image/{name}?day={today}"

    def identity(self, kind: str, identity: str) -> Shape:
        """Returns the five fields that identify any object."""
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{identity}"},
            "href": self.url(kind, identity),
            "id": identity,
            "type": kind,
            "uri": f"spotify:{kind}:{identity}",
        }

    def cut(self, shape: Shape) -> Shape:
        """Returns an object without the fields that the tier's responses do not have."""
        absent = self.tier.absent.get(str(shape["type"]), frozenset())
        return {name: value for name, value in shape.items() if name not in absent}


def pictures(name: str | None, sizes: dict[str, int]) -> list[Shape]:
    """Returns an image in several sizes (prefix to pixels); an empty list without a name."""
    if name is None:
        return []
    return [
        {"height": pixels, "url": f"{IMAGE_HOST}/{prefix}{name}", "width": pixels}
        for prefix, pixels in sizes.items()
    ]


@lru_cache(maxsize=256)
def added_by(view: View, person: Person) -> Fragment:
    """Returns a user as `added_by` of an entry, written as JSON."""
    return fragment(view.identity("user", person.id))


def owner(view: View, person: Person) -> Shape:
    """Returns a user as the owner of a playlist; the display name may be null."""
    return {"display_name": person.display_name, **view.identity("user", person.id)}


def user_profile(view: View, person: Person) -> Shape:
    """Returns a user's own profile."""
    return view.cut(
        {
            "account_id": f"account-{person.id}",
            "country": "NL",
            **owner(view, person),
            "email": f"{person.id}@example.com",
            "explicit_content": {"filter_enabled": False, "filter_locked": False},
            "followers": {"href": None, "total": 3},
            "images": [],
            "product": "premium",
        }
    )
