"""The Iceberg tables of a lake in a folder: their catalog is a database of SQLite beside it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NamespaceAlreadyExistsError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from playlake_contracts.keys import ICEBERG_CATALOG_KEY
from playlake_iceberg import errors
from playlake_iceberg.adopted import START_ANEW
from playlake_iceberg.errors import IcebergError, first_line
from playlake_iceberg.tables import CATALOG, Place
from playlake_lake.errors import system_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_lake.folder import Folder

_LOCKED_AT_MOST_SECONDS: Final = 60
# Two tables and a namespace. Each can be made by another sync a moment before, and then not again.
_MADE_AT_FIRST: Final = 3


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
    for _ in range(_MADE_AT_FIRST):
        with suppress(DBAPIError, NamespaceAlreadyExistsError):
            return Place(_opened(uri), CATALOG, str(root), folder)
    return Place(_opened(uri), CATALOG, str(root), folder)


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn an error of the catalog, or of what stores the metadata, into an `IcebergError`.

    Args:
        place: the lake, as a person names it.
    """
    try:
        with errors.explained(place):
            yield
    except SQLAlchemyError as error:
        raise IcebergError(
            f"{ICEBERG_CATALOG_KEY} of {place} cannot be used ({first_line(error)}): let other "
            f"syncs end, then start again, or {START_ANEW}"
        ) from error


def _opened(uri: str) -> SqlCatalog:
    catalog = SqlCatalog(CATALOG, uri=uri)
    catalog.create_namespace_if_not_exists(CATALOG)
    return catalog
