"""Errors that a person can put right."""

from __future__ import annotations


class ExplainedError(Exception):
    """A person can put this right; the message is one sentence: what is wrong and what to do."""
