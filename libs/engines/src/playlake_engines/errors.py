"""The errors of an engine. Each message is one sentence: what is wrong and what to do.

ExplainedError
└── EngineError     the engine cannot start, or has stopped
"""

from __future__ import annotations

from playlake_contracts.explained import ExplainedError


class EngineError(ExplainedError):
    """The engine cannot start, or has stopped before its end; what is done stays."""
