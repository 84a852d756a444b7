"""The composition root for a lake in a folder: transforms what is landed there, and ends."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import structlog

from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import RAW_PREFIX
from playlake_contracts.selection import Selection
from playlake_lake.backlog import waiting
from playlake_lake.errors import LakeError
from playlake_lake.identity import open_lake
from playlake_transformer import __version__
from playlake_transformer.adapters.clock import SystemClock
from playlake_transformer.adapters.folder import FolderRejects
from playlake_transformer.adapters.memory import raw_budget
from playlake_transformer.adapters.processes import PARTS_A_PROCESS, ProcessTransforms
from playlake_transformer.backlog import Backlog
from playlake_transformer.committers import Bounds
from playlake_transformer.errors import ConfigurationError, FolderUnavailableError
from playlake_transformer.folder_committer import folder_committer

if TYPE_CHECKING:
    from playlake_contracts.keys import RawKey
    from playlake_lake.folder import Folder
    from playlake_transformer.backlog import Result
    from playlake_transformer.settings import FolderSettings

_log = structlog.get_logger()


async def transform_folder(settings: FolderSettings) -> None:
    """Commit the raw objects that are to be replayed, or that are neither committed nor rejected.

    Raises:
        ConfigurationError: the folder holds no lake that this version can use.
        FolderUnavailableError: the folder cannot be listed, or an object was not committed.
    """
    folder = _open(settings)
    keys = _chosen(folder, settings.replay)
    _log.info("backlog_found", version=__version__, objects=len(keys))
    if not keys:
        return
    result = await _commit(folder, keys, settings)
    _log.info("backlog_done", committed=result.committed, rejected=result.rejected)
    if result.failed:
        raise FolderUnavailableError(
            f"{result.failed} of {len(keys)} raw objects in {folder.root} were not transformed: "
            "the log has the reasons; start again"
        )


async def _commit(folder: Folder, keys: list[RawKey], settings: FolderSettings) -> Result:
    processes = min(settings.transform_processes or os.cpu_count() or 1, len(keys))
    at_once = processes * PARTS_A_PROCESS
    bounds = Bounds(raw_budget(settings.max_raw_bytes))
    transforms = ProcessTransforms(processes, settings.transform_deadline)
    try:
        committer = folder_committer(folder, transforms, SystemClock(), bounds)
        return await Backlog(committer, FolderRejects(folder), at_once, settings.overwrite).commit(
            keys
        )
    finally:
        transforms.close()


def _open(settings: FolderSettings) -> Folder:
    try:
        return open_lake(settings.lake)[0]
    except LakeError as error:
        raise ConfigurationError(str(error)) from error


def _chosen(folder: Folder, replay: str | None) -> list[RawKey]:
    try:
        if replay is None:
            return waiting(folder)
        return Selection.parse(replay).of(raw_keys(folder.keys(RAW_PREFIX)))
    except LakeError as error:
        raise FolderUnavailableError(str(error)) from error
