"""The one error that the command raises on purpose.

It says in a sentence what is wrong and what to do; `__main__` prints it and exits with 1.
"""

from __future__ import annotations


class CommandError(Exception):
    """A person can put this right; the message is one sentence that says how."""


class NoLakeYetError(CommandError):
    """There is no lake, but a run or an import would make one."""
