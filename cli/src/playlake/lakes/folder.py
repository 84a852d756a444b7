"""A lake in a folder: nothing is started to read it, and the services write it as processes."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from playlake import errors
from playlake.errors import CommandError
from playlake.services.processes import run_to_end, service_environment
from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import RAW_PREFIX
from playlake_lake.backlog import counting, rejected, waiting
from playlake_lake.days import EVERY_DAY
from playlake_lake.errors import LakeError, NoLakeYetError, SqlRefusedError
from playlake_lake.identity import make_lake, open_lake
from playlake_lake.literals import NO_VALUES, zoneless
from playlake_lake.refusals import explain
from playlake_lake.results import Column, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from playlake_contracts.keys import RawKey
    from playlake_extractor.public import FolderRawStore, FolderStateStore
    from playlake_lake.days import Days
    from playlake_lake.folder import Folder
    from playlake_lake.identity import Identity
    from playlake_lake.literals import Value

# DuckDB's names of types by Athena's; lists and structs are not among them.
_TYPES: Final = {"HUGEINT": "bigint", "FLOAT": "float", "TIMESTAMP WITH TIME ZONE": "timestamp"}


@dataclass(frozen=True, slots=True)
class FolderLake:
    """A lake in a folder; implements `lake.Lake`.

    Attributes:
        folder: its objects.
        identity: what `lake.json` says.
        logs: the folder of the services' logs.
    """

    folder: Folder
    identity: Identity
    logs: Path

    @classmethod
    def open(cls, root: Path, logs: Path) -> FolderLake:
        """Open the lake in a folder.

        Raises:
            CommandError: there is none, or this version cannot use it.
        """
        with explained():
            return cls(*open_lake(root), logs)

    @classmethod
    def make(
        cls,
        root: Path,
        logs: Path,
        *,
        synthetic: bool = False,
        tables: Collection[str] | None = None,
    ) -> FolderLake:
        """Open the lake in a folder, and make one if the folder is empty or missing.

        Args:
            root: the folder.
            logs: the folder of the services' logs.
            synthetic: whether a new lake will hold the stand-in's invented music.
            tables: the tables that a new lake will hold; None is all of them.

        Raises:
            CommandError: the folder has other files, or a lake that this version cannot use.
        """
        with explained():
            return cls(*make_lake(root, synthetic=synthetic, tables=tables), logs)

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.folder.root)

    @property
    def is_synthetic(self) -> bool:
        """Whether it holds the stand-in's invented music."""
        return self.identity.synthetic

    def query(
        self, sql: str, values: Mapping[str, Value] = NO_VALUES, days: Days = EVERY_DAY
    ) -> Result:
        """The result of a SELECT over the committed rows, by DuckDB; see `lake.Lake`."""
        from playlake_lake.tables import query  # noqa: PLC0415 - only queries load DuckDB

        with explained():
            found = query(self.folder, sql, days=days, parameters=zoneless(values))
        columns = tuple(Column(name, athena_type(kind)) for name, kind in found.columns)
        return Result(columns, [tuple(map(_value, row)) for row in found.rows])

    def has_history(self) -> bool:
        """A query makes what is missing."""
        return True

    def raw_keys(self, prefix: str = RAW_PREFIX) -> Iterator[RawKey]:
        """The keys of the raw objects under a prefix, in order."""
        with explained():
            yield from raw_keys(self.folder.keys(prefix))

    def read(self, key: str) -> bytes:
        """The bytes of a raw object."""
        with explained():
            body = self.folder.read(key)
        if body is None:
            raise CommandError(f"{key} is not in the lake in {self.place}")
        return body

    def raw_store(self) -> FolderRawStore:
        """Where the extractor lands raw objects."""
        from playlake_extractor.public import FolderRawStore  # noqa: PLC0415 - loads boto3

        return FolderRawStore(self.folder)

    def state_keys(self, prefix: str) -> list[str]:
        """The keys of what the extractor keeps under a prefix, in order."""
        with explained():
            return list(self.folder.keys(prefix))

    def state_store(self, key: str) -> FolderStateStore:
        """Where the extractor keeps the state under a key."""
        from playlake_extractor.public import FolderStateStore  # noqa: PLC0415 - loads boto3

        return FolderStateStore(self.folder, key)

    def settings(self) -> Mapping[str, str]:
        """The environment variables that send a service to this lake."""
        return {"PLAYLAKE_LAKE": self.place}

    def transform(
        self, prefix: str = RAW_PREFIX, say: Callable[[str], None] = lambda _: None
    ) -> None:
        """Run the transformer, so that what is landed now is committed or rejected.

        Raises:
            CommandError: some objects are left; the message names the log.
        """
        found = self.waiting(prefix)
        if not found:
            return
        environment = service_environment(os.environ, self.settings())
        status = run_to_end("transformer", environment, logs=self.logs)
        # What another command has landed meanwhile is its own to transform.
        if left := set(found).intersection(self.waiting(prefix)):
            raise CommandError(
                f"the transformer did not finish (raw objects left: {len(left):,}): see "
                f"{self.logs / 'transformer.log'} (status {status}); the next `playlake run` or "
                "`playlake transform` goes on with them"
            )
        for key in self.counting(prefix):
            say(f"{key} was rejected: {self.folder.path(key.rejected)} says why")

    def waiting(self, prefix: str = RAW_PREFIX) -> list[RawKey]:
        """The raw objects that are neither committed nor rejected."""
        with explained():
            return waiting(self.folder, prefix)

    def rejected(self, prefix: str = RAW_PREFIX) -> list[RawKey]:
        """The raw objects that were rejected."""
        with explained():
            return rejected(self.folder, prefix)

    def counting(self, prefix: str = RAW_PREFIX) -> list[RawKey]:
        """The raw objects that were rejected, without those that somebody dismissed."""
        with explained():
            return counting(self.folder, prefix)


def athena_type(duckdb_type: str) -> str:
    """Athena's name of a type of DuckDB's, such as `varchar` or `array(integer)`."""
    if duckdb_type.endswith("[]"):
        return f"array({athena_type(duckdb_type.removesuffix('[]'))})"
    plain = re.sub(r"\(.*", "", duckdb_type)
    return _TYPES.get(plain, "row" if plain == "STRUCT" else plain.lower())


def _value(value: Any) -> Any:  # noqa: ANN401 - DuckDB's values
    """A value as Athena's are: times are aware."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value


@contextmanager
def explained() -> Iterator[None]:
    """Turn an error of the folder into a `CommandError`."""
    try:
        yield
    except NoLakeYetError as error:
        raise errors.NoLakeYetError(str(error)) from error
    except SqlRefusedError as error:
        raise CommandError(explain(str(error))) from error
    except LakeError as error:
        raise CommandError(str(error)) from error
