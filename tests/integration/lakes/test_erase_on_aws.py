"""`playlake erase` on a lake on AWS: every version of every object in both buckets is searched."""

from __future__ import annotations

import json
import os
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from account_lakes import ADAS, account_lake
from botocore.exceptions import ClientError
from searched_lakes import hits
from shared_lakes import OTHER, SHARED, WEI, WEI_NAME, shared_lake
from stored_lakes import commit_on_aws, land_on_aws, objects

from playlake.erasing.committing import Committing
from playlake.erasing.lakes import erasable_on_aws
from playlake.errors import CommandError
from playlake.lakes.compacting import CompactableLake
from playlake.lakes.iceberg import IcebergLake
from playlake.local_aws.environments import aws_settings
from playlake.local_aws.transformer import transform_queued
from playlake_aws.dead_letters import held
from playlake_aws.delivery import AwsDelivery
from playlake_contracts.erased import Kind
from playlake_contracts.keys import (
    CURATED_PREFIX,
    RAW_PREFIX,
    RawKey,
)
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX
from playlake_contracts.s3_events import StoredObject, created_event
from playlake_contracts.selection import Selection
from playlake_lake.compaction.closed import MARGIN
from playlake_lake.compaction.in_force import read_in_force
from playlake_lake.erasure.erase import Erasure
from playlake_lake.erasure.subject import Subject
from playlake_lake.folder import etag
from playlake_lake.marks import read_mark
from playlake_lake.side_by_side import unseen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from commands import Command

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws
    from playlake_lake.erasure.progress import Receipt
    from playlake_lake.folder import Folder

WEI_FORMS = (WEI, "wei%2Buserid", WEI_NAME)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return shared_lake(tmp_path_factory.mktemp("made") / "lake")


