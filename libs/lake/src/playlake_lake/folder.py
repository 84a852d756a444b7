"""Objects in a folder, under the keys that they have in S3.

An object is written aside, flushed to the disk, and then linked under its key. So a reader never
sees half of it, and an object that was put survives `kill -9` and a power cut.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from filelock import FileLock, Timeout

from playlake_contracts.keys import GENERATION_KEY
from playlake_lake.errors import FolderFailedError, system_call

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Readers of a table's folder never look here.
ASIDE: Final = ".playlake-aside"

# No put takes as long, so what is older was left by a process that died.
_LEFT_AFTER: Final = timedelta(hours=1)
_LOCKED_AT_MOST_SECONDS: Final = 60
_LOCK_POLL_SECONDS: Final = 0.005
_COPIED_BYTES: Final = 1024 * 1024


class Held(NamedTuple):
    """An object as it was read, and the ETag by which it can be replaced."""

    body: bytes
    etag: str


def etag(body: bytes) -> str:
    """The ETag that S3 gives to these bytes: their MD5 digest in hexadecimal."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Folder:
    """The objects in a folder; every method may raise `FolderFailedError`.

    Attributes:
        root: the folder. Keys are paths below it, with slashes.
    """

    root: Path

    def path(self, key: str) -> Path:
        """The path of an object.

        Raises:
            ValueError: the key would lead out of the folder.
        """
        parts = key.split("/")
        if not key or os.sep in key.replace("/", "") or {"", ".", ".."}.intersection(parts):
            raise ValueError(f"{key[:200]!r} is not the key of an object")
        return self.root.joinpath(*parts)

    def local_files(self, keys: Iterable[str], aside: Path) -> list[Path]:  # noqa: ARG002
        """The paths of objects; no folder aside is needed, as they are files already."""
        return [self.path(key) for key in keys]

    def put_new(self, key: str, body: bytes) -> bool:
        """Put an object under a free key; return False if the key is taken.

        When it returns, the object under the key is on the disk, whoever put it.
        """
        path = self.path(key)
        with system_call(f"{self.root} does not take {key}"):
            # This spares the writing when a part is transformed again.
            is_new = not path.exists() and self._link(path, body)
            self._flush_folders(path)
        return is_new

    def put_file(self, key: str, source: Path) -> bool:
        """Put the bytes of a file under a free key, as `put_new` does; few are in memory."""
        path = self.path(key)
        with system_call(f"{self.root} does not take {key}"):
            is_new = not path.exists() and self._link(path, source)
            self._flush_folders(path)
        return is_new

    def read(self, key: str) -> bytes | None:
        """The bytes of an object; None if there is none."""
        with system_call(f"{self.root} does not give {key}"):
            try:
                return self.path(key).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def held(self, key: str) -> Held | None:
        """The bytes and the ETag of an object; None if there is none."""
        body = self.read(key)
        return None if body is None else Held(body, etag(body))

    def size(self, key: str) -> int | None:
        """The size of an object in bytes; None if there is none."""
        with system_call(f"{self.root} does not give {key}"):
            try:
                return self.path(key).stat().st_size
            except (FileNotFoundError, NotADirectoryError):
                return None

    def changed_at(self, key: str) -> datetime | None:
        """When an object was last written, UTC; None if there is none."""
        with system_call(f"{self.root} does not give {key}"):
            try:
                return datetime.fromtimestamp(self.path(key).stat().st_mtime, UTC)
            except (FileNotFoundError, NotADirectoryError):
                return None

    def keys(self, prefix: str = "") -> Iterator[str]:
        """The keys under a prefix, in the order in which S3 lists them."""
        yield from self._listed(prefix)

    def versions(self, prefix: str) -> dict[str, str]:
        """The keys under a prefix, in order, each with a text that changes with the object.

        No object is opened: the text is made of the size and the time of the file. In a copy of the
        folder the times may be others.
        """
        listed = self._listed(prefix)
        with system_call(f"{self.root} does not give what is under {prefix}"):
            found = ((key, _version(path)) for key, path in listed.items())
            return {key: version for key, version in found if version is not None}

    def written_at(self, prefix: str) -> dict[str, datetime]:
        """The keys under a prefix, in order, each with the time of its file, UTC."""
        found = ((key, self.changed_at(key)) for key in self._listed(prefix))
        return {key: at for key, at in found if at is not None}

    def folders(self, prefix: str) -> list[str]:
        """The names of the folders directly under a prefix that ends with a slash, in order."""
        with system_call(f"{self.root} does not list {prefix}"):
            try:
                found = list(os.scandir(self.root / prefix))
            except (FileNotFoundError, NotADirectoryError):
                return []
        return sorted(entry.name for entry in found if entry.is_dir())

    def replace(self, key: str, body: bytes, held: str | None) -> bool:
        """Replace the object whose ETag is `held`, or put it if that is None.

        Returns:
            False if the key holds another object by now.
        """
        with self._locked(key):
            now = self.read(key)
            if (None if now is None else etag(now)) != held:
                return False
            self.overwrite(key, body)
        return True

    def overwrite(self, key: str, body: bytes) -> None:
        """Put an object, whatever its key holds. A reader finds the one or the other as a whole."""
        path = self.path(key)
        with system_call(f"{self.root} does not take {key}"), self._aside(body) as aside:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(path)
            self._flush_folders(path)

    def remove(self, key: str) -> None:
        """Remove an object, if there is one."""
        with system_call(f"{self.root} does not remove {key}"):
            path = self.path(key)
            path.unlink(missing_ok=True)
            if path.parent.name.startswith(f"{GENERATION_KEY}="):
                # It had this file alone. Otherwise each compaction would leave a folder a table.
                with suppress(OSError):
                    path.parent.rmdir()
            self._flush_folders(path)

    def remove_for_good(self, keys: Iterable[str]) -> None:
        """Remove objects, and the folders of partitions that are empty then.

        One that is gone already is no error. A folder keeps no versions.
        """
        for folder, those in groupby(keys, key=lambda key: self.path(key).parent):
            with system_call(f"{self.root} does not remove what is in {folder}"):
                for key in those:
                    self.path(key).unlink(missing_ok=True)
                self._remove_empty(folder)

    def remove_old_versions(self) -> int:
        """Remove what processes that died have left aside; a folder keeps nothing else.

        Returns:
            the number of files.
        """
        return self.sweep()

    def check_versions_can_go(self) -> None:
        """Check that objects can be removed for good; who may write here may do so."""

    def sweep(self) -> int:
        """Remove what processes that died have left aside; return the number of files."""
        before = time.time() - _LEFT_AFTER.total_seconds()
        with system_call(f"{self.root} cannot be swept"):
            aside = _walked(str(self.root / ASIDE), "")
            old = [path for _, name in aside if _is_older(path := Path(name), before)]
            for path in old:
                path.unlink(missing_ok=True)
        return len(old)

    def _link(self, path: Path, body: bytes | Path) -> bool:
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._aside(body) as aside:
            try:
                os.link(aside, path)
            except FileExistsError:
                return False
        return True

    def _remove_empty(self, folder: Path) -> None:
        """Remove the folder of a partition and those above it, as far up as they are empty."""
        while "=" in folder.name and folder != self.root:
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError:  # it has other files, or gets some at this moment
                break
            folder = folder.parent
        if folder.exists():
            self._flush_folders(folder / ASIDE)

    @contextmanager
    def _aside(self, body: bytes | Path) -> Iterator[Path]:
        """A flushed file with bytes or those of a file, on the same file system; then removed."""
        path = self.root / ASIDE / f"{os.getpid()}-{secrets.token_hex(8)}"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                if isinstance(body, Path):
                    with body.open("rb") as source:
                        shutil.copyfileobj(source, file, _COPIED_BYTES)
                else:
                    file.write(body)
                file.flush()
                os.fsync(file.fileno())
            yield path
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self, key: str) -> Iterator[None]:
        """Hold the lock of a key; the system releases it when the process ends."""
        with system_call(f"{self.root} does not lock {key}"):
            (self.root / ASIDE).mkdir(parents=True, exist_ok=True)
            lock = FileLock(
                self.root / ASIDE / f"{etag(key.encode())}.lock",
                timeout=_LOCKED_AT_MOST_SECONDS,
                poll_interval=_LOCK_POLL_SECONDS,
                # A lock of another kind would stay after `kill -9`.
                fallback_to_soft=False,
                preserve_lock_file=True,
            )
            try:
                lock.acquire()
            except Timeout as error:
                raise FolderFailedError(
                    f"{key} in {self.root} was locked for {_LOCKED_AT_MOST_SECONDS} s: end the "
                    "process that holds it, then start again"
                ) from error
        try:
            yield
        finally:
            lock.release()

    def _flush_folders(self, path: Path) -> None:
        """Flush the folders above an object, also those that another process made."""
        for folder in path.parents:
            if folder.exists():
                _flush_folder(folder)
            if folder == self.root:
                break

    def _listed(self, prefix: str) -> dict[str, str]:
        """The paths of the objects under a prefix, by key and in order."""
        under = prefix.rpartition("/")[0]
        with system_call(f"{self.root} does not list {prefix or 'its objects'}"):
            found = dict(_walked(str(self.root / under), f"{under}/" if under else ""))
        return {key: found[key] for key in sorted(found) if key.startswith(prefix)}


def _walked(folder: str, prefix: str) -> Iterator[tuple[str, str]]:
    """The files below a folder: the key of each, which begins with a prefix, and its path."""
    try:
        with os.scandir(folder) as scanned:
            entries = list(scanned)
    except (FileNotFoundError, NotADirectoryError):  # so there are none
        return
    for entry in entries:
        if not entry.is_dir():
            yield prefix + entry.name, entry.path
        elif entry.name != ASIDE and not entry.is_symlink():
            yield from _walked(entry.path, f"{prefix}{entry.name}/")


def _version(path: str) -> str | None:
    """A text that changes with a file; None if there is none."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - a lake has many marks, and objects for paths are slow
    except FileNotFoundError:  # removed since it was listed
        return None
    return f"{stat.st_size}-{stat.st_mtime_ns}"


def _is_older(path: Path, before: float) -> bool:
    with suppress(FileNotFoundError):
        return path.suffix != ".lock" and path.stat().st_mtime < before
    return False


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows flushes a folder's entries with the file
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
