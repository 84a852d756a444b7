"""The functions of M that read a lake in one of three ways, each committed row once.

Only one of them asks a source, and none of them is a query that another query reads: so Power
Query finds nothing to combine, whatever the privacy levels are. The rule of readers is that of
`playlake_contracts.places`. In a folder a file of a table has the name of its commit mark.
"""

from __future__ import annotations

from typing import Final

from playlake_contracts.keys import (
    COMPACTED_PREFIX,
    CURATED_PREFIX,
    IN_FORCE_KEY,
    PARTITION_KEY,
)
from playlake_contracts.places import MARKS
from playlake_warehouses.powerbi.described import Expression
from playlake_warehouses.powerbi.parameters import ATHENA, FOLDER, SNOWFLAKE

# What `compacted/in-force.json` says of itself; another version is refused.
IN_FORCE_SCHEMA: Final = "playlake.in-force/1"
# It stands for the database in the SQL of a table.
DATABASE: Final = "{database}"

_CURATED: Final = CURATED_PREFIX.rstrip("/")
_COMPACTED: Final = COMPACTED_PREFIX.rstrip("/")
_IN_FORCE: Final = IN_FORCE_KEY.removeprefix(COMPACTED_PREFIX)

_KEY: Final = """\
(parts as list) as nullable text =>
    if List.Contains(parts, null) then null else Text.Combine(parts, "|")"""

_UTC_TIME: Final = """\
(value as any) as nullable datetime =>
    if value = null then null
    else if value is datetimezone then DateTimeZone.RemoveZone(DateTimeZone.ToUtc(value))
    else DateTime.From(value)"""

_COMMITTED_FILES: Final = f"""\
(table as text) as list =>
    let
        Found = Table.SelectRows(Folder.Contents(LakeFolder), each [Name] = "{_CURATED}"),
        Curated =
            if Table.IsEmpty(Found)
            then error "LakeFolder has no folder {_CURATED}: name the folder of a lake"
            else Found{{0}}[Content],
        DaysOf = (rows as table) as list =>
            Table.SelectRows(rows, each Text.StartsWith([Name], "{PARTITION_KEY}="))[Content],
        FilesOf = (name as text) as table =>
            let
                Tables = Table.SelectRows(Curated, each [Name] = name)[Content],
                Days = List.Combine(List.Transform(Tables, DaysOf)),
                Files = Table.Combine({{#table({{"Name", "Content"}}, {{}})}} & Days)
            in
                Table.SelectRows(
                    Table.SelectColumns(Files, {{"Name", "Content"}}),
                    each Text.EndsWith([Name], ".parquet")),
        // The marks are listed first: a part that commits meanwhile is not seen at all.
        MarkFiles = Table.SelectColumns(FilesOf("{MARKS}"), {{"Name"}}),
        Marks = Table.Buffer(Table.RenameColumns(MarkFiles, {{{{"Name", "Mark"}}}})),
        Committed =
            if Table.IsEmpty(Marks) then #table({{"Name", "Content", "Mark"}}, {{}})
            else Table.Join(FilesOf(table), "Name", Marks, "Mark", JoinKind.Inner)
    in
        Committed[Content]"""

_HISTORY_FILES: Final = f"""\
(table as text) as list =>
    let
        Root = Folder.Contents(LakeFolder),
        Folders = Table.SelectRows(Root, each [Name] = "{_COMPACTED}")[Content],
        Records = List.Combine(List.Transform(Folders, (folder) =>
            Table.SelectRows(folder, each [Name] = "{_IN_FORCE}")[Content])),
        InForce =
            if List.IsEmpty(Records) then [schema = "{IN_FORCE_SCHEMA}", history = []]
            else Json.Document(Records{{0}}, TextEncoding.Utf8),
        Months =
            if InForce[schema] = "{IN_FORCE_SCHEMA}" then InForce[history]
            else error "a newer Playlake compacted this lake: make this project anew with it",
        Names = List.Sort(Record.FieldNames(Months)),
        FileOf = (month as text, kind as text) as nullable record =>
            Record.FieldOrDefault(Record.Field(Record.Field(Months, month), kind), table),
        // Of each month what it ended, and of the last one what lasts.
        Ended = List.Transform(Names, each FileOf(_, "tables")),
        Lasting = List.Transform(List.LastN(Names, 1), each FileOf(_, "standing")),
        Keys = List.Transform(List.RemoveNulls(Ended & Lasting), each [key]),
        Step = (folder, name) => folder{{[Name = name]}}[Content]
    in
        List.Transform(Keys, each List.Accumulate(Text.Split(_, "/"), Root, Step))"""

