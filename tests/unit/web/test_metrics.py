"""Prometheus reads the metrics of a lake, and of the process that it asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from api_examples import BrokenReader
from historical_lakes import commit_run, failed
from prometheus_client.parser import text_string_to_metric_families
from web_lakes import (
    CRATE,
    FIRST,
    NOW,
    READER,
    WELL,
    StubPipeline,
    StubProcess,
    letter,
    served,
    site_of,
    two_weeks,
)

from playlake_contracts.metrics import Kind, Metric, Sender
from playlake_contracts.outcomes import Outcome
from playlake_contracts.samples import Distribution, Sample
from playlake_lake.days import EVERY_DAY
from playlake_lake.errors import QueryError
from playlake_web.access.links import Links
from playlake_web.adapters.folder import FolderReader
from playlake_web.exposition import MEDIA_TYPE, exposition

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from playlake_lake.days import SomeDays
    from playlake_lake.folder import Folder
    from playlake_web.site import Site

BUSY = WELL.model_copy(
    update={
        "waiting": 3,
        "waiting_since": NOW - timedelta(hours=2),
        "queued": 4,
        "in_flight": 1,
        "overwrites": 2,
        "login_days_left": 12,
    }
)


def values(text: str) -> dict[str, float]:
    """The value of each sample, by its name with its labels."""
    return {
        f"{sample.name}{sample.labels or ''}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read(site: Site) -> dict[str, float]:
    """What Prometheus reads of a site."""
    with served(site, Links()) as client:
        response = client.get("/metrics")
    assert (response.status_code, response.headers["content-type"]) == (200, MEDIA_TYPE)
    return values(response.text)


def scheduled(account: str = "") -> str:
    return f"playlake_last_run_timestamp_seconds{{'account': {account!r}, 'source': 'spotify'}}"


def playlists(outcome: str, account: str = "") -> str:
    labels = {"account": account, "outcome": outcome, "source": "spotify"}
    return f"playlake_last_run_playlists{labels}"


def test_every_metric_of_a_lake_is_there(lake: Folder) -> None:
    pipeline = StubPipeline(BUSY, letters=[letter(1, hours_ago=1), letter(2, hours_ago=3)])
    found = read(site_of(lake, None, pipeline))
    last_commit = found.pop("playlake_last_commit_timestamp_seconds")
    assert FIRST.timestamp() < last_commit
    assert found == {
        "playlake_lake_up": 1,
        "playlake_raw_objects_waiting": 3,
        "playlake_oldest_waiting_timestamp_seconds": (NOW - timedelta(hours=2)).timestamp(),
        "playlake_messages_queued": 4,
        "playlake_messages_in_flight": 1,
        "playlake_overwrites_waiting": 2,
        "playlake_dead_letters": 2,
        "playlake_oldest_dead_letter_timestamp_seconds": (NOW - timedelta(hours=3)).timestamp(),
        scheduled(): (FIRST + timedelta(days=13)).timestamp(),
        playlists("landed"): 1,
        playlists("unchanged"): 1,
        playlists("gone"): 1,
        "playlake_login_days_left": 12,
    }
    named = {name.partition("{")[0] for name in found} | {"playlake_last_commit_timestamp_seconds"}
    of_lake = {m.prometheus_name for m in Metric if m.sender is Sender.LAKE}
    assert named == of_lake


def test_every_account_has_a_last_run_of_its_own(tmp_path: Path) -> None:
    lake = two_weeks(tmp_path)
    before = {name: each for name, each in read(site_of(lake, None)).items() if "last_run" in name}
    at = FIRST + timedelta(days=9)
    for days in (8, 9):
        gone = failed(f"of_day_{days}", Outcome.GONE)
        commit_run(lake, FIRST + timedelta(days=days), outcomes=[gone], account="ada")
    found = {name: each for name, each in read(site_of(lake, None)).items() if "last_run" in name}
    assert found == before | {scheduled("ada"): at.timestamp(), playlists("gone", "ada"): 1}


def test_what_is_not_known_is_absent(lake: Folder) -> None:
    found = read(site_of(lake, None))
    assert found["playlake_lake_up"] == 1
    assert not {name for name in found if "queued" in name or "oldest" in name or "login" in name}
    around = WELL.model_copy(update={"waiting": None, "unreadable": ("waiting",)})
    silent = read(site_of(lake, None, StubPipeline(around)))
    assert silent["playlake_lake_up"] == 0
    assert "playlake_raw_objects_waiting" not in silent
    assert silent["playlake_dead_letters"] == 0


def test_a_lake_that_does_not_answer_is_a_metric_and_no_failure(lake: Folder) -> None:
    site = replace(site_of(lake, None), reader=BrokenReader(QueryError("Athena has refused")))
    found = read(site)
    assert found["playlake_lake_up"] == 0
    assert found["playlake_dead_letters"] == 0
    assert not {name for name in found if "last_" in name}


class Counting(FolderReader):
    """A reader that counts its queries of the last run."""

    def __init__(self, folder: Folder) -> None:
        super().__init__(folder)
        self.asked = 0

    def rows(
        self, sql: str, days: SomeDays = EVERY_DAY, **parameters: str
    ) -> list[tuple[Any, ...]]:
        self.asked += "run_outcomes" in sql
        return super().rows(sql, days, **parameters)


def test_the_last_run_is_read_once_while_nothing_is_committed(lake: Folder) -> None:
    reader = Counting(lake)
    with served(replace(site_of(lake, None), reader=reader), Links()) as client:
        texts = {client.get("/metrics").text for _ in range(3)}
    assert (len(texts), reader.asked) == (1, 1)


def test_a_process_adds_its_own_metrics_and_says_that_they_are_its_own(lake: Folder) -> None:
    late = Distribution()
    late.observe(2.0)
    own = [Sample(Metric.PARTS_COMMITTED, 7), Sample(Metric.EVENT_TO_ROW_SECONDS, late)]
    site = replace(site_of(lake, None), process=StubProcess(measured=own))
    with served(site, Links()) as client:
        text = client.get("/metrics").text
    found = values(text)
    assert found["playlake_parts_committed_total"] == 7
    assert found["playlake_event_to_row_seconds_bucket{'le': '1.0'}"] == 0
    assert found["playlake_event_to_row_seconds_bucket{'le': '2.5'}"] == 1
    assert found["playlake_event_to_row_seconds_bucket{'le': '+Inf'}"] == 1
    assert found["playlake_event_to_row_seconds_sum"] == 2
    helps = [line for line in text.splitlines() if line.startswith("# HELP")]
    assert [line.split()[2] for line in helps if line.endswith(" Of this process.")] == [
        "playlake_parts_committed_total",
        "playlake_event_to_row_seconds",
    ]
    # Two applications in a process share nothing.
    assert "playlake_parts_committed_total" not in read(site_of(lake, None))


@pytest.mark.parametrize("metric", [metric for metric in Metric if metric.prometheus_name])
def test_every_metric_is_written_as_its_kind(metric: Metric) -> None:
    value = Distribution() if metric.kind is Kind.DISTRIBUTION else 1.0
    (family,) = text_string_to_metric_families(exposition([Sample(metric, value)]).decode())
    assert f"{family.name}{'_total' if family.type == 'counter' else ''}" == metric.prometheus_name
    assert family.type == metric.kind.replace("distribution", "histogram")
    assert family.documentation.startswith(metric.meaning)


def test_what_only_cloudwatch_sees_is_refused() -> None:
    with pytest.raises(ValueError, match="RunsFinished is not for Prometheus"):
        exposition([Sample(Metric.RUNS_FINISHED, 1)])


def test_a_scraper_shows_a_token_that_reads(guarded: httpx.Client) -> None:
    assert guarded.get("/metrics").json()["code"] == "signed_out"
    # As `authorization: {credentials: …}` of a scrape configuration sends it.
    reader = {"authorization": f"Bearer {READER.secret}"}
    response = guarded.get("/metrics", headers=reader)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert CRATE not in response.text
    assert guarded.post("/metrics", headers=reader).json()["code"] == "not_allowed"
