"""The engine `spark`: tasks on one or many machines, each of which commits a lot of raw objects.

The driver lists the lake and plans; see `executing` for what a task does. A task that is lost with
its executor is done again by another one, and finds what the first one has committed.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playlake_backfill.errors import EngineError
from playlake_backfill.executing import OBJECTS, OUTCOMES, Commits, done_of, row_of
from playlake_backfill.planning import lots

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playlake_backfill.done import Done
    from playlake_backfill.places import Place
    from playlake_backfill.planning import Lot
    from playlake_contracts.s3_events import StoredObject

PYSPARK: Final = "pyspark==3.5.6"

# Spark's words when a heap is too small, and the JVM's.
_TOO_LITTLE_MEMORY: Final = ("must be at least", "OutOfMemoryError", "not reserve enough space")


def on_spark(place: Place, objects: Sequence[StoredObject], master: str | None) -> Done:
    """Commit raw objects on Spark.

    Args:
        place: the lake; every executor reaches it under the same name.
        objects: at least one.
        master: such as `local[*]`; None leaves it to whoever submits the program.

    Raises:
        EngineError: pyspark or Java is missing, or Spark did not start or finish.
    """
    session = _session(master)
    try:
        with explained():
            return _run(session, place, objects)
    finally:
        session.stop()


def _run(session: Any, place: Place, objects: Sequence[StoredObject]) -> Done:  # noqa: ANN401 - a SparkSession; pyspark is no dependency
    context = session.sparkContext
    planned = lots(objects, context.defaultParallelism)
    # One slice a lot: Spark keeps the lots, and starts them in their order.
    rows = context.parallelize(planned, len(planned)).flatMap(_rows)
    frame = session.createDataFrame(rows, OBJECTS)
    return done_of(frame.mapInArrow(Commits(place), OUTCOMES).collect())


def _rows(lot: Lot) -> list[tuple[str, int, str]]:
    return [row_of(stored) for stored in lot]


def _session(master: str | None) -> Any:  # noqa: ANN401 - a SparkSession
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
    builder = SparkSession.builder.appName("playlake backfill")
    for name, value in _settings(master).items():
        builder = builder.config(name, value)
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
    """Turn an error of Spark into an `EngineError` of one sentence."""
    try:
        yield
    except Exception as error:
        text = str(error)
        if any(sign in text for sign in _TOO_LITTLE_MEMORY):
            raise EngineError(
                f"Spark has too little memory ({_sentence(text)}): give it 1 GiB or more, by "
                "spark.driver.memory and spark.executor.memory"
            ) from error
        raise EngineError(
            f"Spark has stopped ({type(error).__name__}: {_sentence(text)}): its log has the "
            "reason; what is committed stays, and the same backfill goes on"
        ) from error


def _sentence(text: str) -> str:
    """The line of an error of Spark that says why, without its traceback."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = (line for line in lines if any(sign in line for sign in _TOO_LITTLE_MEMORY))
    return next(telling, lines[0] if lines else "no reason is given")[:300]
