import json

from hypothesis import given, settings
from hypothesis import strategies as st

from playlake_sandbox.spotify_json import Fragment, Json, fragment, write

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc_", min_size=1), inner),
)


def test_objects_are_indented_and_lists_inline_as_spotify_writes_them() -> None:
    value: Json = {
        "artists": [{"name": "Björk"}, {"name": None}],
        "available_markets": ["AD", "AE"],
        "external_ids": {},
        "images": [],
        "explicit": False,
        "popularity": 0,
    }
    assert write(value) == (
        "{\n"
        '  "artists" : [ {\n'
        '    "name" : "Björk"\n'
        "  }, {\n"
        '    "name" : null\n'
        "  } ],\n"
        '  "available_markets" : [ "AD", "AE" ],\n'
        '  "external_ids" : { },\n'
        '  "images" : [ ],\n'
        '  "explicit" : false,\n'
        '  "popularity" : 0\n'
        "}"
    )


@settings(max_examples=40)
@given(VALUES)
def test_written_json_is_parsed_to_the_same_value(value: Json) -> None:
    assert json.loads(write(value)) == value


@settings(max_examples=40)
@given(VALUES)
def test_a_fragment_is_written_like_the_value_it_holds(value: Json) -> None:
    assert write({"a": [{"b": fragment(value)}]}) == write({"a": [{"b": value}]})


def test_a_fragment_holds_its_text() -> None:
    assert fragment(["a"]) == Fragment('[ "a" ]')
