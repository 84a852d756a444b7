"""The history of a playlist: one pure fold over what its runs observed.

`fold` gives the changes, the memberships and the timeline; `difference` compares any two contents.
`reading` finds the observations of a playlist in a lake.
"""

from playlake_lake.history.differences import Difference, EntryChange, MovedRange, difference
from playlake_lake.history.folding import History, Step, advance, fold
from playlake_lake.history.metadata import Metadata, cover_of
from playlake_lake.history.state import State
from playlake_lake.history.values import (
    Change,
    ChangeKind,
    Contents,
    Entry,
    Instant,
    Joining,
    Membership,
    Observation,
    Stretch,
)

__all__ = [
    "Change",
    "ChangeKind",
    "Contents",
    "Difference",
    "Entry",
    "EntryChange",
    "History",
    "Instant",
    "Joining",
    "Membership",
    "Metadata",
    "MovedRange",
    "Observation",
    "State",
    "Step",
    "Stretch",
    "advance",
    "cover_of",
    "difference",
    "fold",
]
