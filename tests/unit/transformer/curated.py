"""Transforms synthetic responses, and reads the rows back from Parquet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from tests.unit.transformer.synthetic import Json, in_generation, playlist

from playlake_contracts.keys import RawKey
from playlake_contracts.raw import Head, Tail, compress_frame, encode_snapshot
from playlake_contracts.runs import RunId
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_contracts.sources.spotify import Api
    from playlake_transformer.domain.batch import Batch
    from playlake_transformer.domain.transform import CuratedFile, Transformed

RUN = RunId.parse("20261121T060000Z-k3x2ab")
KEY = RawKey.of_part("spotify", RUN, 0)
FETCHED_AT = datetime(2026, 11, 21, 6, 0, 1, tzinfo=UTC)
PLAYLIST_ID = "playlist00000000000001"


@dataclass(frozen=True, slots=True)
class Curated:
    """The result of transforming a part, read back."""

    transformed: Transformed

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table; none if the part made no file for it."""
        return _rows(self.transformed.files, table)

    def quarantined(self, table: str | None = None) -> list[dict[str, Any]]:
        """The rows of quarantine, all or those of one table."""
        rows = self.rows("quarantine")
        return [row for row in rows if table in {None, row["table_name"]}]

    @property
    def items(self) -> list[dict[str, Any]]:
        """The rows of `playlist_items`."""
        return self.rows("playlist_items")

    def only(self, table: str) -> dict[str, Any]:
        """The only row of a table."""
        [row] = self.rows(table)
        return row


def _rows(files: Sequence[CuratedFile], table: str) -> list[dict[str, Any]]:
    return [row for file in files if file.table == table for row in read_back(file).to_pylist()]


def read_back(file: CuratedFile) -> pa.Table:
    """Read a file as a Parquet reader does."""
    return pq.read_table(BytesIO(file.body))


def frame(  # noqa: PLR0913 - the fields of an envelope that tests change
    response: Json | bytes | None,
    *pages: Json | bytes,
    playlist_id: str = PLAYLIST_ID,
    run_id: str = str(RUN),
    api: Api | None = "classic",
    complete: bool = True,
    entries: int | None = None,
    snapshot_id: str | None = None,
) -> bytes:
    """Build the envelope of a snapshot from its responses, not compressed."""
    head = Head(
        source="spotify",
        playlist_id=playlist_id,
        run_id=run_id,
        fetched_at=FETCHED_AT,
        snapshot_id=snapshot_id,
    )
    sent = [_sent(page) for page in pages]
    first = None if response is None else _sent(response)
    counted = _entries([first, *sent]) if entries is None else entries
    tail = Tail(api=api, entries=counted, complete=complete)
    return b"".join(encode_snapshot(head, lambda: first, sent, lambda: tail))


def _entries(responses: Sequence[bytes | None]) -> int:
    """Count the entries of responses, without code of the transformer."""
    return sum(_entries_of(response) for response in responses if response is not None)


def _entries_of(response: bytes) -> int:
    try:
        found = json.loads(response.decode(errors="replace"), parse_int=str)
    except (ValueError, RecursionError):
        return 0
    if not isinstance(found, dict):
        return 0
    lists = [found.get("items")]
    lists += [
        page.get("items") for key in ("items", "tracks") if isinstance(page := found.get(key), dict)
    ]
    return max((len(entries) for entries in lists if isinstance(entries, list)), default=0)


def _sent(response: Json | bytes) -> bytes:
    if isinstance(response, bytes):
        return response
    return json.dumps(response, indent=2, ensure_ascii=False).encode()


def part(*frames: bytes) -> bytes:
    """Compress frames to a part."""
    return b"".join(chunk for one in frames for chunk in compress_frame([one]))


def curate(*frames: bytes) -> Curated:
    """Transform a part with these frames, and read the result back."""
    return Curated(transform(part(*frames), KEY))


def curate_entries(*entries: Json | None, api: Api = "classic") -> Curated:
    """Transform a playlist with these entries in the classic shape."""
    return curate(frame(in_generation(playlist(entries), api), api=api))


def values_of(batch: Batch) -> dict[str, dict[str, list[Any]]]:
    """The values of all columns of a batch, with the numbers of the entries."""
    return {
        table: {"numbers": rows.numbers.tolist()}
        | {name: list(map(str, values)) for name, values in rows.columns.items()}
        for table, rows in batch.finish().items()
    }
