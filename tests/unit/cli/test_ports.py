from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from playlake.ports import HOST, announced_port, choose_port, is_free

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_is_free_is_chosen() -> None:
    free = choose_port()
    assert is_free(free)
    assert choose_port(free) == free


def test_instead_of_a_taken_port_a_free_one_is_chosen(taken: int) -> None:
    assert not is_free(taken)
    assert is_free(choose_port(taken))


def test_another_port_than_the_preferred_one_is_said(taken: int) -> None:
    said: list[str] = []
    port = announced_port(taken, "transformer", said.append)
    assert said == [f"port {taken} is taken, the transformer uses {port}"]


def test_the_preferred_port_goes_without_saying() -> None:
    said: list[str] = []
    free = choose_port()
    assert announced_port(free, "transformer", said.append) == free
    assert said == []
