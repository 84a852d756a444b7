"""The definition of a run, which stays the same from its plan to its manifest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from playlake_extractor.run.parts import PartLimits

if TYPE_CHECKING:
    from playlake_contracts.pseudonyms import Pseudonyms
    from playlake_contracts.runs import RunId


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the extractor, or an import of saved files.

    Attributes:
        source: the name of the source, such as `spotify`.
        run_id: the same for the same source and scheduled time, so a run started twice is one run.
        extractor_version: recorded in the manifest.
        limits: when a part is full.
        refresh_after: how long an unchanged playlist's snapshot is in force; 0 lands all.
        account: the account that reads the source; None if it has no name.
        pseudonyms: stand in the place of users, if that is wanted.
    """

    source: str
    run_id: RunId
    extractor_version: str
    trigger: Literal["schedule", "import"] = "schedule"
    limits: PartLimits = field(default_factory=PartLimits)
    refresh_after: timedelta = timedelta(0)
    account: str | None = None
    pseudonyms: Pseudonyms | None = None
