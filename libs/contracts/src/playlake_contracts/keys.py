"""The grammar of object keys. Only this module builds and parses them.

A key has a checked source, run id, part name and table name. It has no playlist id and no other
text from a source or a user. `RawKey.parse(str(key)) == key` for every key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from playlake_contracts.accounts import ACCOUNT_NAME
from playlake_contracts.runs import RunId
from playlake_contracts.sendable import sendable

RAW_PREFIX = "raw/"
SOURCE_PREFIX = f"{RAW_PREFIX}source="
CURATED_PREFIX = "curated/"
QUARANTINE_PREFIX = "quarantine/"
STATE_PREFIX = "state/"
CONFIG_PREFIX = "config/"
REJECTED_PREFIX = "rejected/"
FAILURES_PREFIX = "failures/"
COMPACTED_PREFIX = "compacted/"
ICEBERG_PREFIX = "iceberg/"
COVERS_PREFIX = "covers/"
COVER_LINKS_PREFIX = f"{COVERS_PREFIX}source="
# What was erased, and the receipts of it. In the raw bucket, because both services look there.
ERASURES_PREFIX = "erasures/"
TOMBSTONES_PREFIX = f"{ERASURES_PREFIX}source="

# The catalog of the Iceberg tables of a lake in a folder.
ICEBERG_CATALOG_KEY = f"{ICEBERG_PREFIX}catalog.db"

# The object that says which compacted files are in force.
IN_FORCE_KEY = f"{COMPACTED_PREFIX}in-force.json"

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
MAX_KEY_BYTES = 1024
MAX_PARTS = 10_000

# A dead letter holds at least as many bytes of a message.
_DIGESTED_BYTES = 1_000_000

MANIFEST = "manifest"

# The only table outside `curated/`, because its objects expire.
QUARANTINE = "quarantine"

# The partition key in the paths of all tables. No file has a column of this name, because pandas
# and pyarrow refuse a folder whose paths repeat a column.
PARTITION_KEY = "day"

# The partition key in the paths of compacted tables.
GENERATION_KEY = "generation"

_SOURCE = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
_ACCOUNT = re.compile(ACCOUNT_NAME, re.ASCII)
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{32}", re.ASCII)
_GENERATION = re.compile(r"[0-9]{4}-[0-9]{2}\.[0-9a-f]{32}(?:\.standing)?", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_COVER_IMAGES_PREFIX = f"{COVERS_PREFIX}images/"
_COVER_LINK = re.compile(
    r"covers/source=(?P<source>[^/]+)/(?P<address>[0-9a-f]{64})\.(?P<image>[0-9a-f]{64})", re.ASCII
)
_COMPACTED_FILE = "rows.parquet"
_PART = re.compile(r"manifest|part-[0-9]{4}", re.ASCII)
_RAW_KEY = re.compile(
    r"raw/source=(?P<source>[^/]+)/snapshot_date=(?P<date>[^/]+)/run=(?P<run>[^/]+)/"
    r"(?P<part>[^/.]+)(?P<suffix>\.jsonl\.zst|\.json)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class RawKey:
    """A raw object: a part of a run, or the run's manifest.

    Attributes:
        source: where the playlists come from, such as `spotify`.
        run_id: the run that landed the object.
        part: `part-0000` and so on, or `manifest`.
    """

    source: str
    run_id: RunId
    part: str

    def __post_init__(self) -> None:
        _check("source", _SOURCE, self.source)
        _check("part", _PART, self.part)

    def __str__(self) -> str:
        suffix = ".json" if self.is_manifest else ".jsonl.zst"
        return f"{run_prefix(self.source, self.run_id)}{self.part}{suffix}"

    @property
    def is_manifest(self) -> bool:
        """Whether this is the manifest, the last object of a run."""
        return self.part == MANIFEST

    def curated(self, table: str) -> str:
        """The key of the Parquet object that holds this raw object's rows of a table."""
        day = partition_prefix(table, self.run_id.snapshot_date)
        return f"{day}{self.source}.{self.run_id}.{self.part}.parquet"

    @property
    def rejected(self) -> str:
        """The key of the record that says why this raw object was rejected."""
        run = run_prefix(self.source, self.run_id).removeprefix(RAW_PREFIX)
        return f"{REJECTED_PREFIX}{run}{self.part}.json"

    def failure(self, number: int) -> str:
        """The key of the record that the transformer failed on this raw object for the nth time."""
        run = run_prefix(self.source, self.run_id).removeprefix(RAW_PREFIX)
        return f"{FAILURES_PREFIX}{run}{self.part}.{number}.txt"

    @classmethod
    def of_part(cls, source: str, run_id: RunId, number: int) -> RawKey:
        """The key of a run's part by its number, counted from 0.

        Raises:
            ValueError: the number is negative, or 10,000 or more.
        """
        if not 0 <= number < MAX_PARTS:
            raise ValueError(f"part number {number} is not between 0 and {MAX_PARTS - 1}")
        return cls(source, run_id, f"part-{number:04d}")

    @classmethod
    def of_manifest(cls, source: str, run_id: RunId) -> RawKey:
        """The key of a run's manifest."""
        return cls(source, run_id, MANIFEST)

    @classmethod
    def parse(cls, key: str) -> RawKey:
        """Parse a raw object's key, decoded as S3 stores it.

        Raises:
            ValueError: the key does not follow the grammar; the message gives an example.
        """
        match = _RAW_KEY.fullmatch(key) if len(key.encode()) <= MAX_KEY_BYTES else None
        if match is not None:
            parsed = cls(match["source"], RunId.parse(match["run"]), match["part"])
            if str(parsed) == key:
                return parsed
        raise ValueError(
            f"{key[:200]!r} is not a key like raw/source=spotify/snapshot_date=2026-11-21/"
            "run=20261121T060000Z-wrjkwl/part-0000.jsonl.zst"
        )


