from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playlake_contracts.errors import Destination, PlaylakeError
from playlake_extractor import errors

if TYPE_CHECKING:
    from collections.abc import Iterator


def descendants(kind: type[PlaylakeError]) -> Iterator[type[PlaylakeError]]:
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from descendants(child)


def test_the_tree_at_the_top_of_the_module_names_every_error() -> None:
    drawn = errors.__doc__ or ""

    assert [error.__name__ for error in descendants(PlaylakeError)] == [
        word for word in drawn.split() if word.endswith("Error") and word != "PlaylakeError"
    ]


@pytest.mark.parametrize("kind", errors.StopError.__subclasses__())
def test_every_error_that_stops_the_run_has_an_exit_status(kind: type[errors.StopError]) -> None:
    error = kind("…")

    assert error.info.destination is Destination.EXIT
    assert error.exit_status == error.info.exit_status


@pytest.mark.parametrize("kind", errors.PlaylistError.__subclasses__())
def test_every_error_of_a_playlist_is_an_outcome(kind: type[errors.PlaylistError]) -> None:
    assert kind("…").info.destination is Destination.OUTCOME
