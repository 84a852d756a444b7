"""Watches the curated bucket: looks at each part when readers begin to see it."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twins.aws.answers import seconds

from playlake_contracts.keys import RawKey
from playlake_transformer.domain.contents import read_manifest
from simulation.transforms import transformed, with_figures_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twins.aws.s3_bucket import Bucket, StoredObject

    from playlake_transformer.domain.transform import CuratedFile
    from simulation.aws import SimulatedAws

LOADS, TABLES = "curated/loads/", ("curated/", "quarantine/")


@dataclass(slots=True)
class MarkWatch:
    """What the commit marks say, and what was wrong at the moment in which each was written.

    Attributes:
        etags: of the raw object, by its key, once it is committed.
        partial: what a reader would have seen in part.
        overwritten: keys of objects that were written twice.
    """

    aws: SimulatedAws
    etags: dict[str, str] = field(default_factory=dict)
    partial: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    written_at: dict[str, float] = field(default_factory=dict)

    _raw_keys: dict[str, str] = field(default_factory=dict)
    _raw: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.aws.curated.on_write.append(self._look)
        self.aws.raw.on_write.append(self._keep)

    @property
    def is_crawled(self) -> bool:
        """Whether a crawl was started after the last mark, or none is needed.

        Whoever replaces a raw object may take away the message that would have led to its crawl.
        """
        versions = Counter(key for key, _ in self._raw)
        marks = [at for key, at in self.written_at.items() if versions[key] == 1]
        started = self.aws.crawler.started_at
        return not marks or (bool(started) and started[-1] >= max(marks))

    def _look(self, bucket: Bucket, written: StoredObject) -> None:
        if not written.key.startswith(TABLES):
            return
        if len(bucket.versions[written.key]) > 1:
            self.overwritten.append(written.key)
        if written.key.startswith(LOADS):
            self._look_at_mark(bucket, written)

    def _look_at_mark(self, bucket: Bucket, mark: StoredObject) -> None:
        key, etag = self._raw_keys[mark.key], mark.metadata["raw-etag"]
        self.etags[key] = etag
        self.written_at[key] = seconds()
        self.partial += [
            f"{file.key} was missing, or had other rows, when its mark was written"
            for file in self.expected(key, etag)
            if (held := bucket.current(file.key)) is None
            or held.body not in {file.body, *self._with_contents(file, RawKey.parse(key), etag)}
        ]

    def expected(self, key: str, etag: str) -> list[CuratedFile]:
        """The files of a raw object: what the transformation makes of that very version."""
        body = self._raw.get((key, etag))
        return [] if body is None else transformed(body, RawKey.parse(key)).files

    def _with_contents(self, file: CuratedFile, key: RawKey, etag: str) -> Iterator[bytes]:
        """What a file of `playlist_daily` may be: with the contents of any part of its run.

        The part may be landed after its manifest, or replaced meanwhile.
        """
        manifest = self._raw[str(key), etag]
        for (name, _), body in self._raw.items():
            part = RawKey.parse(name) if name in self._raw_keys.values() else None
            if file.table != "playlist_daily" or part is None or part.run_id != key.run_id:
                continue
            contents = with_figures_of(part, body, read_manifest(manifest, key))
            found = transformed(manifest, key, contents).files
            yield from (each.body for each in found if each.table == file.table)

    def _keep(self, bucket: Bucket, written: StoredObject) -> None:
        """Keep what is landed, also where the bucket forgets what was replaced."""
        del bucket
        with suppress(ValueError):
            self._raw_keys[RawKey.parse(written.key).curated("loads")] = written.key
        self._raw[written.key, written.etag] = written.body
