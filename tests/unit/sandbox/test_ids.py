import pytest

from playlake_sandbox.world.ids import id_of, is_base62_id, number_of


@pytest.mark.parametrize("number", [0, 1, 61, 2**31, 2**32 - 1])
def test_an_id_is_decoded_to_its_number(number: int) -> None:
    assert number_of(7, "album", id_of(7, "album", number)) == number


def test_ids_have_spotifys_form_and_are_unique() -> None:
    ids = [id_of(7, kind, number) for kind in ("album", "artist") for number in range(2_000)]
    assert all(is_base62_id(each) for each in ids)
    assert len(set(ids)) == 4_000


@pytest.mark.parametrize(
    ("seed", "kind"), [(8, "album"), (7, "artist")], ids=["another seed", "another kind"]
)
def test_an_id_is_unknown_in(seed: int, kind: str) -> None:
    assert number_of(seed, kind, id_of(7, "album", 3)) is None


@pytest.mark.parametrize("strange", ["0" * 22, "Z" * 22, "4bEdcyI0l4zX2Ut5m5Xrhw"])
def test_an_id_of_another_world_is_unknown(strange: str) -> None:
    assert number_of(7, "album", strange) is None


@pytest.mark.parametrize("text", ["", "abc", "0" * 23, "0" * 21 + "-", "0" * 21 + "é"])
def test_other_texts_do_not_have_the_form_of_an_id(text: str) -> None:
    assert not is_base62_id(text)
