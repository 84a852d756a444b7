import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlake_contracts.content import ContentDigest, entry_identity, has_changed, page_start

texts = st.none() | st.text(max_size=5)
entries = st.tuples(st.integers(0, 2**31 - 1), texts, texts)


@pytest.mark.parametrize(
    ("values", "identity"),
    [
        (("spotify:track:1", "1", "Song", ["Artist"]), "spotify:track:1"),
        ((None, "1", "Song", ["Artist"]), "id:1"),
        (("", "1", "Song", ["Artist"]), "id:1"),
        (("", "", "Song", ["One", None, "", "Two"]), "name:Song\tOne\tTwo"),
        ((None, None, "Song", []), "name:Song"),
        ((None, None, None, ["Artist"]), None),
        (("", "", "", []), None),
    ],
)
def test_an_entry_is_identified_by_its_uri_else_its_id_else_its_names(
    values: tuple[str | None, str | None, str | None, list[str | None]], identity: str | None
) -> None:
    assert entry_identity(*values) == identity


def digest(*added: tuple[int, str | None, str | None]) -> str:
    found = ContentDigest()
    for position, identity, added_at in added:
        found.add([position], [identity], [added_at])
    return str(found)


@given(st.lists(entries, max_size=6), st.randoms())
def test_a_digest_does_not_depend_on_the_order_of_reading(
    added: list[tuple[int, str | None, str | None]], random: object
) -> None:
    shuffled = sorted(added, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert digest(*added) == digest(*shuffled)


@pytest.mark.parametrize("change", [(1, "a", "t"), (0, "b", "t"), (0, "a", "u"), (0, None, "t")])
def test_a_digest_differs_by_position_identity_and_date(
    change: tuple[int, str | None, str | None],
) -> None:
    assert digest((0, "a", "t")) != digest(change)


def test_a_digest_starts_with_its_version() -> None:
    assert digest().startswith("2:")
    assert len(digest((0, "a", None))) == len("2:") + 32


@pytest.mark.parametrize(
    ("one", "other", "changed"),
    [
        ("2:aa", "2:aa", False),
        ("2:aa", "2:bb", True),
        ("aa", "bb", True),
        ("2:aa", "aa", None),
        ("2:aa", "3:aa", None),
        (None, "2:aa", None),
        ("2:aa", None, None),
    ],
)
def test_digests_of_different_versions_are_never_compared(
    one: str | None, other: str | None, changed: bool | None
) -> None:
    assert has_changed(one, other) is changed


@pytest.mark.parametrize(
    ("offset", "next_position", "start"), [(None, 7, 7), (100, 7, 100), (5, 7, 7), (0, 0, 0)]
)
def test_a_page_starts_at_its_offset_or_after_the_entries_read(
    offset: int | None, next_position: int, start: int
) -> None:
    assert page_start(offset, next_position) == start
