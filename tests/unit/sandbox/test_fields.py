import pytest

from playlake_sandbox.spotify_json import Json, fragment
from playlake_sandbox.web_api.fields import Selection, parse_fields, select


@pytest.mark.parametrize(
    ("text", "selection"),
    [
        ("", {}),
        ("id,snapshot_id", {"id": {}, "snapshot_id": {}}),
        ("owner.id", {"owner": {"id": {}}}),
        ("items(at,item(name)),next", {"items": {"at": {}, "item": {"name": {}}}, "next": {}}),
        ("a.items(b.name),a.total", {"a": {"items": {"b": {"name": {}}}, "total": {}}}),
    ],
)
def test_fields_are_parsed(text: str, selection: Selection) -> None:
    assert parse_fields(text) == selection


@pytest.mark.parametrize("text", ["items(", "items(name", "owner.", "id)"])
def test_incomplete_fields_are_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="fields"):
        parse_fields(text)


def test_only_selected_fields_are_kept_in_lists_and_fragments() -> None:
    value: Json = {"id": "1", "items": [{"item": fragment({"name": "A", "id": "2"}), "x": 1}, None]}
    kept = select(parse_fields("items(item(name),absent)"), value)
    assert kept == {"items": [{"item": {"name": "A"}}, None]}
