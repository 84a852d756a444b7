"""Users: as somebody else's playlists show them, and as they see themselves."""

from functools import lru_cache

from playlake_sandbox.shapes.view import Shape, View
from playlake_sandbox.spotify_json import Fragment, fragment
from playlake_sandbox.world.standing_playlists import Person


@lru_cache(maxsize=256)
def user(view: View, person: Person) -> Fragment:
    """Returns a user as the one who added something."""
    return fragment(view.identity("user", person.id))


def owner(view: View, person: Person) -> Shape:
    """Returns a user as the owner of a playlist; some have no display name."""
    return {"display_name": person.display_name, **view.identity("user", person.id)}


def profile(view: View, person: Person) -> Shape:
    """Returns a user as they see themselves."""
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