@pytest.fixture
def empty(on_aws: AwsLake, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> AwsLake:
    """A lake without objects and messages, which commands of this process reach."""
    for name, value in aws_settings(local_aws).items():
        monkeypatch.setenv(name, value)
    for url in (local_aws.queue_url, local_aws.dead_letter_queue_url):
        local_aws.sqs.purge_queue(QueueUrl=url)
    return on_aws


@pytest.fixture
def landed(empty: AwsLake, local_aws: LocalAws, made: Folder) -> AwsLake:
    """The raw objects of the folder, and what is kept beside them; there are dead letters."""
    land_on_aws(made, empty)
    result = f"{QUERY_RESULTS_PREFIX}rows.csv"
    empty.store.put_new(result, f"{SHARED},{WEI},{WEI_NAME}".encode())
    empty.store.remove(result)
    empty.store.put_new(f"{QUERY_RESULTS_PREFIX}more.csv", f"{SHARED},{WEI}".encode())
    for name in (SHARED, WEI, "innocent"):
        local_aws.sqs.send_message(
            QueueUrl=local_aws.dead_letter_queue_url,
            MessageBody="{}",
            MessageAttributes={"reason": {"DataType": "String", "StringValue": f"of {name}"}},
        )
    return empty


@pytest.fixture
def lake(landed: AwsLake) -> AwsLake:
    """What was landed is committed, and compacted."""
    commit_on_aws(landed)
    return landed


@pytest.fixture
def transformed(landed: AwsLake, local_aws: LocalAws, tmp_path: Path) -> AwsLake:
    """What was landed is transformed by the service, a part twice; it is compacted and adopted."""
    transform_queued(os.environ, local_aws, tmp_path / "logs", say=print)
    part = min(landed.raw_keys(), key=lambda each: (each.run_id, each.is_manifest))
    AwsDelivery(landed, unseen).replay(Selection(part), overwrite=True)
    transform_queued(os.environ, local_aws, tmp_path / "logs", say=print)
    CompactableLake.on_aws(landed).compact(MARGIN, print)
    IcebergLake.on_aws(landed).sync(10, lambda _: None)
    return landed


def found(lake: AwsLake, *texts: str) -> list[tuple[str, str]]:
    return hits(objects(lake), *texts)


def erase(lake: AwsLake, subject: Subject, between: Callable[[], None] = lambda: None) -> Receipt:
    opened = erasable_on_aws(lake, print)
    with opened.explained(), Committing(opened.place) as committing:
        return Erasure(opened.store, subject, committing.commit, opened.derived(), between).run()


def marks_match(lake: AwsLake) -> bool:
    """Whether every raw object has the mark that says that it is committed as it is."""
    keys = list(lake.raw_keys())
    bodies = {key: lake.store.read(key.curated("loads")) or b"" for key in keys}
    marks = [read_mark(key.curated("loads"), BytesIO(body)) for key, body in bodies.items()]
    return bool(keys) and all(
        mark.raw_md5 == etag(lake.read(str(key))) for key, mark in zip(keys, marks, strict=True)
    )


def test_a_playlist_is_gone_from_every_version_of_every_object(
    lake: AwsLake, local_aws: LocalAws
) -> None:
    assert len(found(lake, SHARED)) > 40
    receipt = erase(lake, Subject("spotify", Kind.PLAYLIST, SHARED))
    assert found(lake, SHARED) == []
    assert found(lake, OTHER, WEI) != []
    assert marks_match(lake)
    assert (receipt.raw_objects, receipt.raw_objects_removed, receipt.months) == (5, 1, 2)
    assert (receipt.elsewhere, receipt.covers) == (1, 2)
    assert receipt.old_versions > 10
    assert read_in_force(lake.store).months.keys() == {"2026-09", "2026-10"}
    with held(local_aws.sqs, local_aws.dead_letter_queue_url) as letters:
        assert sorted(each.attributes["reason"]["StringValue"] for each in letters) == [
            "of innocent",
            f"of {WEI}",
        ]


def test_who_may_not_remove_versions_is_told_so_and_nothing_is_erased(
    landed: AwsLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(objects(landed))

    def refuse(**_: object) -> None:
        answer: Any = {
            "Error": {"Code": "AccessDenied"},
            "ResponseMetadata": {"HTTPStatusCode": 403},
        }
        raise ClientError(answer, "DeleteObject")

    monkeypatch.setattr(landed.aws.s3, "list_object_versions", refuse)
    with pytest.raises(CommandError, match="may not remove versions of them, in playlake-raw"):
        erase(landed, Subject("spotify", Kind.PLAYLIST, SHARED))
    monkeypatch.undo()
    assert list(objects(landed)) == before


class StoppedError(Exception):
    """The erasure was stopped here."""


@pytest.mark.slow
@pytest.mark.parametrize("stop", [6, 9, 12, 15, 17, 19])
def test_an_erasure_that_was_stopped_is_completed_by_the_same_one(lake: AwsLake, stop: int) -> None:
    steps = iter(range(1000))

    def stopping() -> None:
        if next(steps) == stop:
            raise StoppedError

    subject = Subject("spotify", Kind.PLAYLIST, SHARED)
    with pytest.raises(StoppedError):
        erase(lake, subject, stopping)
    erase(lake, subject)
    assert found(lake, SHARED) == []
    assert marks_match(lake)
    assert not [key for key in lake.store.versions("erasures/") if "progress" in key]


@pytest.mark.slow
def test_a_playlist_and_a_user_are_gone_and_no_event_brings_them_back(
    transformed: AwsLake, local_aws: LocalAws, tmp_path: Path
) -> None:
    lake = transformed
    old = [StoredObject(RawKey.parse(key), 1, each) for key, each in _versions(lake).items()]
    erase(lake, Subject("spotify", Kind.PLAYLIST, SHARED))
    assert found(lake, SHARED) == []
    erase(lake, Subject("spotify", Kind.USER, WEI))
    assert found(lake, SHARED, *WEI_FORMS) == []
    assert found(lake, OTHER) != []
    assert marks_match(lake)
    for each in old:  # beside the events of the objects that were replaced
        body = created_event(lake.deployment.raw_bucket, each)
        local_aws.sqs.send_message(QueueUrl=local_aws.queue_url, MessageBody=body)
    AwsDelivery(lake, unseen).replay(Selection(), overwrite=False)
    before = _curated(lake)
    transform_queued(os.environ, local_aws, tmp_path / "logs", say=print)
    assert found(lake, SHARED, *WEI_FORMS) == []
    assert _curated(lake) == before
    iceberg = IcebergLake.on_aws(lake).sync(10, lambda _: None)
    assert not any(each.snapshots for each in iceberg)


def _versions(lake: AwsLake) -> dict[str, str]:
    return lake.store.versions(RAW_PREFIX)


def _curated(lake: AwsLake) -> dict[str, bytes]:
    return {key: body for key, body in objects(lake) if key.startswith(CURATED_PREFIX)}


def test_an_account_is_gone_from_every_version_and_what_others_landed_stays(
    empty: AwsLake, local_aws: LocalAws, playlake: Command, tmp_path: Path
) -> None:
    url = local_aws.dead_letter_queue_url
    land_on_aws(account_lake(tmp_path / "lake"), empty)
    commit_on_aws(empty)
    runs = {key.run_id: _account(empty, key) for key in empty.raw_keys() if key.is_manifest}
    adas = [str(run_id) for run_id, account in runs.items() if account == "ada"]
    for run_id in runs:
        letter = quote(str(RawKey.of_manifest("spotify", run_id)), safe="/")
        local_aws.sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"key": letter}))
    before = empty.store.versions(CURATED_PREFIX)
    assert len({key for key, _ in found(empty, ADAS, *adas)}) > 30
    place = ("--lake", empty.place)
    assert playlake("erase", "--all", "--account", "ada", "--yes", *place) == 0, playlake.notices
    assert found(empty, ADAS, *adas) == []
    assert empty.store.versions(CURATED_PREFIX) == {
        key: version for key, version in before.items() if not any(each in key for each in adas)
    }
    with held(local_aws.sqs, url) as letters:
        assert len(letters) == len(runs) - len(adas)
        assert not any(run_id in each.body for each in letters for run_id in adas)


def _account(lake: AwsLake, key: RawKey) -> str | None:
    return decode_manifest(lake.store.read(str(key)) or b"").account


@pytest.mark.slow
def test_all_of_a_lake_is_gone_but_a_receipt(
    transformed: AwsLake, playlake: Command, local_aws: LocalAws
) -> None:
    place = ("--lake", transformed.place)
    assert playlake("erase", "--all", "--yes", *place) == 0, playlake.notices
    assert [key.split("-")[0] for key, _ in objects(transformed)] == ["erasures/receipt"]
    with held(local_aws.sqs, local_aws.dead_letter_queue_url) as letters:
        assert letters == []
    assert playlake("query", "SELECT count(*) AS n FROM timeline", "--json", *place) == 0
    assert '"n": 0' in playlake.output
    assert playlake("erase", "--all", "--yes", *place) == 1
    assert "the lake does not have anything: check" in playlake.notices
