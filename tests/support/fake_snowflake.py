"""Plays Snowflake with its Snowpipe: fakesnow runs the statements of warehouses/snowflake.

It runs in `.venv-snowflake`, as a process that is asked a line of JSON at a time. It reads S3's
events from a queue, as Snowflake does, and runs the COPY of the pipe whose folder a file is in.
fakesnow knows neither INTEGRATION, PIPE nor TASK, so their statements are taken apart here; nor
does it know INCLUDE_METADATA, so what that fills is filled here.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import boto3
import pyarrow.parquet as pq
from fakesnow.instance import FakeSnow
from fsspec.implementations.arrow import ArrowFSWrapper
from pyarrow.fs import S3FileSystem

_PIPE = re.compile(
    r"CREATE PIPE IF NOT EXISTS (?P<name>\S+)\n.*?^AS$\n(?P<copy>.*)", re.DOTALL | re.MULTILINE
)
_TASK = re.compile(
    r"CREATE OR REPLACE TASK (?P<name>\S+)\n.*?^AS$\n(?P<body>.*)", re.DOTALL | re.MULTILINE
)
_COPY = re.compile(r"COPY INTO (?P<table>\S+)\nFROM @\S+?/(?P<folder>\S+)")
_METADATA = re.compile(r"\nINCLUDE_METADATA = \(\n.*?\n\)", re.DOTALL)
# What nothing here can run: that it is sound SQL, the unit tests say.
_UNPLAYED = re.compile(r"CREATE STORAGE INTEGRATION|DESC |SHOW |ALTER (PIPE|TASK) ")


class _S3(ArrowFSWrapper):  # type: ignore[misc]  # fsspec has no types
    """S3 for DuckDB, whose own extension would have to be downloaded."""

    protocol = "s3"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return path.removeprefix("s3://")


@dataclass
class _Pipe:
    """A pipe: its table, its folder below the stage, and its own COPY."""

    table: str
    folder: str
    copy: str


class Snowflake:
    """A Snowflake of its own, which reaches the S3 and the SQS of an endpoint."""

    def __init__(self, endpoint: str) -> None:
        self._s3 = boto3.client("s3", endpoint_url=endpoint)
        self._sqs = boto3.client("sqs", endpoint_url=endpoint)
        self._fake = FakeSnow()
        address = urlsplit(endpoint)
        files = S3FileSystem(endpoint_override=address.netloc, scheme=address.scheme)
        self._fake.duck_conn.register_filesystem(_S3(files))
        self._connection = self._fake.connect()
        self._bucket = ""
        self._pipes: dict[str, _Pipe] = {}
        self._tasks: dict[str, str] = {}

    def attach(self, sql: str, bucket: str) -> None:
        """Attach a bucket by a file of SQL; the pipes of another one no longer load."""
        self._bucket = bucket
        self._pipes, self._tasks = {}, {}
        lines = (line for line in sql.splitlines() if not line.startswith("--"))
        for statement in filter(str.strip, "\n".join(lines).split(";\n")):
            self._take(statement.strip())

    def _take(self, statement: str) -> None:
        if pipe := _PIPE.fullmatch(statement):
            copy = _COPY.match(pipe["copy"])
            assert copy, statement
            self._pipes[pipe["name"]] = _Pipe(copy["table"], copy["folder"], pipe["copy"])
        elif task := _TASK.fullmatch(statement):
            self._tasks[task["name"]] = task["body"]
        elif not _UNPLAYED.match(statement):
            self.execute(statement)

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement of Snowflake, and give its rows."""
        cursor = self._connection.cursor()
        return list(cursor.execute(statement).fetchall())

    def drain(self, queue: str, events: int) -> list[list[Any]]:
        """Do what the pipes do for so many events of a queue: the file, its status, its rows."""
        done: list[list[Any]] = []
        while len(done) < events:
            messages = self._receive(queue)
            assert messages, f"{queue} has {len(done)} events, not {events}"
            for message in messages:
                records = json.loads(message["Body"]).get("Records", ())
                keys = [unquote_plus(record["s3"]["object"]["key"]) for record in records]
                done.extend(map(self.load, keys))
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=queue, ReceiptHandle=handle)
        return done

    def _receive(self, queue: str) -> list[Any]:
        answer = self._sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=20
        )
        return list(answer.get("Messages", ()))

    def load(self, key: str, *, force: bool = False, modified: str | None = None) -> list[Any]:
        """Run the COPY of the pipe of a file.

        Args:
            key: the key of the file.
            force: whether the history of the pipe does not count, as after 14 days.
            modified: when the file was written, if S3 shall not say so.
        """
        below = key.removeprefix("curated/")
        (pipe,) = (one for one in self._pipes.values() if below.startswith(one.folder))
        copy, found = _METADATA.subn("", pipe.copy)
        assert found == 1, pipe.copy
        file = below.removeprefix(pipe.folder)
        options = f"FILES = ('{file}')" + (" FORCE = TRUE" if force else "")
        ((_, status, _, rows, *_),) = self.execute(f"{copy}\n{options}")
        if status == "LOADED":
            head = self._s3.head_object(Bucket=self._bucket, Key=key)
            written = datetime.fromisoformat(modified) if modified else head["LastModified"]
            self._fill_metadata(pipe.table, written)
        return [key, status, rows]

    def _fill_metadata(self, table: str, written: datetime) -> None:
        """Fill what INCLUDE_METADATA fills, in the rows that were loaded last."""
        self._fake.duck_conn.execute(
            f"UPDATE {table} SET file_row_number = rowid + 1 - "
            f"(SELECT min(rowid) FROM {table} WHERE loaded_at IS NULL), "
            "file_last_modified = ?, loaded_at = ? WHERE loaded_at IS NULL",
            [written.astimezone(UTC).replace(tzinfo=None), datetime.now(UTC)],
        )

    def write(self, name: str, path: str) -> int:
        """Write what a SELECT of a view or a table finds to a Parquet file, and count the rows."""
        cursor = self._connection.cursor()
        cursor.execute(f"SELECT * FROM {name}")
        # fakesnow has no other way to Arrow, and rows of Python would lose the types.
        table = cursor._arrow_table
        pq.write_table(table, path)
        return int(table.num_rows)

    def run_task(self, name: str) -> None:
        """Run a task now."""
        self.execute(self._tasks[name])


def main() -> None:
    """Answer each line of standard input by a line of standard output, until there is none."""
    # It would say of each column of each table that DuckDB keeps comments elsewhere.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    snowflake = Snowflake(sys.argv[1])
    for line in sys.stdin:
        name, arguments = json.loads(line)
        answer = getattr(snowflake, name)(**arguments)
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main()
