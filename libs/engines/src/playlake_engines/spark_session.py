"""A session of Spark for a program that gives its tasks keys, and gets counts."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.explained import ExplainedError
from playlake_engines.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

PYSPARK: Final = "pyspark==3.5.6"

# Spark's words when a heap is too small, and the JVM's.
_TOO_LITTLE_MEMORY: Final = ("must be at least", "OutOfMemoryError", "not reserve enough space")
# With this line py4j begins; the next one is the error of the JVM.
_NO_REASON: Final = "An error occurred while calling "


@contextmanager
def spark_session(name: str, master: str | None) -> Iterator[Any]:
    """Give a `pyspark.sql.SparkSession` while a block lasts; pyspark is no dependency.

    Args:
        name: the name of the application.
        master: such as `local[*]`; None leaves it to whoever submits the program.

    Raises:
        EngineError: pyspark or Java is missing, or Spark did not start or finish.
    """
    session = _start(name, master)
    try:
        with explained():
            yield session
    finally:
        session.stop()


def _start(name: str, master: str | None) -> Any:  # noqa: ANN401 - a SparkSession
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - the only engine that needs it
    except ImportError as error:
        raise EngineError(
            f"the engine spark needs pyspark: `pip install '{PYSPARK}'` beside Playlake, or leave "
            "out --engine, as one machine is faster without Spark"
        ) from error
    require_java()
    # Executors start Python by this name, and Spark's own default may be another version.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName(name)
    for setting, value in _settings(master).items():
        builder = builder.config(setting, value)
    with explained():
        return builder.getOrCreate()


def _settings(master: str | None) -> dict[str, str]:
    if master is None:
        return {}
    found = {
        "spark.master": master,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):  # nothing has to reach the driver from another machine
        found |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return found


def require_java() -> None:
    """Look for Java.

    Raises:
        EngineError: there is none.
    """
    home = os.environ.get("JAVA_HOME")
    found = (Path(home) / "bin" / "java").exists() if home else shutil.which("java") is not None
    if not found:
        raise EngineError(
            "the engine spark needs Java 17: install it (on Debian: openjdk-17-jre-headless), or "
            "set JAVA_HOME"
        )


@contextmanager
def explained() -> Iterator[None]:
    """Turn an error of Spark into an `EngineError` of one sentence; those of Playlake stay."""
    try:
        yield
    except ExplainedError:
        raise
    except Exception as error:
        text = str(error)
        if any(sign in text for sign in _TOO_LITTLE_MEMORY):
            raise EngineError(
                f"Spark has too little memory ({_sentence(text)}): give it 1 GiB or more, by "
                "spark.driver.memory and spark.executor.memory"
            ) from error
        raise EngineError(
            f"Spark has stopped ({type(error).__name__}: {_sentence(text)}): its log has the "
            "reason; what is done stays, and the same command goes on"
        ) from error


def _sentence(text: str) -> str:
    """The line of an error of Spark that says why, without its traceback."""
    found = (line.strip(" :") for line in text.splitlines())
    lines = [line for line in found if line and not line.startswith(_NO_REASON)]
    telling = (line for line in lines if any(sign in line for sign in _TOO_LITTLE_MEMORY))
    return next(telling, lines[0] if lines else "no reason is given")[:300]
