"""Reads saved files; each file is read by the first dialect that recognises it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from playlake_extractor.run.saved_snapshots import SavedFileError
from playlake_extractor.sources.spotify.dialects import api_responses, merging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot

T = TypeVar("T")


class Dialect(Protocol[T]):
    """A format of saved playlists."""

    def read(self, name: str, contents: bytes) -> Sequence[T] | None:
        """Read a file; return None if it is of another dialect.

        Args:
            name: the file, for messages.
            contents: its bytes, decompressed.

        Raises:
            SavedFileError: it cannot be read.
        """

    def merge(self, saved: Iterable[T], say: Callable[[str], None]) -> Sequence[SavedSnapshot]:
        """Merge the responses of each playlist.

        Args:
            saved: what was read of all files of the dialect.
            say: receives a sentence about each response that is left out.

        Raises:
            SavedFileError: files contradict each other.
        """


class ApiResponses:
    """Saved responses of the Web API; implements `Dialect`."""

    read = staticmethod(api_responses.read_responses)
    merge = staticmethod(merging.merge)


# The last dialect rejects files that no dialect recognises, and describes them.
_DIALECTS: Final[tuple[Dialect[Any], ...]] = (ApiResponses(),)


def read_saved(
    files: Iterable[tuple[str, bytes]], say: Callable[[str], None]
) -> list[SavedSnapshot]:
    """Read files that were saved at the same time.

    Args:
        files: the name of each, for messages, and its bytes, decompressed.
        say: receives a sentence about each response that is left out.

    Raises:
        SavedFileError: a file cannot be read, or two contradict each other; the message names them.
    """
    saved: dict[int, list[Any]] = {}
    for name, contents in files:
        number, found = _read(name, contents)
        saved.setdefault(number, []).extend(found)
    merged = (_DIALECTS[number].merge(saved[number], say) for number in sorted(saved))
    return [snapshot for snapshots in merged for snapshot in snapshots]


def _read(name: str, contents: bytes) -> tuple[int, Sequence[Any]]:
    for number, dialect in enumerate(_DIALECTS):
        found = dialect.read(name, contents)
        if found is not None:
            return number, found
    raise SavedFileError(f"{name} is of no dialect that is known")
