from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from playlake_contracts.sources.spotify import item_with_content, page_with_entries


@dataclass(frozen=True)
class Page:
    items: list[str] | None = None
    total: int | None = None


@dataclass(frozen=True)
class Item:
    uri: str | None = None
    id: str | None = None
    name: str | None = None


FULL, OTHER, EMPTY = Page(["a"], 1), Page(["b"], 1), Page([], 4)
STUB, NONE_AT_ALL = Page(None, 4), Page(None, 0)


@pytest.mark.parametrize(
    ("items", "tracks", "holder"),
    [
        pytest.param(FULL, OTHER, FULL, id="both hold entries"),
        pytest.param(FULL, None, FULL, id="items alone"),
        pytest.param(None, FULL, FULL, id="tracks alone"),
        pytest.param(STUB, FULL, FULL, id="items is a stub"),
        pytest.param(EMPTY, FULL, FULL, id="items is empty"),
        pytest.param(FULL, EMPTY, FULL, id="tracks is empty"),
        pytest.param(EMPTY, None, EMPTY, id="an empty playlist"),
        pytest.param(STUB, EMPTY, EMPTY, id="a stub and an empty page"),
        pytest.param(NONE_AT_ALL, None, NONE_AT_ALL, id="no list and a total of zero"),
        pytest.param(STUB, None, None, id="entries withheld"),
        pytest.param(STUB, Page(None, None), None, id="entries withheld under both keys"),
        pytest.param(None, None, None, id="no page"),
    ],
)
def test_the_page_with_entries_is_read(
    items: Page | None, tracks: Page | None, holder: Page | None
) -> None:
    assert page_with_entries([items, tracks]) is holder


@pytest.mark.parametrize("identified", [Item(uri="u"), Item(id="i"), Item(name="n")])
def test_the_item_with_content_is_read(identified: Item) -> None:
    empty = Item()
    assert item_with_content([empty, identified]) is identified
    assert item_with_content([None, identified]) is identified
    assert item_with_content([identified, Item(uri="other")]) is identified
    assert item_with_content([empty, None]) is empty
    assert item_with_content([None, None]) is None


def test_the_older_key_is_not_evaluated_if_the_newer_one_has_content() -> None:
    def pages() -> Iterator[Page]:
        yield FULL
        pytest.fail("the page under the older key was read")

    assert page_with_entries(pages()) is FULL
