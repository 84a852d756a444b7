"""Each field of each struct may be absent, and is quarantined with its path if its type changes.

The fields come from the structs themselves, so a new field is tested too. All JSON is synthetic.
"""

from __future__ import annotations

from copy import deepcopy
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from tests.unit.transformer.curated import Curated, curate, frame
from tests.unit.transformer.synthetic import Json, entry, page, playlist, track
from tests.unit.transformer.test_details import details

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.sources.spotify import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]

# The contents of a playlist, in whichever struct: a page with entries.
CONTENTS = {"items", "tracks"}
ITEM_KEYS = {"classic": ("track",), "items": ("item",), "both": ("item", "track")}


def fields(kind: type[msgspec.Struct]) -> Iterator[tuple[str, Any]]:
    """The fields of a struct with their types, without null; contents are left out."""
    for name, kind_of in get_type_hints(kind, include_extras=True).items():
        types = get_args(kind_of) if get_origin(kind_of) in {Union, UnionType} else (kind_of,)
        [required] = [one for one in types if one not in {NoneType, msgspec.UnsetType}]
        if not (issubclass(kind, shapes.PlaylistMetadata) and name in CONTENTS):
            yield name, required


def sample(kind: Any) -> Any:  # noqa: ANN401 - any type, any JSON
    """A value of a type, with every field."""
    if get_origin(kind) is list:
        return [sample(get_args(kind)[0])]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return {name: sample(inner) for name, inner in fields(kind)}
    plain = getattr(kind, "__origin__", kind)
    return {str: "synthetic", int: 1, bool: False, msgspec.Raw: ["DE"]}[plain]


