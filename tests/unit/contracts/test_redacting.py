"""Users are taken out of JSON where a source has them, and every other byte stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlake_contracts.erased import ERASED_USER
from playlake_contracts.sources.people import PEOPLE, owner_of
from playlake_contracts.sources.spotify_dialects import exportify

if TYPE_CHECKING:
    from collections.abc import Callable

SPOTIFY = PEOPLE["spotify"]
GOLDEN = Path(__file__).parents[2] / "golden" / "saved-files"


def erasing(*users: str) -> Callable[[str], str | None]:
    """What stands in the place of users who were erased."""
    return lambda user: ERASED_USER if user in users else None


def without(body: str, *users: str, source: str = "spotify") -> str:
    return PEOPLE[source].redacted(body.encode(), erasing(*users)).decode()


def user(name: str, **more: object) -> dict[str, Any]:
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/user/{name}"},
        "href": f"https://api.spotify.com/v1/users/{name}",
        "id": name,
        "type": "user",
        "uri": f"spotify:user:{name}",
        **more,
    }


def test_ids_uris_links_and_names_go_and_the_rest_stays_byte_for_byte() -> None:
    body = json.dumps(
        {
            "owner": user("ada", display_name="Ada", images=[{"url": "https://i/ada"}]),
            "items": [
                {"added_by": user("ada"), "track": {"id": "ada", "name": "Ada", "type": "track"}},
                {"added_by": user("adam"), "track": None},
                {"added_by": None},
            ],
        },
        indent=3,
    )
    found = without(body, "ada")
    assert json.loads(found) == {
        "owner": user(ERASED_USER, display_name=None, images=[]),
        "items": [
            {
                "added_by": user(ERASED_USER),
                "track": {"id": "ada", "name": "Ada", "type": "track"},
            },
            {"added_by": user("adam"), "track": None},
            {"added_by": None},
        ],
    }
    assert found.count("\n   ") > 20  # as it was indented


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"added_by": {"id": "ada"}}', '{"added_by": {"id": "~erased"}}'),
        ('{"added_by": "ada"}', '{"added_by": "~erased"}'),
        ('{"added_by": "spotify:user:ada"}', '{"added_by": "spotify:user:~erased"}'),
        (
            '{"owner": {"name": "Ada", "url": "https://open.spotify.com/user/ada"}}',
            '{"owner": {"name": null, "url": "https://open.spotify.com/user/~erased"}}',
        ),
        ('["spotify:user:ada:collection"]', '["spotify:user:~erased:collection"]'),
        (r'["https:\/\/open.spotify.com\/user\/ada"]', '["https://open.spotify.com/user/~erased"]'),
        (r'{"added_by": {"id": "\u0061da"}}', '{"added_by": {"id": "~erased"}}'),
        (r'["spotify:\u0075ser:ada"]', '["spotify:user:~erased"]'),
        ('"a,b\\nx,spotify:user:ada\\n"', '"a,b\\nx,spotify:user:~erased\\n"'),
        ('{"x": {"type": "user", "id": "ada"}}', '{"x": {"type": "user", "id": "~erased"}}'),
    ],
)
def test_each_way_to_write_a_user_is_known(before: str, after: str) -> None:
    assert without(before, "ada") == after


@pytest.mark.parametrize(
    "body",
    [
        '{"x": {"type": "artist", "id": "ada", "uri": "spotify:artist:ada"}}',
        '{"name": "ada", "description": "by ada"}',
        '["spotify:user:adam", "https://open.spotify.com/users", "spotify:playlist:ada"]',
        '{"owner": {"id": "adam", "display_name": "ada"}}',
        "",
        "[]]}}",
    ],
)
def test_what_is_no_user_is_the_same_object(body: str) -> None:
    raw = body.encode()
    assert SPOTIFY.redacted(raw, erasing("ada")) is raw


def test_ids_that_a_link_has_to_encode_are_found() -> None:
    body = '{"added_by": {"id": "a+ö", "uri": "spotify:user:a%2B%C3%B6"}}'
    assert without(body, "a+ö") == (
        '{"added_by": {"id": "~erased", "uri": "spotify:user:~erased"}}'
    )


SHEET = 'Track URI,"Added By",Track Name\r\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            SHEET + 'a,ada,ada\r\nb,"ada","x\ny,ada"\r\n',
            SHEET + 'a,~erased,ada\r\nb,"~erased","x\ny,ada"\r\n',
        ),
        (SHEET + "a,spotify:user:ada,ada", SHEET + "a,spotify:user:~erased,ada"),
        (SHEET + "a,adam,ada\r\nada,,ada\r\n", None),
        ("added by;x\nada;ada\n\nbob;ada\n", "added by;x\n~erased;ada\n\nbob;ada\n"),
        ("\ufeffx\tAdded By\nada\t ada \n", "\ufeffx\tAdded By\nada\t~erased\n"),
        ("Added By\nada\n", None),
        ("it was added by ada, and so on", None),
    ],
)
def test_a_column_of_users_in_a_saved_csv_is_known(before: str, after: str | None) -> None:
    body = json.dumps({"pages": [before]})
    found = without(body, "ada")
    assert json.loads(found)["pages"] == [before if after is None else after]
    assert (found == body) is (after is None)


def test_users_of_listenbrainz_are_known_by_name_and_creators_of_tracks_are_artists() -> None:
    playlist = {
        "creator": "ada",
        "extension": {"x": {"collaborators": ["bob", "ada"]}},
        "track": [{"creator": "ada", "extension": {"x": {"added_by": "ada"}}}],
    }
    found = json.loads(without(json.dumps({"playlist": playlist}), "ada", source="listenbrainz"))
    assert found["playlist"] == {
        "creator": ERASED_USER,
        "extension": {"x": {"collaborators": ["bob", ERASED_USER]}},
        "track": [{"creator": "ada", "extension": {"x": {"added_by": ERASED_USER}}}],
    }


def test_a_channel_of_youtube_is_taken_out_as_owner_and_as_artist() -> None:
    snippet = {
        "channelId": "UC1",
        "channelTitle": "Ada",
        "videoOwnerChannelId": "UC2",
        "videoOwnerChannelTitle": "Bob",
    }
    body = json.dumps({"items": [{"snippet": snippet}]})
    (found,) = json.loads(without(body, "UC2", source="youtube"))["items"]
    assert found["snippet"] == {
        **snippet,
        "videoOwnerChannelId": ERASED_USER,
        "videoOwnerChannelTitle": None,
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(value=JSON, ascii_only=st.booleans(), indent=st.none() | st.integers(0, 3))
def test_json_without_the_user_is_never_changed_and_never_broken(
    value: object, ascii_only: bool, indent: int | None
) -> None:
    entries = {"before": value, "added_by": user("ada"), "after": value}
    body = json.dumps(entries, ensure_ascii=ascii_only, indent=indent)
    raw = body.encode(errors="surrogatepass")
    found = SPOTIFY.redacted(raw, erasing("ada")).decode(errors="surrogatepass")
    assert json.loads(found) == {**entries, "added_by": user(ERASED_USER)}


@pytest.mark.parametrize(
    ("source", "frame"),
    [
        ("spotify", {"playlist": {"owner": {"id": "ada"}}}),
        ("listenbrainz", {"playlist": {"playlist": {"creator": "ada"}}}),
        ("youtube", {"playlist": {"items": [{"snippet": {"channelId": "ada"}}]}}),
    ],
)
def test_the_owner_of_a_playlist_is_found(source: str, frame: dict[str, Any]) -> None:
    assert owner_of(json.dumps(frame).encode(), source) == "ada"
    assert owner_of(b'{"playlist": null}', source) is None
    assert owner_of(b"{", source) is None
    assert owner_of(b"{}", "toy") is None


@pytest.mark.parametrize("name", ["exportify-new.csv", "exportify-semicolons.csv"])
def test_a_saved_csv_reads_the_same_but_for_the_user(name: str) -> None:
    text = (GOLDEN / name).read_bytes().decode("utf-8-sig")
    body = json.dumps(text).encode()
    before = [json.loads(each.entry) for each in exportify.read(body, []).entries]
    ids = {str(each["added_by"]["id"]) for each in before if each.get("added_by")}
    user = min(ids)
    clean = SPOTIFY.redacted(body, erasing(user))
    after = [json.loads(each.entry) for each in exportify.read(clean, []).entries]
    for each in before:
        if each.get("added_by") == {"id": user}:
            each["added_by"] = {"id": ERASED_USER}
    assert after == before
    assert clean != body
