"""The state that a local AWS left: trusted as a whole or not at all.

State is everything but the objects: queues, catalog, stacks. It can be made anew from the template
and from the objects, which are written at once and not part of it.
"""

from __future__ import annotations

import json
import shutil
from itertools import count
from typing import TYPE_CHECKING

from playlake.local_aws.launcher import SEAL, STATE, fingerprints

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def keep_or_set_aside(folder: Path, say: Callable[[str], None]) -> bool:
    """Whether the state is as it was sealed; what is not is put out of the way.

    A state without a seal is that of a server that was killed: it is outdated, and removed. A
    state that differs from its seal is damaged, and set aside as `state.unreadable-N`.

    Args:
        folder: that of a local AWS that does not run.
        say: receives a sentence when a state was there and is not kept.
    """
    state, seal = folder / STATE, folder / SEAL
    if not seal.exists():
        if state.exists():
            shutil.rmtree(state)
            say("The local AWS left no complete state when it ended: its queues and catalog are "
                "made anew, its objects stay.")  # fmt: skip
        return False
    if _sealed(seal) == fingerprints(state):
        return True
    aside = _unused(folder)
    _move(state, aside)
    seal.unlink()
    say(
        f"The state of the local AWS is damaged and set aside as {aside}: its queues and catalog "
        "are made anew, its objects stay."
    )
    return False


def _sealed(seal: Path) -> object:
    try:
        return json.loads(seal.read_bytes())
    except ValueError:  # damaged: it equals no fingerprints
        return None


def _move(state: Path, aside: Path) -> None:
    if state.exists():
        state.rename(aside)
    else:
        aside.mkdir()


def _unused(folder: Path) -> Path:
    names = (folder / f"{STATE}.unreadable-{number}" for number in count(1))
    return next(name for name in names if not name.exists())
