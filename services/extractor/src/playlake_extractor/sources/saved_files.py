"""Reads saved files: each document is read by the first dialect of a source that recognises it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from playlake_extractor.run.saved_snapshots import SavedFileError
from playlake_extractor.sources.dialects import NOT_GIVEN, Dialect, Document, GivenPlaylist
from playlake_extractor.sources.registry import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.registry import RegisteredSource

_COMPRESSED: Final = frozenset({".gz", ".zst"})


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that somebody saved.

    Attributes:
        name: its name for messages.
        contents: its bytes, decompressed.
        archive: the archive that it comes from. What is no playlist in an archive is left out,
            while a file of its own is refused.
    """

    name: str
    contents: bytes
    archive: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of saved files.

    Attributes:
        snapshots: by source, what can be landed.
        refusals: a sentence for each file, or playlist in it, that cannot.
    """

    snapshots: dict[str, list[SavedSnapshot]] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)


class _Reader(NamedTuple):
    source: str
    dialect: Dialect[Any]


def read_saved(
    files: Iterable[SavedFile],
    say: Callable[[str], None],
    given: GivenPlaylist = NOT_GIVEN,
    sources: Mapping[str, RegisteredSource] = SOURCES,
) -> Judged:
    """Read files that were saved at the same time, and judge all of them.

    Args:
        files: the files.
        say: receives a sentence about each document that is left out.
        given: what the user says of the playlist in the files.
        sources: the sources whose dialects are asked.
    """
    judging = _Judging(sources, given, say)
    for file in files:
        judging.read(file)
    return judging.end()


class _Judging:
    """Reads one file after the other."""

    def __init__(
        self,
        sources: Mapping[str, RegisteredSource],
        given: GivenPlaylist,
        say: Callable[[str], None],
    ) -> None:
        self._sources = sources
        self._readers = [
            _Reader(name, dialect)
            for name, source in sources.items()
            for dialect in source.dialects
        ]
        self._given = given
        self._say = say
        self._saved: dict[int, list[Any]] = {}
        self._judged = Judged()
        self._left_out: dict[str, list[str]] = {}
        self._taken_from: set[str] = set()

    def read(self, file: SavedFile) -> None:
        """Read a file."""
        whole = Document(file.name, file.contents, _stem(file.name))
        if self._is_read(whole, file.archive):
            return
        elements = whole.elements or ()
        left = [each for each in elements if not self._is_read(each, file.archive)]
        if len(left) == len(elements):
            self._refuse(whole, file.archive)
        elif left:
            self._refuse(left[0], file.archive, alike=len(left) - 1)

    def end(self) -> Judged:
        """Merge what was read."""
        for archive, names in self._left_out.items():
            self._leave_out(archive, names)
        for number, saved in sorted(self._saved.items()):
            source, dialect = self._readers[number]
            for merged in dialect.merge(saved, self._say):
                if isinstance(merged, SavedFileError):
                    self._judged.refusals.append(str(merged))
                else:
                    self._judged.snapshots.setdefault(source, []).append(merged)
        for source, snapshots in self._judged.snapshots.items():
            self._judged.snapshots[source] = self._single(filter(self._is_of_use, snapshots))
        return self._judged

    def _is_read(self, document: Document, archive: str | None) -> bool:
        """Whether a dialect takes a document, and be it to refuse it."""
        for number, (_, dialect) in enumerate(self._readers):
            try:
                found = dialect.read(document, self._given)
            except SavedFileError as refusal:
                self._judged.refusals.append(str(refusal))
                found = ()
            if found is not None:
                self._saved.setdefault(number, []).extend(found)
                self._taken_from.add(archive or document.origin)
                return True
        return False

    def _refuse(self, document: Document, archive: str | None, alike: int = 0) -> None:
        if archive is not None:
            self._left_out.setdefault(archive, []).append(document.origin)
            return
        found = (source.explain(document) for source in self._sources.values() if source.explain)
        why = next(filter(None, found), "is of no format that is known")
        more = f" ({alike:,} more like it)" if alike else ""
        self._judged.refusals.append(f"{document.origin} {why}{more}")

    def _leave_out(self, archive: str, names: Sequence[str]) -> None:
        if archive in self._taken_from:
            several = f"{len(names):,} files are left out, because they are no playlists"
            one = "1 file is left out, because it is no playlist"
            self._say(f"{archive}: {one if len(names) == 1 else several}")
        else:
            self._judged.refusals.append(f"{archive} holds no file of a playlist")

    def _is_of_use(self, snapshot: SavedSnapshot) -> bool:
        entries = snapshot.read.tail.entries
        if entries and not snapshot.has_available:
            self._judged.refusals.append(
                f"{', '.join(snapshot.origins)}: none of the {entries:,} entries has an id, so all "
                "of their rows would be unavailable: save them with their ids or URIs"
            )
        return snapshot.has_available or not entries

    def _single(self, snapshots: Iterable[SavedSnapshot]) -> list[SavedSnapshot]:
        """Snapshots without those of a playlist of which another one is as well."""
        by_playlist: dict[str, list[SavedSnapshot]] = {}
        for snapshot in snapshots:
            same = by_playlist.setdefault(snapshot.playlist_id, [])
            if same and same[0].holds_same(snapshot):
                self._say(
                    f"{', '.join(snapshot.origins)} is left out: it holds the same bytes as "
                    f"{', '.join(same[0].origins)}"
                )
            else:
                same.append(snapshot)
        single = []
        for playlist_id, (first, *others) in by_playlist.items():
            if others:
                origins = ", ".join(origin for each in (first, *others) for origin in each.origins)
                self._judged.refusals.append(
                    f"{origins} each hold all of playlist {playlist_id!r}: they are of several "
                    "moments, so import them separately, each with its --at, or with --at name"
                )
            else:
                single.append(first)
        return single


def _stem(name: str) -> str:
    """The name of a file without folder, without how it is compressed, and without its suffix."""
    path = PurePath(name)
    return PurePath(path.stem if path.suffix in _COMPRESSED else path.name).stem
