"""The errors that the command raises on purpose.

Each says in a sentence what is wrong and what to do; `__main__` prints it and exits with 1.
"""

from __future__ import annotations

from playlake_contracts.explained import ExplainedError


class CommandError(ExplainedError):
    """A person can put this right; the message is one sentence that says how."""


class NoLakeYetError(CommandError):
    """There is no lake, but a run or an import would make one."""
