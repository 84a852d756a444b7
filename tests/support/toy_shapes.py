"""The raw shapes of the toy source, which exists to prove that a source needs no change elsewhere.

A playlist's response has its title and its first songs; a page has more of them:

    {"title": "Mornings", "songs": [{"code": "s1", "title": "One"}], "more": true}
    {"songs": [{"code": "s2", "title": "Two"}], "more": false}
"""

from __future__ import annotations

from typing import Final

SOURCE: Final = "toy"
KIND: Final = "playlist"

TITLE: Final = "title"
SONGS: Final = "songs"
CODE: Final = "code"
MORE: Final = "more"
