"""From where the world is looked at: which app tier asks, and under which address."""

from dataclasses import dataclass

from playlake_sandbox.spotify_json import Json
from playlake_sandbox.tiers import Tier

Shape = dict[str, Json]
IMAGE_HOST = "https://i.scdn.co/image"


@dataclass(frozen=True, slots=True)
class View:
    """A seed's world as shown to apps of a tier; `base` is the server's URL without a slash."""

    seed: int
    tier: Tier
    base: str

    def url(self, kind: str, identity: str) -> str:
        """Returns the address of an object in the Web API."""
        return f"{self.base}/v1/{kind}s/{identity}"

    def identity(self, kind: str, identity: str) -> Shape:
        """Returns the five fields by which every object is known."""
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{identity}"},
            "href": self.url(kind, identity),
            "id": identity,
            "type": kind,
            "uri": f"spotify:{kind}:{identity}",
        }

    def cut(self, shape: Shape) -> Shape:
        """Returns the object without the fields that the tier does not get."""
        absent = self.tier.absent.get(str(shape["type"]), frozenset())
        return {name: value for name, value in shape.items() if name not in absent}


def pictures(name: str | None, sizes: dict[str, int]) -> list[Shape]:
    """Returns an image in several sizes (prefix to pixels), or none at all."""
    if name is None:
        return []
    return [
        {"height": pixels, "url": f"{IMAGE_HOST}/{prefix}{name}", "width": pixels}
        for prefix, pixels in sizes.items()
    ]
