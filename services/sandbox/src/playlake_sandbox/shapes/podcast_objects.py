"""Podcast episodes, with their shows."""

from functools import lru_cache
from html import escape

from playlake_sandbox.shapes.music_objects import written_markets
from playlake_sandbox.shapes.view import Shape, View, pictures
from playlake_sandbox.spotify_json import Fragment, fragment
from playlake_sandbox.world.podcast_catalog import Episode, Show

_IMAGES = {"ab6765630000ba8a": 640, "ab67656300005f1f": 300, "ab6765630000f68d": 64}
_LANGUAGE = "en"


def episode(view: View, known: Episode) -> Shape:
    """Returns an episode of a playlist."""
    return {
        "audio_preview_url": None,
        "description": f"{known.show.publisher} on {known.name}.",
        "duration_ms": known.duration_ms,
        "episode": True,
        "explicit": known.show.explicit,
        **view.identity("episode", known.id),
        "html_description": f"<p>{escape(known.show.publisher)} on {escape(known.name)}.</p>",
        "images": pictures(known.image, _IMAGES),
        "is_externally_hosted": False,
        "is_playable": True,
        "language": _LANGUAGE,
        "languages": [_LANGUAGE],
        "name": known.name,
        "release_date": known.release.date,
        "release_date_precision": known.release.precision,
        "resume_point": {"fully_played": False, "resume_position_ms": 0},
        "show": _show(view, known.show),
        "track": False,
    }


@lru_cache(maxsize=256)
def _show(view: View, known: Show) -> Fragment:
    return fragment(
        view.cut(
            {
                "available_markets": written_markets(known.markets),
                "copyrights": [],
                "description": f"Conversations with {known.publisher}.",
                "explicit": known.explicit,
                **view.identity("show", known.id),
                "html_description": f"Conversations with {escape(known.publisher)}.",
                "images": pictures(known.image, _IMAGES),
                "is_externally_hosted": False,
                "languages": [_LANGUAGE],
                "media_type": "audio",
                "name": known.name,
                "publisher": known.publisher,
                "total_episodes": known.total_episodes,
            }
        )
    )
