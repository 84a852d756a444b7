"""The history of files in a local git repository: what they held after each commit.

Nothing is fetched, and no program that a repository configures is run.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_DELETED: Final = "D"
_BLOB_MODES: Final = frozenset({"100644", "100755"})
_COMMIT: Final = "commit "
_SECOND: Final = timedelta(seconds=1)
_MOST_BYTES: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that changed files.

    Attributes:
        sha: its name.
        at: its time in UTC, after that of the commit before it.
        blobs: by path of a file that it added or changed, the name of its contents.
    """

    sha: str
    at: datetime
    blobs: Mapping[str, str]

    @property
    def short(self) -> str:
        """Its name for messages."""
        return self.sha[:10]


def commits_of(repository: Path, paths: Sequence[str], say: Callable[[str], None]) -> list[Commit]:
    """The commits of the current branch that changed files, the oldest first.

    Only the first parent of a merge is followed, so that the states are those that the branch had.
    A commit has the time of its author or of its committer, whichever is earlier. One that is not
    later than the commit before it counts as a second later than that.

    Args:
        repository: a local repository.
        paths: files or folders in it.
        say: receives a sentence about commits whose times were moved.

    Raises:
        CommandError: there is no git program or no repository, or no commit has the paths.
    """
    for path in paths:
        if not _git(repository, "log", "-1", "--first-parent", "--format=%H", "--", path):
            raise CommandError(
                f"no commit of {repository} has {path!r}: give the path as it is in the "
                "repository, such as playlists/pretty/NAME.json"
            )
    log = _git(
        repository,
        "log", "--first-parent", "--diff-merges=first-parent", "--reverse", "--raw", "-z",
        "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--root",
        f"--format={_COMMIT}%H %at %ct", "--", *paths,
    )  # fmt: skip
    commits: list[Commit] = []
    moved = 0
    for sha, at, blobs in _parsed(log.decode(errors="surrogateescape")):
        if not blobs:
            continue
        after = commits[-1].at + _SECOND if commits else at
        moved += at < after
        commits.append(Commit(sha, max(at, after), blobs))
    if not commits:
        raise CommandError(f"{', '.join(paths)} was never a file in {repository}")
    if moved:
        say(f"{moved:,} commits are not later than the one before: they count as a second after it")
    return commits


def read_blobs(repository: Path, names: Iterable[str]) -> list[bytes]:
    """The contents of files, by their names in git.

    Raises:
        CommandError: the repository lacks one, or they are too large together.
    """
    wanted = list(names)
    sizes = _git(repository, "cat-file", "--batch-check=%(objectsize)", given=_lines(wanted))
    lines = sizes.decode().split("\n")[: len(wanted)]
    if not all(line.isdecimal() for line in lines):
        raise CommandError(
            f"{repository} lacks contents of its history, as a partial clone does: clone it whole"
        )
    if sum(map(int, lines)) > _MOST_BYTES:
        raise CommandError(
            f"a commit of {repository} holds more than {_MOST_BYTES // 1024**2} MiB: import only "
            "some of its files"
        )
    out = _git(repository, "cat-file", "--batch=%(objectsize)", given=_lines(wanted))
    return list(_batch(out, len(wanted)))


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _batch(out: bytes, count: int) -> Iterator[bytes]:
    at = 0
    for _ in range(count):
        end = out.index(b"\n", at)
        size = int(out[at:end])
        yield out[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


def _parsed(log: str) -> Iterator[tuple[str, datetime, dict[str, str]]]:
    """Commits from the output of git, in which NUL separates everything."""
    fields = iter(log.split("\0"))
    commit: tuple[str, datetime] | None = None
    blobs: dict[str, str] = {}
    for text in fields:
        field = text.lstrip("\n")
        if field.startswith(_COMMIT):
            if commit is not None:
                yield *commit, blobs
            sha, authored, committed = field.removeprefix(_COMMIT).split()
            commit = sha, datetime.fromtimestamp(min(int(authored), int(committed)), UTC)
            blobs = {}
        elif field.startswith(":"):
            _, mode, _, blob, status = field.removeprefix(":").split()
            path = next(fields)
            if status != _DELETED and mode in _BLOB_MODES:
                blobs[path] = blob
    if commit is not None:
        yield *commit, blobs


def _git(repository: Path, *arguments: str, given: bytes = b"") -> bytes:
    command = [
        "git", "-C", str(repository), "--no-pager", "--literal-pathspecs",
        "-c", "protocol.allow=never", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false",
        *arguments,
    ]  # fmt: skip
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(  # noqa: S603 - the program is git, and paths come after --
            command, input=given, capture_output=True, env=environment, check=False
        )
    except FileNotFoundError as error:
        raise CommandError("there is no git program: install git to import a history") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise CommandError(f"git cannot read {repository}: {said[-1] if said else done.returncode}")
    return done.stdout
