"""The engine `spark`: tasks on one or many machines, each of which commits a lot of raw objects.

The driver lists the lake and plans; see `executing` for what a task does. A task that is lost with
its executor is done again by another one, and finds what the first one has committed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_backfill.executing import OBJECTS, OUTCOMES, Commits, done_of, row_of
from playlake_backfill.planning import lots
from playlake_engines.spark_session import spark_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_backfill.done import Done
    from playlake_backfill.places import Place
    from playlake_backfill.planning import Lot
    from playlake_contracts.s3_events import StoredObject


def on_spark(place: Place, objects: Sequence[StoredObject], master: str | None) -> Done:
    """Commit raw objects on Spark.

    Args:
        place: the lake; every executor reaches it under the same name.
        objects: at least one.
        master: such as `local[*]`; None leaves it to whoever submits the program.

    Raises:
        EngineError: pyspark or Java is missing, or Spark did not start or finish.
    """
    with spark_session("playlake backfill", master) as session:
        context = session.sparkContext
        planned = lots(objects, context.defaultParallelism)
        # One slice a lot: Spark keeps the lots, and starts them in their order.
        rows = context.parallelize(planned, len(planned)).flatMap(_rows)
        frame = session.createDataFrame(rows, OBJECTS)
        return done_of(frame.mapInArrow(Commits(place), OUTCOMES).collect())


def _rows(lot: Lot) -> list[tuple[str, int, str]]:
    return [row_of(stored) for stored in lot]
