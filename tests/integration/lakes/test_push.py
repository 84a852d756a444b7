"""A push lands what the bucket lacks, and nothing at all if the bucket has other bytes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from aws_lakes import upload
from two_days import DAYS, MANIFESTS, PARTS, RUNS

from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake
from playlake.lakes.pushing import Pushed, push
from playlake.local_aws.transformer import transform_landed
from playlake_contracts.keys import RAW_PREFIX, pseudonyms_key
from playlake_contracts.manifest import decode_manifest
from playlake_lake.days import Days

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws
    from playlake_lake.folder import Folder


@pytest.fixture
def source(full: Folder, tmp_path: Path) -> FolderLake:
    """The lake `full`."""
    return FolderLake.open(full.root, tmp_path / "logs")


def there(lake: AwsLake) -> list[str]:
    return sorted(map(str, lake.raw_keys()))


@pytest.mark.slow
def test_what_is_pushed_is_committed_by_the_events(
    source: FolderLake, on_aws: AwsLake, local_aws: LocalAws, tmp_path: Path
) -> None:
    assert push(source, on_aws) == Pushed(landed=4, there=0, rejected=0)
    assert there(on_aws) == sorted(map(str, source.raw_keys()))
    transform_landed(os.environ, local_aws, tmp_path / "logs", RAW_PREFIX, say=print)
    marks = set(on_aws.keys(on_aws.deployment.curated_bucket, "curated/loads/"))
    assert marks == {key.curated("loads") for key in (*PARTS, *MANIFESTS)}
    for key in PARTS:
        assert on_aws.read(str(key)) == source.read(str(key))


def test_what_is_there_is_not_landed_again(source: FolderLake, on_aws: AwsLake) -> None:
    assert push(source, on_aws, Days.parse(DAYS[0])) == Pushed(landed=2, there=0, rejected=0)
    assert there(on_aws) == sorted(map(str, (PARTS[0], MANIFESTS[0])))
    assert push(source, on_aws) == Pushed(landed=2, there=2, rejected=0)
    assert push(source, on_aws) == Pushed(landed=0, there=4, rejected=0)


def test_other_bytes_there_end_it_before_anything_is_landed(
    source: FolderLake, full: Folder, on_aws: AwsLake
) -> None:
    body = full.read(str(PARTS[1])) or b""
    for other in (body[:-1], body[:-1] + b"x"):
        on_aws.aws.s3.put_object(Bucket=on_aws.deployment.raw_bucket, Key=str(PARTS[1]), Body=other)
        with pytest.raises(CommandError, match=r"with other bytes than .*, so nothing was landed"):
            push(source, on_aws)
        assert there(on_aws) == [str(PARTS[1])]


def test_an_object_whose_etag_is_no_digest_is_compared_by_its_own_digest(
    source: FolderLake, on_aws: AwsLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(source, on_aws)
    monkeypatch.setattr("playlake.lakes.pushing.etag", lambda _: "synthetic")
    monkeypatch.setattr("playlake.lakes.pushing._check_sound", lambda *_: None)
    assert push(source, on_aws).there == 4


def test_a_manifest_is_landed_after_the_parts_of_its_run(
    source: FolderLake, on_aws: AwsLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed: list[Any] = []
    monkeypatch.setattr(
        "playlake_extractor.public.S3RawStore.land",
        lambda _, key, _body, content_type: landed.append((key, content_type)),
    )
    push(source, on_aws)
    for run in RUNS:
        own = [kind for key, kind in landed if str(run) in key]
        assert own == ["application/zstd", "application/json"]


def test_damaged_raw_objects_are_not_landed(
    source: FolderLake, full: Folder, on_aws: AwsLake
) -> None:
    full.remove(str(PARTS[0]))
    full.put_new(str(PARTS[0]), b"half")
    with pytest.raises(CommandError, match="other bytes than those that were committed"):
        push(source, on_aws)
    assert there(on_aws) == []


def test_a_run_of_which_a_part_is_missing_is_not_landed(
    source: FolderLake, full: Folder, on_aws: AwsLake
) -> None:
    (named,) = decode_manifest(full.read(str(MANIFESTS[0])) or b"").parts
    full.remove(named.key)
    with pytest.raises(CommandError, match=r"only in part, because .*part-0000.* is missing"):
        push(source, on_aws)
    assert there(on_aws) == []


def test_a_rejected_raw_object_stays(source: FolderLake, full: Folder, on_aws: AwsLake) -> None:
    for key in (PARTS[0], MANIFESTS[0]):
        full.put_new(key.rejected, b"{}")
        full.remove(key.curated("loads"))
    full.put_new(PARTS[1].rejected, b"{}")  # which was committed after all
    assert push(source, on_aws) == Pushed(landed=2, there=0, rejected=2)


def test_a_push_after_a_pull_finds_everything(
    source: FolderLake, full: Folder, on_aws: AwsLake
) -> None:
    upload(on_aws, full)
    assert push(source, on_aws) == Pushed(landed=0, there=4, rejected=0)


def test_ids_do_not_land_where_users_have_pseudonyms(
    source: FolderLake, full: Folder, on_aws: AwsLake
) -> None:
    key = pseudonyms_key("spotify", "ada")
    assert on_aws.state_store(key).replace(b"of a key", None)
    for own in (None, b"of another key"):
        if own is not None:
            full.put_new(pseudonyms_key("spotify"), own)
        with pytest.raises(CommandError, match="have pseudonyms in s3://"):
            push(source, on_aws)
        assert there(on_aws) == []


def test_later_runs_there_use_the_key_of_what_was_pushed(
    source: FolderLake, full: Folder, on_aws: AwsLake
) -> None:
    full.put_new(pseudonyms_key("spotify"), b"of a key")
    assert push(source, on_aws, Days.parse(DAYS[0])).landed == 2
    held = on_aws.state_store(pseudonyms_key("spotify")).load()
    assert held is not None
    assert held.body == b"of a key"
    assert push(source, on_aws).landed == 2
