"""A checkpoint is bytes and comes back; another version is refused. All synthetic."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from synthetic_histories import random_world

from playlake_lake.history import State, fold


def test_a_state_is_bytes_and_comes_back() -> None:
    for seed in range(20):
        state = fold(random_world(Random(seed), 50)).state
        checkpoint = state.to_bytes()
        assert State.from_bytes(checkpoint) == state
        assert State.from_bytes(checkpoint).to_bytes() == checkpoint
    assert State.from_bytes(State().to_bytes()) == State()


def test_equal_states_give_equal_bytes_whatever_came_first() -> None:
    one = State(copies={"a": 1, "b": 2})
    assert one.to_bytes() == State(copies={"b": 2, "a": 1}).to_bytes()


def test_a_state_of_another_version_is_refused() -> None:
    later = msgspec.msgpack.encode({"schema": "playlake.history/2", "contents": "other"})
    with pytest.raises(ValueError, match=r"is 'playlake.history/2' and not 'playlake.history/1'"):
        State.from_bytes(later)


@pytest.mark.parametrize(
    "checkpoint",
    [b"", b"{}", State().to_bytes()[:-1], msgspec.msgpack.encode({"schema": 1})],
)
def test_what_is_no_state_is_one_sentence(checkpoint: bytes) -> None:
    with pytest.raises(ValueError, match="fold the history from its beginning"):
        State.from_bytes(checkpoint)


def test_a_damaged_state_of_this_version_is_one_sentence() -> None:
    damaged = msgspec.msgpack.encode({"schema": "playlake.history/1", "contents": 1})
    with pytest.raises(ValueError, match=r"the checkpoint cannot be read \(.*contents"):
        State.from_bytes(damaged)
