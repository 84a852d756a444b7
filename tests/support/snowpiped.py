"""Asks the process that plays Snowflake, of fake_snowflake.py, in the environment that it needs."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-snowflake" / "bin" / "python"
_PLAYER = Path(__file__).with_name("fake_snowflake.py")


class PlayedSnowflake:
    """The process: each method is one of its `Snowflake`."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def ask(self, method: str, /, **arguments: Any) -> Any:  # noqa: ANN401 - what it answers
        """Call a method, and give what it returns."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps([method, arguments])}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the process that plays Snowflake has ended; its error is above"
        return json.loads(answer)

    def rows(self, name: str) -> pa.Table:
        """The rows of a view or a table, with the names of columns in small letters."""
        file = self._folder / "rows.parquet"
        self.ask("write", name=name, path=str(file))
        table = pq.read_table(file)
        return table.rename_columns([column.lower() for column in table.column_names])


@contextmanager
def played_snowflake(endpoint: str, folder: Path) -> Iterator[PlayedSnowflake]:
    """Play a Snowflake that reaches the S3 and the SQS of an endpoint."""
    assert PYTHON.exists(), "nothing plays Snowflake: run make .venv-snowflake/stamp"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "NO_PROXY": "127.0.0.1",
    }
    with subprocess.Popen(
        [str(PYTHON), str(_PLAYER), endpoint],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as process:
        try:
            yield PlayedSnowflake(process, folder)
        finally:
            process.kill()
