"""Retention: the snapshots of a source are removed when they are as old as it is told.

`docs/decisions/0047-retention.md` says in which order, and why.
"""
