"""`playlake import`: saved files of playlists, as runs of the lake."""

from collections.abc import Sized
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import typer

from playlake.commands.import_options import (
    Files,
    Git,
    Name,
    OfPlaylist,
    SavedAt,
    Strict,
    Wait,
)
from playlake.commands.options import Compact, Lake
from playlake.errors import CommandError
from playlake.importing.expired import refuse_expired
from playlake.importing.files import FoundFiles, decompress, find_files
from playlake.importing.files import SavedFile as FoundFile
from playlake.importing.git_history import Commit, commits_of, read_blobs
from playlake.importing.given import given_playlist
from playlake.importing.lake_objects import Checked, check, land
from playlake.importing.logs import logged_to
from playlake.importing.masking import pseudonyms_for, refuse_named_users
from playlake.importing.moments import checked, moments_of
from playlake.importing.report import refused, result
from playlake.importing.runs import Moment, Plan, land_runs, plan_runs
from playlake.invocation import Invocation
from playlake.lakes.compacting_itself import compact_itself
from playlake.lakes.lake import Lake as OpenLake
from playlake.lakes.opening import make_lake
from playlake.output.screen import show
from playlake_contracts.keys import run_prefix
from playlake_extractor.public import SOURCES, SavedFile, StopError

EXAMPLES = """\b
playlake import playlist.json --at 2024-03-01
playlake import pages/*.json.gz --at 2024-03-01T06:00Z
playlake import my_spotify_data.zip --at 2024-03-01
playlake import exports/*.csv --at name
playlake import entries.json --playlist ID --at mtime
playlake import --git archive playlists/pretty/Mix.json
playlake import raw/
"""


def import_files(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    paths: Files,
    at: SavedAt = None,
    playlist: OfPlaylist = None,
    name: Name = None,
    git: Git = None,
    strict: Strict = False,
    wait: Wait = True,
    compact: Compact = True,
    lake: Lake = None,
) -> None:
    """Land playlists that were saved as files, whoever saved them.

    Files of one moment are one run. Pages of one playlist are put together, and the same files of
    the same moment are landed once. All files are judged first; then those are landed that can be,
    and the others are named. Objects of a lake land under their own keys.

    docs/import.md says which formats are taken, with an example of each.
    """
    here = context.ensure_object(Invocation)
    given = given_playlist(playlist, name)
    with here.working("Reading the files"):
        found, moments, refusals = _find(here, paths, git, at)
        plan = plan_runs(moments, given, here.say)
    plan.refusals[:0] = refusals
    _check_any(here, plan, found.objects, strict=strict)
    opened = make_lake(here, lake)
    with logged_to(here.project.logs / "import.log"):
        objects = _check(opened, found, plan)
        objects = refuse_expired(plan, objects, opened, datetime.now(UTC))
        objects = refuse_named_users(plan, objects, opened)
        _check_any(here, plan, objects, strict=strict)
        before, moved = _land(here, opened, plan, objects)
    if wait:
        with here.working("Transforming"):
            for prefix in _prefixes(plan, objects):
                opened.transform(prefix, here.say)
    show(here.output, *result(plan.runs, before, objects, moved))
    if wait:
        here.output.print(_committed(opened, plan, objects))
        if compact:
            compact_itself(here, opened)
    if plan.refusals:
        raise refused(plan.refusals, here.say, is_landed=True)


def _check_any(here: Invocation, plan: Plan, objects: Sized, *, strict: bool) -> None:
    """Check that something will be landed, and with `--strict` everything."""
    is_refused = strict and bool(plan.refusals)
    if is_refused or not (plan.runs or objects):
        raise refused(plan.refusals, here.say, is_landed=False)


def _find(
    here: Invocation, paths: list[Path], git: Path | None, at: str | None
) -> tuple[FoundFiles, list[Moment], list[str]]:
    """The files by moment, and a sentence for each that cannot be read."""
    now = datetime.now(UTC)
    if git is not None:
        if at is not None:
            raise CommandError("--at and --git contradict each other: a commit has a time")
        commits = commits_of(git, [path.as_posix() for path in paths], here.say)
        return FoundFiles(), [_commit(git, commit, now) for commit in commits], []
    found = find_files(paths)
    moments = moments_of(found.files, at, now=now, say=here.say)
    groups = [Moment(moment, partial(_saved, files)) for moment, files in moments.groups.items()]
    return found, groups, found.refusals + moments.refusals


def _saved(files: list[FoundFile]) -> list[SavedFile]:
    return [SavedFile(file.name, file.contents, file.archive) for file in files]


def _commit(git: Path, commit: Commit, now: datetime) -> Moment:
    def read() -> list[SavedFile]:
        bodies = read_blobs(git, commit.blobs.values())
        names = (f"{git}@{commit.short}/{path}" for path in commit.blobs)
        return [
            SavedFile(name, decompress(name, body))
            for name, body in zip(names, bodies, strict=True)
        ]

    return Moment(checked(commit.at, now), read, is_kept=False)


def _check(lake: OpenLake, found: FoundFiles, plan: Plan) -> list[Checked]:
    try:
        objects, refusals = check(found.objects, lake.raw_store(), SOURCES)
    except StopError as error:
        raise CommandError(str(error)) from error
    plan.refusals += refusals
    return objects


def _land(
    here: Invocation, lake: OpenLake, plan: Plan, objects: list[Checked]
) -> tuple[list[bool], int]:
    """Land everything: for each run whether it was landed before, and the number of objects."""
    store = lake.raw_store()
    runs = here.counting(plan.runs, "Landing runs") if len(plan.runs) > 1 else plan.runs
    pseudonyms = pseudonyms_for(lake, {run.source for run in plan.runs})
    before = list(land_runs(runs, store, pseudonyms))
    try:
        return before, land(objects, store)
    except StopError as error:
        raise CommandError(str(error)) from error


def _prefixes(plan: Plan, objects: list[Checked]) -> list[str]:
    """The prefixes of all runs, each once."""
    runs = [(run.source, run.run_id) for run in plan.runs]
    runs += [(one.key.source, one.key.run_id) for one in objects]
    return [run_prefix(source, run_id) for source, run_id in dict.fromkeys(runs)]


def _committed(lake: OpenLake, plan: Plan, objects: list[Checked]) -> str:
    runs = {str(run.run_id) for run in plan.runs} | {str(one.key.run_id) for one in objects}
    listed = ", ".join(f"'{run_id}'" for run_id in sorted(runs))
    sql = (
        "SELECT coalesce(sum(rows_playlist_items), 0), coalesce(sum(rows_quarantined), 0) "  # noqa: S608 - ids of our own
        f"FROM loads WHERE run_id IN ({listed})"
    )
    ((items, quarantined),) = lake.query(sql).rows
    return f"Rows in playlist_items: {items:,}. Rows in quarantine: {quarantined:,}."