_ROWS_OF_FILES: Final = """\
(files as list, columns as list, added as list) as table =>
    let
        Names = List.Transform(columns, each _{0}),
        RowsOf = (file as binary) as table =>
            let
                Read = Parquet.Document(file),
                Known = List.Intersect({added, Table.ColumnNames(Read)})
            in
                Table.SelectColumns(Read, List.Difference(Names, added) & Known)
    in
        // Files from before a column was added lack it.
        Table.Combine({#table(Names, {})} & List.Transform(files, RowsOf))"""

_ROWS_OF_SQL: Final = f"""\
(sql as text) as table =>
    let
        In = (database as text, text as text) as text =>
            Text.Replace(text, "{DATABASE}", database),
        Schema = SnowflakeDatabase & "." & SnowflakeSchema,
        Databases = Snowflake.Databases(SnowflakeServer, SnowflakeWarehouse),
        Found =
            if LakeSource = "{ATHENA}" then
                Odbc.Query("dsn=" & AthenaDsn, In(AthenaDatabase, sql))
            else if LakeSource = "{SNOWFLAKE}" then
                // Names without quotes are found whatever their case was.
                Value.NativeQuery(
                    Databases{{[Name = SnowflakeDatabase]}}[Data],
                    In(Schema, Text.Replace(sql, \"\"\"\", "")))
            else error "LakeSource is unknown: choose {FOLDER}, {ATHENA} or {SNOWFLAKE}"
    in
        Table.TransformColumnNames(Found, Text.Lower)"""

_TYPED: Final = """\
(rows as table, columns as list, times as list) as table =>
    let
        Chosen = Table.SelectColumns(rows, List.Transform(columns, each _{0})),
        InUtc = Table.TransformColumns(
            Chosen, List.Transform(times, each {_, UtcTime, type nullable datetime}))
    in
        Table.TransformColumnTypes(InUtc, columns, "en-US")"""

_COMMITTED_ROWS: Final = f"""\
(table as text, columns as list, times as list, added as list, sql as text) as table =>
    let
        Rows =
            if LakeSource = "{FOLDER}" then RowsOfFiles(CommittedFiles(table), columns, added)
            else RowsOfSql(sql)
    in
        Typed(Rows, columns, times)"""

_HISTORY_ROWS: Final = f"""\
(table as text, columns as list, times as list, sql as text) as table =>
    let
        Rows =
            if LakeSource = "{FOLDER}" then RowsOfFiles(HistoryFiles(table), columns, {{}})
            else if LakeSource = "{SNOWFLAKE}" and not SnowflakeHasHistory
            then RowsOfFiles({{}}, columns, {{}})
            else RowsOfSql(sql)
    in
        Typed(Rows, columns, times)"""

FUNCTIONS: Final = (
    Expression("Key", "the columns of a key as one text, or null", _KEY, "Function"),
    Expression("UtcTime", "a time in UTC without its zone", _UTC_TIME, "Function"),
    Expression(
        "CommittedFiles",
        "the files of a table whose commit mark exists, in a folder",
        _COMMITTED_FILES,
        "Function",
    ),
    Expression(
        "HistoryFiles",
        "the files of a table of the history that are in force, in a folder",
        _HISTORY_FILES,
        "Function",
    ),
    Expression("RowsOfFiles", "the rows of Parquet files", _ROWS_OF_FILES, "Function"),
    Expression("RowsOfSql", "the rows of a query of Athena or Snowflake", _ROWS_OF_SQL, "Function"),
    Expression("Typed", "the columns of a table, with their types", _TYPED, "Function"),
    Expression("CommittedRows", "the committed rows of a table", _COMMITTED_ROWS, "Function"),
    Expression(
        "HistoryRows",
        "the rows of a table of the history, as of the last compaction",
        _HISTORY_ROWS,
        "Function",
    ),
)
