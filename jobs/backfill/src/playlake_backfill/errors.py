"""The errors of a backfill. Each message is one sentence: what is wrong and what to do.

ExplainedError
├── LakeError               of the lake itself; see `playlake_lake.errors`
└── BackfillError
    ├── NothingChosenError      no raw object is meant
    └── EngineError             the engine cannot start, or has stopped
"""

from __future__ import annotations

from playlake_contracts.explained import ExplainedError


class BackfillError(ExplainedError):
    """Ends a backfill; what is committed stays, and the same backfill goes on."""


class NothingChosenError(BackfillError):
    """No raw object is meant."""


class EngineError(BackfillError):
    """The engine cannot start, or has stopped before its end."""
