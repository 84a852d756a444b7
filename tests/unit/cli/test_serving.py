"""`playlake up` serves a lake to whoever has its link or a token, and to nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from web_lakes import CRATE, NOW, READER, two_weeks

from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake
from playlake.services.ports import listen
from playlake.serving.server import served, tokens_of
from playlake_aws.errors import AwsError
from playlake_aws.lake import Crawler
from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_lake.delivery import Rejected, Waiting
from playlake_web.adapters.pipelines import AwsPipeline, Mending

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> FolderLake:
    root = tmp_path_factory.mktemp("served")
    return FolderLake.open(two_weeks(root).root, root / "logs")


def test_the_link_signs_in_once_and_a_token_always(lake: FolderLake) -> None:
    with served(lake, listen(0), [READER]) as (address, link):
        with httpx.Client(base_url=address) as browser:
            assert browser.get("/runs").status_code == 401
            assert browser.get(link).status_code == 303
            assert browser.get("/runs").status_code == 200
            text = browser.get("/", headers={"accept": "text/html"}).text
            assert "Invented music from the stand-in" in text
            assert "0 raw objects" in text
        with httpx.Client(base_url=address) as program:
            assert program.get(link).status_code == 401
            shown = {"authorization": f"Bearer {READER.secret}"}
            found = program.get(f"/playlists/{CRATE}", headers=shown).json()
            assert found["entries"] == 5
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_a_foreign_name_for_this_machine_is_refused(lake: FolderLake) -> None:
    with served(lake, listen(0), [READER]) as (address, _):
        shown = {"authorization": f"Bearer {READER.secret}", "host": "evil.example"}
        assert httpx.get(f"{address}/runs", headers=shown).status_code == 421


def test_tokens_of_another_form_are_named_without_their_secret() -> None:
    assert tokens_of({}) == ()
    assert tokens_of({"PLAYLAKE_TOKENS": f"read:{READER.secret}"}) == (READER,)
    with pytest.raises(CommandError, match="PLAYLAKE_TOKENS: token 1 has not 32") as refused:
        tokens_of({"PLAYLAKE_TOKENS": "read:tooshort"})
    assert "tooshort" not in str(refused.value)


class Silent:
    """A lake on AWS whose queues do not answer, and whose crawler does."""

    def queues(self) -> None:
        raise AwsError("AWS did not answer for s3://playlake-raw-123456789012-eu: denied")

    def overwrites(self) -> None:
        raise AwsError("there is no such queue of s3://playlake-raw-123456789012-eu")

    def crawler(self) -> Crawler:
        return Crawler("ready", "failed", None)


class Delivered:
    """A delivery with an object that waits and one that was rejected."""

    def __init__(self, ends_on: date | None = None) -> None:
        self.ends_on = ends_on
        self.key = RawKey.of_part("spotify", RunId.derive("spotify", NOW), 0)

    def waiting(self, dates: list[str]) -> list[Waiting]:
        assert len(dates) == 3
        return [Waiting(self.key, NOW)]

    def recorded(self) -> list[Rejected]:
        raise AwsError("the records are not there")

    def consent_ends_on(self, dates: list[str]) -> date | None:
        assert len(dates) == 3
        return self.ends_on

    def dismissed(self) -> list[Rejected]:
        return []

    def rejects(self) -> list[Rejected]:
        return [
            Rejected(str(self.key), "corrupt_zstd", f"{self.key} ends early", NOW),
            Rejected(f"{self.key}, raw/x", None, "SQS moved it", NOW),
        ]


def test_what_does_not_answer_is_unknown_and_the_rest_is_there() -> None:
    pipeline = AwsPipeline(Silent(), Mending(Delivered()))  # type: ignore[arg-type]
    found = pipeline.surroundings()
    assert (found.waiting, found.waiting_since) == (1, NOW)
    assert (found.queued, found.in_flight, found.dead_letters) == (None, None, None)
    assert found.crawler is not None
    assert found.crawler.last == "failed"
    assert found.unreadable == ("queued", "overwrites", "dead_letters")
    assert found.unknown["overwrites"] == "there is no such queue of the lake"
    assert found.unknown["queued"] == "AWS did not answer for the lake: denied"
    assert {"in_flight", "dead_since", "breaker", "login_days_left"} <= set(found.unknown)


@pytest.mark.parametrize(("days", "left"), [(40, 40), (0, 0), (-3, 0)])
def test_the_days_that_a_login_lasts_are_counted(days: int, left: int) -> None:
    delivered = Delivered(datetime.now(UTC).date() + timedelta(days=days))
    found = AwsPipeline(Silent(), Mending(delivered)).surroundings()  # type: ignore[arg-type]
    assert found.login_days_left in {left, max(0, left - 1)}  # if a day began meanwhile
    assert "login_days_left" not in found.unknown


def test_a_dead_letter_names_its_run_and_part_and_no_key() -> None:
    first, second = Mending(Delivered()).dead_letters(10).dead_letters  # type: ignore[arg-type]
    run_id = str(RunId.derive("spotify", NOW))
    assert (first.run_id, first.part) == (run_id, "part-0000")
    assert first.reason == f"part-0000 of {run_id} ends early"
    assert (second.run_id, second.part, second.code) == (None, None, None)
    assert "raw/" not in first.model_dump_json() + second.model_dump_json()


def test_a_lake_that_is_gone_is_said_and_the_page_stays(tmp_path: Path) -> None:
    root = two_weeks(tmp_path).root
    lake = FolderLake.open(root, tmp_path / "logs")
    with served(lake, listen(0), [READER]) as (address, _):
        shown = {"authorization": f"Bearer {READER.secret}"}
        (root / "curated").rename(tmp_path / "elsewhere")
        found = httpx.get(f"{address}/playlists", headers=shown)
        assert found.status_code in {200, 503}
        assert "Traceback" not in found.text
        (tmp_path / "elsewhere").rename(root / "curated")
        assert httpx.get(f"{address}/runs", headers=shown).status_code == 200
