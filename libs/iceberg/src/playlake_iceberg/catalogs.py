"""The catalogs of the Iceberg tables: SQLite beside a lake in a folder, Glue for one on AWS."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import boto3
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.catalog.sql import SqlCatalog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from playlake_contracts.keys import CURATED_PREFIX, ICEBERG_CATALOG_KEY
from playlake_iceberg.adopted import START_ANEW
from playlake_iceberg.errors import IcebergError
from playlake_iceberg.tables import Place
from playlake_lake.errors import system_call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_aws.lake import AwsLake
    from playlake_lake.folder import Folder

NAME: Final = "playlake"
_LOCKED_AT_MOST_SECONDS: Final = 60


def in_folder(folder: Folder) -> Place:
    """The tables of a lake in a folder, whose catalog is made if there is none.

    Raises:
        FolderFailedError: the folder takes no catalog.
    """
    root = folder.root.absolute()
    path = folder.path(ICEBERG_CATALOG_KEY).absolute()
    with system_call(f"{root} does not take {ICEBERG_CATALOG_KEY}"):
        path.parent.mkdir(parents=True, exist_ok=True)
    uri = f"sqlite:///{path}?timeout={_LOCKED_AT_MOST_SECONDS}"
    try:
        catalog = _opened(uri)
    except DBAPIError:  # another sync made the same tables of the catalog
        catalog = _opened(uri)
    return Place(catalog, NAME, str(root), folder)


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn an error of a catalog, or of what stores its metadata, into an `IcebergError`.

    Args:
        place: the lake, as a person names it.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise IcebergError(
            f"{ICEBERG_CATALOG_KEY} of {place} cannot be used ({_first_line(error)}): let other "
            f"syncs end, then start again, or {START_ANEW}"
        ) from error
    except OSError as error:
        raise IcebergError(
            f"the metadata of the Iceberg tables of {place} cannot be read or written "
            f"({_first_line(error)}): correct that, then start again"
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def on_aws(lake: AwsLake) -> Place:
    """The tables of a lake on AWS, whose Glue database is made if there is none.

    Errors of botocore are raised as they are.
    """
    database = lake.deployment.names.iceberg_database
    lake.store.folders(CURATED_PREFIX)  # no database is made for a lake that is not there
    catalog = GlueCatalog(NAME, client=lake.aws.glue, **_access(lake))
    catalog.create_namespace_if_not_exists(database)
    return Place(catalog, database, f"s3://{lake.deployment.curated_bucket}", lake.store)


def _opened(uri: str) -> SqlCatalog:
    catalog = SqlCatalog(NAME, uri=uri)
    catalog.create_namespace_if_not_exists(NAME)
    return catalog


def _access(lake: AwsLake) -> Mapping[str, str]:
    """How pyarrow reaches S3. It knows neither AWS_ENDPOINT_URL nor all of boto3's credentials."""
    credentials = boto3.Session(region_name=lake.deployment.region).get_credentials()
    found = {
        "s3.region": lake.deployment.region,
        "s3.endpoint": lake.aws.s3.meta.endpoint_url,
    }
    if credentials is None:
        return found
    frozen = credentials.get_frozen_credentials()
    keys = {
        "s3.access-key-id": frozen.access_key,
        "s3.secret-access-key": frozen.secret_key,
        "s3.session-token": frozen.token,
    }
    return found | {name: value for name, value in keys.items() if value}
