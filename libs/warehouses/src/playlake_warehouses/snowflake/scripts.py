"""The files of SQL: how each is named, what it is for, and what makes it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_warehouses.snowflake.catalog_linked import catalog_linked
from playlake_warehouses.snowflake.parquet_direct import parquet_direct
from playlake_warehouses.snowflake.snowpipe import snowpipe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playlake_warehouses.snowflake.attachment import Attachment


@dataclass(frozen=True, slots=True)
class Script:
    """A file of SQL.

    Attributes:
        name: its name on the command line.
        purpose: what it is for, in a phrase.
        make: makes its text with the names that it is filled with.
    """

    name: str
    purpose: str
    make: Callable[[Attachment], str]

    @property
    def file_name(self) -> str:
        """The name of the file."""
        return f"{self.name.replace('-', '_')}.sql"


_SCRIPTS: Final = (
    Script("snowpipe", "loads the tables as their files are committed", snowpipe),
    Script("parquet-direct", "reads the files where they are, as a preview", parquet_direct),
    Script("catalog-linked", "follows the Iceberg tables in the Glue catalog", catalog_linked),
)
SCRIPTS: Final[Mapping[str, Script]] = MappingProxyType(
    {script.name: script for script in _SCRIPTS}
)