@dataclass(frozen=True, slots=True)
class CoverLink:
    """Says which image the address of a cover led to. Its object is empty: the key says it all.

    Attributes:
        source: where the playlist comes from, such as `spotify`.
        address: the digest of the address, by `address_digest`.
        image: the SHA-256 of the image's bytes, in hexadecimal.
    """

    source: str
    address: str
    image: str

    def __post_init__(self) -> None:
        _check("source", _SOURCE, self.source)
        _check("digest of an address", _SHA256, self.address)
        _check("digest of an image", _SHA256, self.image)

    def __str__(self) -> str:
        return f"{cover_links_prefix(self.source)}{self.address}.{self.image}"

    @classmethod
    def parse(cls, key: str) -> CoverLink:
        """Parse the key of a link.

        Raises:
            ValueError: the key does not follow the grammar.
        """
        match = _COVER_LINK.fullmatch(key)
        if match is None:
            raise ValueError(f"{key[:200]!r} is not the key of a cover's link")
        return cls(match["source"], match["address"], match["image"])


def address_digest(address: str) -> str:
    """The digest of a cover's address, in hexadecimal.

    Only the path counts: a source has several hosts for one image, and the rest expires.

    Raises:
        ValueError: it is not an address.
    """
    return sha256(urlsplit(address).path.encode(errors="surrogatepass")).hexdigest()


def cover_links_prefix(source: str) -> str:
    """The prefix of the links of a source's covers, with a slash at the end."""
    _check("source", _SOURCE, source)
    return f"{COVER_LINKS_PREFIX}{source}/"


def cover_image_key(image: str) -> str:
    """The key of a cover's image, by the SHA-256 of its bytes in hexadecimal."""
    _check("digest of an image", _SHA256, image)
    return f"{_COVER_IMAGES_PREFIX}{image}"


def rejected_message(record: str) -> str:
    """The key of the record that says why a message was rejected that names no raw object.

    Its dead letter has the same key, although some characters are replaced and it may be cut.

    Args:
        record: what was rejected: one record of the message, or all of it.
    """
    digest = sha256(sendable(record).encode()[:_DIGESTED_BYTES]).hexdigest()
    return f"{REJECTED_PREFIX}messages/{digest}.json"


def run_prefix(source: str, run_id: RunId) -> str:
    """The prefix of the objects that a run lands, with a slash at the end."""
    return f"{day_prefix(source, run_id.snapshot_date)}run={run_id}/"


def source_prefix(source: str) -> str:
    """The prefix of the objects that the runs of a source land, with a slash at the end."""
    _check("source", _SOURCE, source)
    return f"{SOURCE_PREFIX}{source}/"


def manifest_under(prefix: str) -> RawKey | None:
    """The key of the manifest of the run with a prefix `raw/…/run=…/`; None if it is none."""
    try:
        return RawKey.parse(f"{prefix}{MANIFEST}.json")
    except ValueError:
        return None


def day_prefix(source: str, snapshot_date: str) -> str:
    """The prefix of the objects that the runs of a day land, with a slash at the end."""
    return f"{source_prefix(source)}snapshot_date={snapshot_date}/"


def rejected_prefix(source: str, snapshot_date: str) -> str:
    """The prefix of the reject records of a day's raw objects, with a slash at the end."""
    return f"{REJECTED_PREFIX}{day_prefix(source, snapshot_date).removeprefix(RAW_PREFIX)}"


def failures_prefix(source: str, snapshot_date: str) -> str:
    """The prefix of the failure records of a day's raw objects, with a slash at the end."""
    return f"{FAILURES_PREFIX}{day_prefix(source, snapshot_date).removeprefix(RAW_PREFIX)}"


def source_of(prefix: str) -> str | None:
    """The source whose raw objects are under a prefix `raw/source=…/`; None if there is none."""
    source = prefix.removeprefix(SOURCE_PREFIX).removesuffix("/")
    return source if _SOURCE.fullmatch(source) else None


