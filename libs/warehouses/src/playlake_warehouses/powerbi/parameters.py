"""The parameters of the model's queries: where the lake is, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from playlake_warehouses.powerbi.described import Expression
from playlake_warehouses.powerbi.m_text import m_text

FOLDER: Final = "Folder"
ATHENA: Final = "Athena"
SNOWFLAKE: Final = "Snowflake"
SOURCES: Final = (FOLDER, ATHENA, SNOWFLAKE)


@dataclass(frozen=True, slots=True)
class LakeFolder:
    """A lake in a folder, as Windows names the folder."""

    path: str = r"C:\Playlake\lake"


@dataclass(frozen=True, slots=True)
class AthenaDatabase:
    """A lake on AWS, by the name of its database in Athena."""

    name: str = "playlake"


Place: TypeAlias = LakeFolder | AthenaDatabase


def parameters(place: Place) -> tuple[Expression, ...]:
    """The parameters, filled in for a lake; those of other places have examples."""
    folder = place if isinstance(place, LakeFolder) else LakeFolder()
    athena = place if isinstance(place, AthenaDatabase) else AthenaDatabase()
    return (
        _source(FOLDER if place is folder else ATHENA),
        _text(
            "LakeFolder", "the folder of a lake: the one that has the folder curated", folder.path
        ),
        _text(
            "AthenaDsn", "the name of a data source of Amazon's ODBC driver for Athena", "Playlake"
        ),
        _text("AthenaDatabase", "the database of the lake in Athena", athena.name),
        _text(
            "SnowflakeServer",
            "the address of a Snowflake account",
            "account.snowflakecomputing.com",
        ),
        _text("SnowflakeWarehouse", "the virtual warehouse that runs the queries", "PLAYLAKE"),
        _text("SnowflakeDatabase", "the database of the lake in Snowflake", "PLAYLAKE"),
        _text("SnowflakeSchema", "the schema with a view of each table", "LAKE"),
        Expression(
            "SnowflakeHasHistory",
            "whether that schema has changes, memberships and timeline; else they have no rows",
            f"false meta [{_meta('Logical')}]",
            "Logical",
        ),
    )


def _source(chosen: str) -> Expression:
    allowed = ", ".join(map(m_text, SOURCES))
    meta = f"{_meta('Text')}, List = {{{allowed}}}, DefaultValue = {m_text(FOLDER)}"
    text = f"how the lake is read: {', '.join(SOURCES)}"
    return Expression("LakeSource", text, f"{m_text(chosen)} meta [{meta}]", "Text")


def _text(name: str, text: str, value: str) -> Expression:
    return Expression(name, text, f"{m_text(value)} meta [{_meta('Text')}]", "Text")


def _meta(kind: str) -> str:
    """What makes an expression a parameter of a type."""
    return f'IsParameterQuery = true, Type = "{kind}", IsParameterQueryRequired = true'
