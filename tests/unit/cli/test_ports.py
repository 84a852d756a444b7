from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from playlake.errors import CommandError
from playlake.services.ports import HOST, listen, listen_near, port_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(listen(0)) as other:
        yield port_of(other)


def test_a_port_is_bound_on_127_0_0_1_and_nobody_else_gets_it(taken: int) -> None:
    with socket.socket() as client:
        assert client.connect_ex((HOST, taken)) == 0
    with pytest.raises(CommandError, match=f"port {taken} is taken: free it"):
        listen(taken)


def test_instead_of_a_taken_port_another_one_is_bound_and_said(taken: int) -> None:
    said: list[str] = []
    with closing(listen_near(taken, "transformer", said.append)) as listening:
        port = port_of(listening)
    assert port != taken
    assert said == [f"port {taken} is taken, the transformer uses {port}"]


def test_the_preferred_port_goes_without_saying(taken: int) -> None:
    said: list[str] = []
    with closing(listen_near(0, "transformer", said.append)) as any_one:
        free = port_of(any_one)
    with closing(listen_near(free, "transformer", said.append)) as listening:
        assert port_of(listening) == free != taken
    assert said == []


def test_answers_on_a_port_are_not_held_back(taken: int) -> None:
    with closing(listen_near(taken, "transformer", lambda _: None)) as listening:
        assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