def restore_key(source: str, name: str) -> str:
    """The key of the record of a restore in progress; its name is a digest."""
    return f"{state_prefix(source)}restore-{name}.json"


# Under the state of a source; the account without a name has its state beside it.
ACCOUNT_PREFIX = "account="


def state_prefix(source: str, account: str | None = None) -> str:
    """The prefix of the state of a source, or of one of its accounts, with a slash at the end."""
    _check("source", _SOURCE, source)
    of_source = f"{STATE_PREFIX}source={source}/"
    if account is None:
        return of_source
    _check("name of an account", _ACCOUNT, account)
    return f"{of_source}{ACCOUNT_PREFIX}{account}/"


def state_key(source: str, account: str | None = None) -> str:
    """The key of the state about playlists that runs keep in the raw bucket."""
    return f"{state_prefix(source, account)}playlists.json"


def details_key(source: str, account: str | None = None) -> str:
    """The key of the state about details that runs keep in the raw bucket."""
    return f"{state_prefix(source, account)}details.json"


def pseudonyms_key(source: str, account: str | None = None) -> str:
    """The key of what says with which key the users of a source got pseudonyms."""
    return f"{state_prefix(source, account)}pseudonyms.json"


COMPACTION_ATTEMPT_KEY = f"{STATE_PREFIX}compaction.json"

# How long the snapshots of each source are kept, and when old ones were last removed.
RETENTION_KEY = f"{STATE_PREFIX}retention.json"

# Which runs were told by a webhook, by mail or by a topic.
NOTICES_KEY = f"{STATE_PREFIX}notices.json"


def table_prefix(table: str) -> str:
    """The prefix of a table, with a slash at the end: its location in the catalog."""
    _check("table", _TABLE, table)
    return QUARANTINE_PREFIX if table == QUARANTINE else f"{CURATED_PREFIX}{table}/"


def partition_prefix(table: str, snapshot_date: str) -> str:
    """The prefix of a day of a table, with a slash at the end."""
    return f"{table_prefix(table)}{PARTITION_KEY}={snapshot_date}/"


def month_prefix(table: str, month: str) -> str:
    """What the keys of all days of a month of a table start with."""
    _check("month", _MONTH, month)
    return f"{table_prefix(table)}{PARTITION_KEY}={month}-"


def generation(month: str, digest: str, *, standing: bool = False) -> str:
    """The name of a generation of compacted rows: another digest is another generation.

    Args:
        month: such as `2026-11`.
        digest: the digest of what it was made from, 32 hexadecimal digits.
        standing: whether it has what lasts at the end of the month, and not what has ended.
    """
    _check("month", _MONTH, month)
    _check("digest", _DIGEST, digest)
    return f"{month}.{digest}.standing" if standing else f"{month}.{digest}"


def compacted_prefix(table: str) -> str:
    """The prefix of a compacted table, with a slash at the end: its location in the catalog."""
    _check("table", _TABLE, table)
    return f"{COMPACTED_PREFIX}{table}/"


def compacted_key(table: str, generation: str) -> str:
    """The key of the file with a generation of the rows of a table."""
    _check("generation", _GENERATION, generation)
    return f"{compacted_prefix(table)}{GENERATION_KEY}={generation}/{_COMPACTED_FILE}"


def generation_of(key: str) -> str:
    """The generation of a compacted file, by its key.

    Raises:
        ValueError: it is not the key of such a file.
    """
    folder, _, name = key.rpartition("/")
    generation = folder.rpartition(f"/{GENERATION_KEY}=")[2]
    _check("generation", _GENERATION, generation)
    _check("name of a compacted file", re.compile(re.escape(_COMPACTED_FILE)), name)
    return generation


def iceberg_prefix(table: str) -> str:
    """The prefix of the metadata of an Iceberg table, with a slash at the end."""
    _check("table", _TABLE, table)
    return f"{ICEBERG_PREFIX}{table}/"


def adopted_marks_key(table: str, digest: str) -> str:
    """The key of a list of the commit marks that an Iceberg table has adopted.

    Args:
        table: the table.
        digest: the digest of the list, 32 hexadecimal digits.
    """
    _check("digest", _DIGEST, digest)
    return f"{iceberg_prefix(table)}adopted/{digest}.json.zst"


def compaction_record_key(what: str, month: str, digest: str, suffix: str) -> str:
    """The key of a record of the compaction of a month, outside the prefixes of tables.

    Args:
        what: what the record is; no table has this name.
        month: such as `2026-11`.
        digest: the digest of the record, or of what it was made from, 32 hexadecimal digits.
        suffix: the suffix of its name.
    """
    _check("record", _TABLE, what)
    _check("month", _MONTH, month)
    _check("digest", _DIGEST, digest)
    return f"{COMPACTED_PREFIX}{what}/month={month}/{digest}.{suffix}"


def _check(what: str, pattern: re.Pattern[str], text: str) -> None:
    if pattern.fullmatch(text) is None:
        raise ValueError(f"{text[:80]!r} is not a {what} ({pattern.pattern})")
