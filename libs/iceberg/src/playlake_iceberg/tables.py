"""The Iceberg tables of a lake: where they are, how they are made, and their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from pyiceberg.exceptions import NoSuchTableError, TableAlreadyExistsError
from pyiceberg.io.pyarrow import pyarrow_to_schema
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.transforms import IdentityTransform

from playlake_contracts.keys import iceberg_prefix
from playlake_contracts.tables import DATE_COLUMN, description
from playlake_iceberg.adopted import START_ANEW
from playlake_iceberg.errors import ForeignTableError

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.schema import Schema
    from pyiceberg.table import Table as IcebergTable

    from playlake_contracts.tables import Table
    from playlake_lake.compaction.store import Store

# The name of a catalog, which pyiceberg knows alone.
CATALOG: Final = "playlake"

# https://iceberg.apache.org/spec/#reserved-field-ids leaves ids from 1,000 to partitions.
_PARTITION_ID: Final = 1000
# Athena reads this version only, and no table goes back from version 3.
_FORMAT_VERSION: Final = {"format-version": "2"}
_PROPERTIES: Final = {
    # No program that expires snapshots or drops the table may delete the files of the lake.
    "gc.enabled": "false",
    "commit.manifest-merge.enabled": "true",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "10",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the Iceberg tables of a lake are.

    Attributes:
        catalog: the catalog that has them.
        namespace: their namespace in it; on AWS the Glue database.
        root: what stands before the key of an object: a folder, or the address of a bucket.
        store: the objects of the lake.
    """

    catalog: Catalog
    namespace: str
    root: str
    store: Store

    def location(self, key: str) -> str:
        """The path or the address of an object."""
        return f"{self.root}/{key}"


def open_table(place: Place, table: Table) -> IcebergTable:
    """Open an Iceberg table, and make it or add its new columns if need be.

    Raises:
        ForeignTableError: its metadata is not where the catalog says, as after a move.
        pyiceberg.exceptions.CommitFailedException: another sync adds the columns.
    """
    name = (place.namespace, table.name)
    try:
        opened = place.catalog.load_table(name)
    except NoSuchTableError:
        opened = _made(place, table)
    except FileNotFoundError as error:
        raise ForeignTableError(
            f"the metadata of the Iceberg table {table.name} is not where its catalog says, so the "
            f"lake was moved or copied: {START_ANEW}"
        ) from error
    if opened.location() != _location(place, table):
        raise ForeignTableError(
            f"the Iceberg table {table.name} belongs to another place, {opened.location()}: "
            f"{START_ANEW}"
        )
    _bring_up_to_date(opened, table)
    return opened


def _made(place: Place, table: Table) -> IcebergTable:
    schema = _schema(table)
    try:
        made = place.catalog.create_table(
            (place.namespace, table.name),
            schema,
            _location(place, table),
            _by_day(schema),
            properties={**_FORMAT_VERSION, **_PROPERTIES},
        )
    except TableAlreadyExistsError:  # another sync made it
        return place.catalog.load_table((place.namespace, table.name))
    return made


def _location(place: Place, table: Table) -> str:
    return place.location(iceberg_prefix(table.name).removesuffix("/"))


def _bring_up_to_date(opened: IcebergTable, table: Table) -> None:
    """Set the properties and add the columns that the table lacks."""
    # The files have no ids of columns, so readers find columns by their names.
    with opened.transaction() as transaction:
        if len(table.schema) > len(opened.schema().fields):
            with transaction.update_schema() as update:
                update.union_by_name(_schema(table))
        wanted = {**_PROPERTIES, _NAMES: _name_mapping(transaction.table_metadata.schema())}
        if wanted.items() - opened.properties.items():
            transaction.set_properties(wanted)


_NAMES: Final = "schema.name-mapping.default"


def _name_mapping(schema: Schema) -> str:
    return schema.name_mapping.model_dump_json()


def _schema(table: Table) -> Schema:
    """The schema of a table, with the descriptions of its columns."""
    numbered = [
        field.with_metadata({"doc": description(field), "PARQUET:field_id": str(number)})
        for number, field in enumerate(table.schema, start=1)
    ]
    return pyarrow_to_schema(pa.schema(numbered))


def _by_day(schema: Schema) -> PartitionSpec:
    source = schema.find_field(DATE_COLUMN).field_id
    return PartitionSpec(PartitionField(source, _PARTITION_ID, IdentityTransform(), DATE_COLUMN))
