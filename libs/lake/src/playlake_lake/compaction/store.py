"""What compaction, retention and Iceberg tables need of a lake, wherever its objects are.

`Folder` is one implementation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from playlake_lake.folder import Held


class Store(Protocol):
    """The objects of a lake, raw ones among them.

    Every method may raise a `LakeError`, or an error of the client through which it calls.
    """

    def versions(self, prefix: str) -> dict[str, str]:
        """The keys under a prefix, in order, each with a text that changes with the object."""

    def written_at(self, prefix: str) -> dict[str, datetime]:
        """The keys under a prefix, in order, each with the time at which it was put, UTC."""

    def folders(self, prefix: str) -> list[str]:
        """The names directly under a prefix that ends with a slash, in order."""

    def read(self, key: str) -> bytes | None:
        """The bytes of an object; None if there is none."""

    def held(self, key: str) -> Held | None:
        """The bytes of an object, and the ETag by which it can be replaced; None if none."""

    def size(self, key: str) -> int | None:
        """The size of an object in bytes; None if there is none."""

    def local_files(self, keys: Sequence[str], aside: Path) -> list[Path]:
        """Files with the bytes of objects that are there, which are only read.

        Args:
            keys: the keys of the objects.
            aside: a folder for those that are not on this machine; each gets its key as its path.
        """

    def put_new(self, key: str, body: bytes) -> bool:
        """Put an object under a free key; return False if the key is taken."""

    def put_file(self, key: str, source: Path) -> bool:
        """Put the bytes of a file under a free key; return False if the key is taken."""

    def replace(self, key: str, body: bytes, held: str | None) -> bool:
        """Replace the object whose ETag is `held`, or put it if that is None.

        Returns:
            False if the key holds another object by now.
        """

    def remove(self, key: str) -> None:
        """Remove an object, if there is one."""

    def remove_for_good(self, keys: Sequence[str]) -> None:
        """Remove objects with every version of theirs; one that is gone already is no error."""
