from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlake_contracts.sources.spotify_references import parse_reference
from playlake_extractor.run.playlist_selection import parse_references

ID = "0123456789abcdefABCDEF"

ids = st.from_regex(r"[0-9A-Za-z]{22}", fullmatch=True)
forms = st.sampled_from(
    [
        "{}",
        "spotify:playlist:{}",
        "spotify:user:someone:playlist:{}",
        "https://open.spotify.com/playlist/{}",
        "https://open.spotify.com/playlist/{}?si=0a1b2c3d4e5f",
        "http://open.spotify.com/playlist/{}/",
        "open.spotify.com/intl-de/playlist/{}?si=1#top",
        "https://open.spotify.com/user/someone/playlist/{}",
        "https://open.spotify.com/embed/playlist/{}",
    ]
)
separators = st.sampled_from([",", " ", ", ", "\n", " ,\t"])


@given(st.lists(st.tuples(ids, forms), min_size=1), separators)
def test_every_form_of_a_reference_gives_the_ids_in_order_and_once(
    written: list[tuple[str, str]], separator: str
) -> None:
    references = [form.format(playlist_id) for playlist_id, form in written]
    expected = tuple(dict.fromkeys(playlist_id for playlist_id, _ in written))

    assert parse_references(separator.join(references), parse_reference) == expected
    assert parse_references(json.dumps(references), parse_reference) == expected


@pytest.mark.parametrize(
    "nonsense",
    [
        "Mornings",
        ID[:-1],
        f"{ID}0",
        f"spotify:album:{ID}",
        f"spotify:playlist:{ID}:x",
        f"https://open.spotify.com/album/{ID}",
        f"https://open.spotify.com.example.com/playlist/{ID}",
        f"https://example.com/playlist/{ID}",
        f"../{ID[3:]}",
        "ß" * 22,
        "٣" * 22,  # digits, but not ASCII's
    ],
)
def test_nonsense_is_refused_with_its_position_and_text(nonsense: str) -> None:
    with pytest.raises(ValueError, match="entry 2, ") as caught:
        parse_references(f"{ID},{nonsense},{ID}", parse_reference)

    assert repr(nonsense) in str(caught.value)


@pytest.mark.parametrize("empty", ["", " \n", ",,", "[]"])
def test_a_list_of_nothing_is_refused(empty: str) -> None:
    with pytest.raises(ValueError, match="it names no playlist"):
        parse_references(empty, parse_reference)


@pytest.mark.parametrize("broken", ["[", "[1]", '["a"', '[["a"]]'])
def test_a_list_that_only_looks_like_json_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="not a JSON list of texts"):
        parse_references(broken, parse_reference)
