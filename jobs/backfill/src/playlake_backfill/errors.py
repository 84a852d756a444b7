"""The errors of a backfill. Each message is one sentence: what is wrong and what to do.

ExplainedError
├── LakeError               of the lake itself; see `playlake_lake.errors`
├── EngineError             of the engine; see `playlake_engines.errors`
└── BackfillError
    └── NothingChosenError      no raw object is meant
"""

from __future__ import annotations

from playlake_contracts.explained import ExplainedError


class BackfillError(ExplainedError):
    """Ends a backfill; what is committed stays, and the same backfill goes on."""


class NothingChosenError(BackfillError):
    """No raw object is meant."""
