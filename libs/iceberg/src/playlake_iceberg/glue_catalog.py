"""The Iceberg tables of a lake on AWS: their catalog is a database of the Glue Data Catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import boto3
from pyiceberg.catalog.glue import GlueCatalog

from playlake_contracts.keys import CURATED_PREFIX
from playlake_iceberg.listing_io import ListingFileIO
from playlake_iceberg.tables import CATALOG, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_glue import GlueClient

    from playlake_aws.s3_store import S3Store


# pyiceberg is given the class of its files by its name.
_FILES: Final = f"{ListingFileIO.__module__}.{ListingFileIO.__name__}"


def in_glue(store: S3Store, glue: GlueClient, database: str) -> Place:
    """The tables of a lake on AWS, whose Glue database is made if there is none.

    Args:
        store: the objects of the lake.
        glue: the client of Glue.
        database: the Glue database.

    Errors of botocore are raised as they are.
    """
    store.folders(CURATED_PREFIX)  # no database is made for a lake that is not there
    catalog = GlueCatalog(CATALOG, client=glue, **{"py-io-impl": _FILES}, **_access(store))
    catalog.create_namespace_if_not_exists(database)
    return Place(catalog, database, f"s3://{store.curated_bucket}", store)


def _access(store: S3Store) -> Mapping[str, str]:
    """How pyarrow reaches S3. It knows neither AWS_ENDPOINT_URL nor all of boto3's credentials."""
    client = store.s3.meta
    found = {"s3.region": client.region_name, "s3.endpoint": client.endpoint_url}
    credentials = boto3.Session(region_name=client.region_name).get_credentials()
    if credentials is None:
        return found
    frozen = credentials.get_frozen_credentials()
    keys = {
        "s3.access-key-id": frozen.access_key,
        "s3.secret-access-key": frozen.secret_key,
        "s3.session-token": frozen.token,
    }
    return found | {name: value for name, value in keys.items() if value}