def paths(kind: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - any type
    """The path and the type of every field within a type, at any depth."""
    if get_origin(kind) is list:
        yield from paths(get_args(kind)[0], (*at, 0))
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for name, inner in fields(kind):
            yield (*at, name), inner
            yield from paths(inner, (*at, name))


def structs(kind: Any) -> Iterator[type[msgspec.Struct]]:  # noqa: ANN401 - any type
    if get_origin(kind) is list:
        yield from structs(get_args(kind)[0])
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
        for _, inner in fields(kind):
            yield from structs(inner)


def without(value: Json, path: Path) -> Json:
    changed = deepcopy(value)
    within: Any = changed
    for step in path[:-1]:
        within = within[step]
    del within[path[-1]]
    return changed


def with_wrong_type(value: Json, path: Path) -> Json:
    changed = deepcopy(value)
    within: Any = changed
    for step in path[:-1]:
        within = within[step]
    within[path[-1]] = 5 if isinstance(within[path[-1]], str | list | dict) else "synthetic"
    return changed


def written(path: Path) -> str:
    """A path as reasons have it."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


ITEM = {**sample(shapes.Item), "id": "track1", "type": "track", "uri": "spotify:track:1"}
ITEM_PATHS = list(paths(shapes.Item))
ENTRY_PATHS: list[Path] = [("added_at",), ("added_by",), ("added_by", "id"), ("is_local",)]
PLAYLIST = sample(shapes.PlaylistMetadata)
PLAYLIST_PATHS = list(paths(shapes.PlaylistMetadata))
DETAILS = {"artist": shapes.DetailedArtist, "album": shapes.DetailedAlbum}
TYPED = [path for path, kind in ITEM_PATHS if kind is not msgspec.Raw]


def curate_items(api: Any, *items: Json) -> Curated:  # noqa: ANN401 - a literal
    """Transform a playlist of items in a generation of the API."""
    sent = [
        {"added_at": "2024-02-29T12:34:56Z", **dict.fromkeys(ITEM_KEYS[api], item)}
        for item in items
    ]
    keys = {"classic": ("tracks",), "items": ("items",), "both": ("items", "tracks")}[api]
    return curate(frame({**PLAYLIST, **dict.fromkeys(keys, page(sent))}, api=api))


def test_every_struct_is_tested_here() -> None:
    roots = (shapes.Entry, shapes.TwofoldEntry, shapes.Playlist, shapes.TwofoldPlaylist)
    tested = {one for root in (*roots, *DETAILS.values()) for one in structs(root)}
    declared = {
        kind
        for kind in vars(shapes).values()
        if isinstance(kind, type)
        and issubclass(kind, msgspec.Struct)
        and kind is not msgspec.Struct
    }
    assert declared - tested == {shapes.Page, shapes.PlaylistMetadata}
    assert {name for name, _ in fields(shapes.Entry)} - {"item", "track"} == {
        str(path[0]) for path in ENTRY_PATHS
    }


@pytest.mark.parametrize("api", ITEM_KEYS)
def test_any_field_of_an_item_may_be_absent(api: str) -> None:
    whole, *rows = curate_items(api, ITEM, *(without(ITEM, path) for path, _ in ITEM_PATHS)).items
    decided = {"position", "identity", "item_type", "reason", "track_id"}
    for (path, _), row in zip(ITEM_PATHS, rows, strict=True):
        changed = {name for name in row if row[name] != whole[name]} - decided
        assert {row[name] for name in changed} <= {None}, path
    assert curate_items(api, *(without(ITEM, path) for path, _ in ITEM_PATHS)).quarantined() == []


@pytest.mark.parametrize("api", ITEM_KEYS)
def test_a_field_of_an_item_that_changes_its_type_is_quarantined_with_its_path(api: str) -> None:
    curated = curate_items(api, *(with_wrong_type(ITEM, path) for path in TYPED))
    assert len(curated.items) == len(TYPED)
    kept = curated.quarantined("playlist_items")
    for place, (path, row) in enumerate(zip(TYPED, kept, strict=True)):
        assert (row["code"], row["entry_position"]) == ("wrong_type", place)
        for key in ITEM_KEYS[api]:
            assert f"at `{written((key, *path))}`" in row["reason"], path


def test_markets_of_another_type_are_null() -> None:
    raws = [path for path, kind in ITEM_PATHS if kind is msgspec.Raw]
    assert raws == [("album", "available_markets"), ("available_markets",)]
    curated = curate_items("classic", *(with_wrong_type(ITEM, path) for path in raws))
    assert curated.quarantined() == []
    assert curated.only("tracks")["markets"] is None


def test_fields_of_an_entry_may_be_absent_or_change_their_type() -> None:
    whole = entry(track(), added_by=sample(shapes.User))
    absent = curate(frame(playlist([without(whole, path) for path in ENTRY_PATHS])))
    assert absent.quarantined() == []
    kept = curate(frame(playlist([with_wrong_type(whole, path) for path in ENTRY_PATHS])))
    assert len(kept.items) == len(ENTRY_PATHS)
    for path, row in zip(ENTRY_PATHS, kept.quarantined("playlist_items"), strict=True):
        assert row["reason"].endswith(f" - at `{written(path)}`")


@pytest.mark.parametrize("key", ["items", "tracks"])
def test_fields_of_a_playlist_may_be_absent_or_change_their_type(key: str) -> None:
    whole = {**PLAYLIST, key: page([entry(track())])}
    absent = curate(
        *(
            frame(without(whole, path), playlist_id=f"synthetic{n}")
            for n, (path, _) in enumerate(PLAYLIST_PATHS)
        )
    )
    assert (len(absent.rows("playlists")), absent.quarantined()) == (len(PLAYLIST_PATHS), [])
    changed = curate(
        *(
            frame(with_wrong_type(whole, path), playlist_id=f"synthetic{n}")
            for n, (path, _) in enumerate(PLAYLIST_PATHS)
        )
    )
    assert len(changed.items) == len(PLAYLIST_PATHS)
    for (path, _), row in zip(PLAYLIST_PATHS, changed.quarantined("playlists"), strict=True):
        assert row["reason"].endswith(f" - at `{written(path)}`")


@pytest.mark.parametrize("number", ["offset", "total"])
def test_a_number_of_a_page_may_be_absent_or_change_its_type(number: str) -> None:
    whole = page([entry(track())])
    assert curate(frame(playlist(tracks=without(whole, (number,))))).quarantined() == []
    [kept] = curate(frame(playlist(tracks=with_wrong_type(whole, (number,))))).quarantined()
    assert kept["reason"].endswith(f" - at `$.{number}`")


def test_the_entries_of_a_page_may_be_absent_or_change_their_type() -> None:
    whole = page([])
    assert curate(frame(playlist(tracks=without(whole, ("items",))))).quarantined() == []
    [kept] = curate(frame(playlist(tracks=with_wrong_type(whole, ("items",))))).quarantined()
    assert kept["reason"].endswith(" - at `$.items`")


@pytest.mark.parametrize("kind", DETAILS)
def test_fields_of_details_may_be_absent_or_change_their_type(kind: str) -> None:
    whole = sample(DETAILS[kind])
    inner = [(path, of) for path, of in paths(DETAILS[kind]) if path != ("id",)]
    named = [({**whole, "id": f"synthetic{n}"}, path) for n, (path, _) in enumerate(inner)]
    absent = curate(*(details(kind, without(sent, path)) for sent, path in named))
    assert (absent.quarantined(), len(absent.rows(f"{kind}s"))) == ([], len(inner))
    typed = [path for path, of in inner if of is not msgspec.Raw]
    changed = curate(*(details(kind, with_wrong_type(sent, path)) for sent, path in named))
    assert len(changed.rows(f"{kind}s")) == len(inner)
    for path, row in zip(typed, changed.quarantined(f"{kind}s"), strict=True):
        assert row["reason"].endswith(f" - at `{written(path)}`")


@pytest.mark.parametrize("kind", DETAILS)
def test_details_whose_id_changes_its_type_are_quarantined_with_its_path(kind: str) -> None:
    [kept] = curate(details(kind, with_wrong_type(sample(DETAILS[kind]), ("id",)))).quarantined()
    assert kept["reason"].endswith(" - at `$.id`")


@pytest.mark.parametrize(
    ("table", "told"), [("tracks", {"track_id", "album_id"}), ("albums", {"album_id"})]
)
def test_what_is_absent_is_null_in_the_tables_of_works(table: str, told: set[str]) -> None:
    bare = {"id": "track1", "type": "track", "album": {"id": "album1"}, "artists": [{"id": "a"}]}
    row = curate_items("classic", bare).only(table)
    nullable = {field.name for field in TABLES[table].schema if field.nullable}
    assert {name for name in nullable if row[name] is not None} == told & nullable


@pytest.mark.parametrize("kind", DETAILS)
def test_what_is_absent_from_details_is_null(kind: str) -> None:
    row = curate(details(kind, {"id": "synthetic"})).only(f"{kind}s")
    nullable = [field.name for field in TABLES[f"{kind}s"].schema if field.nullable]
    assert {row[name] for name in nullable} == {None}


def test_what_is_absent_from_a_playlist_is_null() -> None:
    row = curate(frame({})).only("playlists")
    nullable = {field.name for field in TABLES["playlists"].schema if field.nullable}
    assert {name for name in nullable if row[name] is not None} == {"api"}
