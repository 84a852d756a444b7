"""The last titles of songs are asked of Athena in queries that it takes. The lake is a stub."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlglot

from playlake_aws.records import AthenaRecords
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.history.records import Title
from playlake_lake.literals import NO_VALUES
from playlake_lake.results import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_lake.literals import Value

UNTIL = datetime(2026, 11, 21, 6, 0, 0, 250_000, tzinfo=UTC)
MOST_BYTES = 262_144


@dataclass
class Lake:
    """Answers each query with one row, and keeps what it was asked."""

    asked: list[tuple[str, Mapping[str, Value], Days]] = field(default_factory=list)

    def query(
        self, sql: str, values: Mapping[str, Value] = NO_VALUES, days: Days = EVERY_DAY
    ) -> Result:
        self.asked.append((sql, values, days))
        return Result((), [(f"it's {len(self.asked)}", "A", "B")])


def test_many_titles_are_asked_for_in_several_queries() -> None:
    lake = Lake()
    identities = [f"spotify:track:{number:022}'" for number in range(2_500)]
    found = AthenaRecords(lake).titles("spotify", identities, UNTIL)
    assert found == {f"it's {number}": Title("A", "B") for number in (1, 2, 3)}
    asked = "".join(sql for sql, _, _ in lake.asked)
    assert all(identity.replace("'", "''") in asked for identity in identities)
    for sql, values, days in lake.asked:
        assert len(sql) < MOST_BYTES
        sqlglot.parse_one(sql, read="trino")
        assert values == {"source": "spotify", "until": "2026-11-21 06:00:00.250000"}
        assert days == Days(None, "2026-11-21")
        assert "day <= '2026-11-21'" in sql
