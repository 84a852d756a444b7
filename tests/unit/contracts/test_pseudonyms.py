"""Pseudonyms: the same for the same key, source and id, and nothing of the id in them."""

from __future__ import annotations

import json
import re

import pytest

from playlake_contracts.pseudonyms import Pseudonyms
from playlake_contracts.sources.people import PEOPLE

KEY = b"synthetic key of 32 bytes, twice"
ADA = Pseudonyms("spotify", KEY)


def test_a_pseudonym_depends_on_key_source_and_id() -> None:
    first = ADA.of("ada")
    assert first is not None
    assert re.fullmatch(r"~[a-z2-7]{26}", first)
    others = {
        ADA.of("adam"),
        Pseudonyms("spotify", KEY + b"!").of("ada"),
        Pseudonyms("youtube", KEY).of("ada"),
    }
    assert Pseudonyms("spotify", KEY).of("ada") == first
    assert len({first, *others}) == 4


def test_no_id_and_a_pseudonym_get_none() -> None:
    assert ADA.of("") is None
    assert ADA.of(str(ADA.of("ada"))) is None
    assert ADA.of("~erased") is None


def test_the_fingerprint_tells_keys_apart_and_is_no_pseudonym() -> None:
    assert ADA.fingerprint != Pseudonyms("spotify", KEY + b"!").fingerprint
    assert f"~{ADA.fingerprint}" != ADA.of("key")
    assert KEY.decode() not in repr(ADA)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="has 15 bytes, and needs 16: take a random one"):
        Pseudonyms("spotify", b"x" * 15)


def test_users_get_pseudonyms_and_artists_stay() -> None:
    video = {
        "snippet": {
            "channelId": "UCada",
            "channelTitle": "Ada",
            "videoOwnerChannelId": "UCband",
            "videoOwnerChannelTitle": "The Band",
        }
    }
    mask = Pseudonyms("youtube", KEY).of
    found = json.loads(PEOPLE["youtube"].redacted(json.dumps(video).encode(), mask, artists=False))
    assert found["snippet"] == {
        "channelId": mask("UCada"),
        "channelTitle": None,
        "videoOwnerChannelId": "UCband",
        "videoOwnerChannelTitle": "The Band",
    }


def test_every_user_of_a_playlist_gets_one_and_all_else_stays() -> None:
    body = json.dumps(
        {
            "owner": {"id": "ada", "display_name": "Ada", "uri": "spotify:user:ada"},
            "items": [
                {"added_by": {"id": "bo"}, "track": {"id": "bo", "artists": [{"id": "ada"}]}},
                {"added_by": {"id": "", "href": "https://api/v1/users/"}, "track": None},
            ],
        }
    ).encode()
    found = json.loads(PEOPLE["spotify"].redacted(body, ADA.of, artists=False))
    ada, bo = ADA.of("ada"), ADA.of("bo")
    assert found == {
        "owner": {"id": ada, "display_name": None, "uri": f"spotify:user:{ada}"},
        "items": [
            {"added_by": {"id": bo}, "track": {"id": "bo", "artists": [{"id": "ada"}]}},
            {"added_by": {"id": "", "href": "https://api/v1/users/"}, "track": None},
        ],
    }
    again = PEOPLE["spotify"].redacted(json.dumps(found).encode(), ADA.of, artists=False)
    assert json.loads(again) == found
