"""A state is kept when it is as it was sealed, and put out of the way otherwise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from playlake.local_aws.launcher import fingerprints
from playlake.local_aws.state import keep_or_set_aside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GLUE, SQS = '{"payload": {"tables": 10}}', '{"payload": {"messages": ["synthetic"]}}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    state = tmp_path / "state"
    state.mkdir()
    (state / "glue.json").write_text(GLUE)
    (state / "sqs.json").write_text(SQS)
    (tmp_path / "state.seal").write_text(json.dumps(fingerprints(state)))
    return tmp_path


def kept(folder: Path) -> tuple[bool, list[str]]:
    said: list[str] = []
    return keep_or_set_aside(folder, said.append), said


def test_a_sealed_state_is_kept_without_a_word(folder: Path) -> None:
    assert kept(folder) == (True, [])
    assert (folder / "state" / "sqs.json").read_text() == SQS


def test_in_a_new_folder_there_is_none_and_nothing_is_said(tmp_path: Path) -> None:
    assert kept(tmp_path) == (False, [])


def test_the_state_of_a_killed_server_is_removed_and_said(folder: Path) -> None:
    (folder / "state.seal").unlink()
    is_kept, (said,) = kept(folder)
    assert not is_kept
    assert "left no complete state" in said
    assert not (folder / "state").exists()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "truncated": lambda file: file.write_text(SQS[:10]),
    "empty": lambda file: file.write_text(""),
    "zeros": lambda file: file.write_bytes(bytes(len(SQS))),
    "not UTF-8": lambda file: file.write_bytes(b"\xff\xfe"),
    "other JSON": lambda file: file.write_text("[]"),
    "missing": lambda file: file.unlink(),
    "another one beside it": lambda file: file.with_name("iam.json").write_text("{}"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_state_is_set_aside_whole_and_said(
    folder: Path, damage: Callable[[Path], object]
) -> None:
    damage(folder / "state" / "sqs.json")
    is_kept, (said,) = kept(folder)
    assert not is_kept
    assert f"set aside as {folder / 'state.unreadable-1'}" in said
    assert (folder / "state.unreadable-1" / "glue.json").read_text() == GLUE
    assert not (folder / "state").exists()
    assert not (folder / "state.seal").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\0", '{"sqs.json": "0"}'])
def test_a_damaged_seal_counts_as_a_damaged_state(folder: Path, text: str) -> None:
    (folder / "state.seal").write_text(text)
    assert not kept(folder)[0]
    assert (folder / "state.unreadable-1").is_dir()


def test_what_was_set_aside_before_stays(folder: Path) -> None:
    (folder / "state.unreadable-1").mkdir()
    (folder / "state.seal").write_text("")
    assert not kept(folder)[0]
    assert (folder / "state.unreadable-2" / "sqs.json").read_text() == SQS


def test_a_state_folder_that_is_gone_is_a_damaged_state(folder: Path) -> None:
    for file in (folder / "state").iterdir():
        file.unlink()
    (folder / "state").rmdir()
    assert not kept(folder)[0]
