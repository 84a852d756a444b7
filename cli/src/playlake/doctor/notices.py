"""Checks where notices of runs are sent, without sending one."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from playlake.notifying.saved import saved_file
from playlake.notifying.settings import read_notice_settings

if TYPE_CHECKING:
    from playlake.doctor.findings import Findings
    from playlake.project import Project

_NOTICES = "notices"
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def look_at_notices(findings: Findings, project: Project) -> None:
    """Check the settings of notices, and who may read those that were saved.

    Raises:
        CommandError: a setting is wrong.
    """
    channels = read_notice_settings(project).channels()
    for channel in channels:
        findings.ok(_NOTICES, f"are sent to {channel.place}: `playlake notify --test` tries it")
    if not channels:
        findings.ok(_NOTICES, "are sent nowhere: `playlake notify` says how to change that")
    file = saved_file(project)
    if file.exists() and (mode := stat.S_IMODE(file.stat().st_mode)) & _FOR_OTHERS:
        text = f"others may read {file} (mode {mode:04o}): chmod 600 {file}"
        findings.problem(_NOTICES, text)
