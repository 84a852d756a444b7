"""Tombstones: who has an id can ask, and nobody can read one."""

from __future__ import annotations

import pytest

from playlake_contracts.erased import NOTHING, Erased, Kind, Tombstone

ADA = Tombstone.of("spotify", Kind.USER, "ada")


def test_a_tombstone_is_a_key_without_the_id() -> None:
    assert Tombstone.parse(str(ADA)) == ADA
    assert "ada" not in str(ADA)
    assert str(ADA).startswith("erasures/source=spotify/user.")


def test_two_tombstones_of_one_id_look_different_and_mean_the_same() -> None:
    again = Tombstone.of("spotify", Kind.USER, "ada")
    assert (again.salt, again.digest) != (ADA.salt, ADA.digest)
    assert Erased((again,)).has("spotify", Kind.USER, "ada")


@pytest.mark.parametrize(
    ("source", "kind", "name", "is_erased"),
    [
        ("spotify", Kind.USER, "ada", True),
        ("spotify", Kind.USER, "Ada", False),
        ("spotify", Kind.PLAYLIST, "ada", False),
        ("youtube", Kind.USER, "ada", False),
    ],
)
def test_an_id_is_erased_as_what_it_was(
    source: str, kind: Kind, name: str, is_erased: bool
) -> None:
    erased = Erased((ADA,))
    assert erased.has(source, kind, name) is is_erased
    assert erased.has(source, kind, name) is is_erased  # the second answer is remembered


def test_receipts_beside_tombstones_are_passed_over() -> None:
    keys = ["erasures/receipt-20261130T060000Z-00000000.json", str(ADA), f"{ADA}.json"]
    assert Erased.listed(keys).tombstones == (ADA,)
    assert not Erased.listed(keys[:1])
    assert not NOTHING


@pytest.mark.parametrize("key", ["", "erasures/", str(ADA).upper(), f"{ADA}0"])
def test_another_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="is not the key of a tombstone"):
        Tombstone.parse(key)
