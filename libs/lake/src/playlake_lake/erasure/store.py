"""What erasure needs of a lake, wherever its objects are. `Folder` is one implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from playlake_lake.compaction.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_contracts.keys import RawKey

    # Writes the files and the commit mark of a raw object anew, from bytes that it will have.
    # False if they can never be transformed; then nothing was written.
    Commit = Callable[[RawKey, bytes], bool]


class ErasableStore(Store, Protocol):
    """The objects of a lake, and what is kept of those that were overwritten or removed."""

    def remove_old_versions(self) -> int:
        """Remove every version that is no longer in force, and what marks removed objects.

        Returns:
            their number.
        """

    def check_versions_can_go(self) -> None:
        """Check that old versions of objects can be removed; nothing of the lake is changed.

        Raises:
            LakeError: they cannot; the message says which permission lacks.
        """
