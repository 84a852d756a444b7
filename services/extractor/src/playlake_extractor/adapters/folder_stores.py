"""The raw objects and the state of a lake in a folder, with the promises of those on S3."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from playlake_extractor.errors import ConfigurationError, LandingFailedError, RunTakenError
from playlake_extractor.ports import Versioned
from playlake_lake.errors import LakeError, NoLakeError
from playlake_lake.folder import Folder, etag
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def open_folder(root: Path) -> Folder:
    """Open the lake in a folder, and make one if the folder is empty or missing.

    Raises:
        ConfigurationError: the folder has other files, or a lake that this version cannot use.
        LandingFailedError: the system refused.
    """
    with _folder_call():
        return make_lake(root)[0]


class FolderRawStore:
    """Raw objects in a folder; implements `ports.RawStore`."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def land(self, key: str, body: bytes, content_type: str) -> None:  # noqa: ARG002 - S3 stores it
        """Put an object unless its key is taken; equal bytes under the key are a success.

        Raises:
            RunTakenError: the key is taken by other bytes.
            LandingFailedError: the folder did not take the object.
        """
        with _folder_call():
            if not self._folder.put_new(key, body) and self._folder.read(key) != body:
                raise RunTakenError(
                    f"{key} in {self._folder.root} already holds other bytes: another extractor "
                    "carries out this run, so this one ends; if the other fails, start again"
                )

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys under a prefix, in order.

        Raises:
            LandingFailedError: the folder cannot be listed.
        """
        with _folder_call():
            yield from self._folder.keys(prefix)

    def read(self, key: str) -> bytes:
        """The bytes of an object.

        Raises:
            LandingFailedError: the folder did not give them.
        """
        with _folder_call():
            body = self._folder.read(key)
        if body is None:
            raise LandingFailedError(f"{key} is no longer in {self._folder.root}: start again")
        return body


class FolderStateStore:
    """An object in a folder; implements `ports.StateStore`. Its mark is its ETag."""

    def __init__(self, folder: Folder, key: str) -> None:
        self._folder = folder
        self._key = key

    def load(self) -> Versioned | None:
        """The stored bytes; None before the first time.

        Raises:
            LandingFailedError: the folder did not give them.
        """
        with _folder_call():
            body = self._folder.read(self._key)
        return None if body is None else Versioned(body, etag(body))

    def replace(self, body: bytes, mark: str | None) -> bool:
        """Store bytes unless the object changed since `mark`; return whether they were stored.

        Raises:
            LandingFailedError: the folder did not take the object.
        """
        with _folder_call():
            return self._folder.replace(self._key, body, mark)


@contextmanager
def _folder_call() -> Iterator[None]:
    try:
        yield
    except NoLakeError as error:
        raise ConfigurationError(str(error)) from error
    except LakeError as error:
        raise LandingFailedError(str(error)) from error
