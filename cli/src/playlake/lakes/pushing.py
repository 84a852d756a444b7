"""Lands raw objects of a lake in a folder in the raw bucket of a lake on AWS.

Everything is compared before anything is landed. A manifest is landed after the parts of its run.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.folder import explained
from playlake.lakes.pseudonym_records import pseudonym_records
from playlake_aws.errors import explained as explained_on_aws
from playlake_contracts.keys import RAW_PREFIX, RawKey
from playlake_contracts.manifest import decode_manifest
from playlake_extractor.public import StopError
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.folder import etag
from playlake_lake.marks import UnreadableError, read_mark
from playlake_lake.side_by_side import side_by_side, unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from playlake.lakes.aws import AwsLake
    from playlake.lakes.folder import FolderLake
    from playlake.lakes.lake import Lake
    from playlake_lake.side_by_side import Progress

_PART, _MANIFEST = "application/zstd", "application/json"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did.

    Attributes:
        landed: raw objects that were landed.
        there: raw objects that the bucket had already.
        rejected: raw objects that are not landed, because they can never be transformed.
    """

    landed: int
    there: int
    rejected: int


@dataclass(frozen=True, slots=True)
class _Remote:
    """An object as a bucket lists it."""

    size: int
    etag: str


def push(
    source: FolderLake, target: AwsLake, days: Days = EVERY_DAY, progress: Progress = unseen
) -> Pushed:
    """Land the raw objects of some days that a lake on AWS lacks.

    Raises:
        CommandError: the bucket has one of them with other bytes, or an object of the folder is not
            as it was committed, and nothing is landed; or AWS does not take an object, and what was
            landed stays.
    """
    rejected = set(source.rejected())
    found = [key for key in source.raw_keys() if key.run_id.snapshot_date in days]
    keys = [key for key in found if key not in rejected]
    there = _listed(target)
    compare = partial(_check_equal, source, target, there)
    held = [key for key in keys if str(key) in there]
    for _ in side_by_side(held, compare, progress, "Comparing raw objects"):
        pass
    missing = [key for key in keys if str(key) not in there]
    _check_pseudonyms(source, target, {key.source for key in missing})
    _check_sound(source, missing)
    _check_complete(source, missing, {*map(str, keys), *there})
    runs = [list(run) for _, run in groupby(sorted(missing, key=_order), key=_run)]
    _take_pseudonyms(source, target, {key.source for key in missing})
    land = partial(_land, source, target)
    landed = sum(side_by_side(runs, land, progress, "Landing runs"))
    return Pushed(landed, len(held), len(found) - len(keys))


def _check_pseudonyms(source: FolderLake, target: AwsLake, names: Iterable[str]) -> None:
    """Check that no id of a user lands where users have pseudonyms, nor one of another key."""
    for name in names:
        known = {_record(target, key) for key in pseudonym_records(target, name)}
        own = {_record(source, key) for key in pseudonym_records(source, name)}
        if known and (not own or own - known):
            raise CommandError(
                f"users of {name} have pseudonyms in {target.place}, and not the same in "
                f"{source.place}, so nothing was landed: push to another deployment"
            )


def _take_pseudonyms(source: FolderLake, target: AwsLake, names: Iterable[str]) -> None:
    """Have later runs there use the key of this lake."""
    for name in names:
        for key in pseudonym_records(source, name):
            body = _record(source, key)
            with _landing():
                if body is not None:
                    target.state_store(key).replace(body, None)


def _record(lake: Lake, key: str) -> bytes | None:
    with _landing():
        held = lake.state_store(key).load()
    return None if held is None else held.body


@contextmanager
def _landing() -> Iterator[None]:
    try:
        yield
    except StopError as error:
        raise CommandError(str(error)) from error


def _listed(target: AwsLake) -> dict[str, _Remote]:
    with explained_on_aws(target.place):
        pages = target.aws.s3.get_paginator("list_objects_v2").paginate(
            Bucket=target.deployment.raw_bucket, Prefix=RAW_PREFIX
        )
        return {
            each["Key"]: _Remote(each["Size"], each["ETag"].strip('"'))
            for page in pages
            for each in page.get("Contents", ())
        }


def _check_equal(
    source: FolderLake, target: AwsLake, there: Mapping[str, _Remote], key: RawKey
) -> None:
    remote, body = there[str(key)], source.read(str(key))
    if len(body) == remote.size and (
        etag(body) == remote.etag or _sha256_of(target, key) == hashlib.sha256(body).hexdigest()
    ):
        return
    raise CommandError(
        f"{target.place} has {key} with other bytes than {source.place}, so nothing was landed: "
        "leave out its day with --days, or push to another deployment"
    )


def _sha256_of(target: AwsLake, key: RawKey) -> str | None:
    """The digest that the extractor stores; an ETag is no digest if the bucket has a KMS key."""
    with explained_on_aws(target.place):
        head = target.aws.s3.head_object(Bucket=target.deployment.raw_bucket, Key=str(key))
    return head["Metadata"].get("sha256")


def _check_sound(source: FolderLake, keys: Iterable[RawKey]) -> None:
    """Check that the raw objects that are committed have the bytes that were committed."""
    for key in keys:
        mark = key.curated("loads")
        with explained():
            if source.folder.size(mark) is None:
                continue
            try:
                raw_md5 = read_mark(mark, source.folder.path(mark)).raw_md5
            except UnreadableError as error:
                raise CommandError(f"{mark} {error}: run `playlake lake repair` first") from error
        if etag(source.read(str(key))) != raw_md5:
            raise CommandError(
                f"{key} in {source.place} has other bytes than those that were committed, so "
                "nothing was landed: see `playlake lake check`"
            )


def _check_complete(source: FolderLake, keys: Iterable[RawKey], known: set[str]) -> None:
    """Check that no manifest names a part that neither lake has."""
    for key in keys:
        if not key.is_manifest:
            continue
        try:
            parts = decode_manifest(source.read(str(key))).parts
        except ValueError as error:
            raise CommandError(f"{key} is no manifest that can be read: {error}") from error
        if lost := [part.key for part in parts if part.key not in known]:
            raise CommandError(
                f"{source.place} has the run {key.run_id} only in part, because {lost[0]} is "
                "missing, so nothing was landed: pull the whole run, or leave out its day"
            )


def _run(key: RawKey) -> tuple[str, str]:
    return key.source, str(key.run_id)


def _order(key: RawKey) -> tuple[str, str, bool, str]:
    """Parts come before the manifest of their run."""
    return *_run(key), key.is_manifest, key.part


def _land(source: FolderLake, target: AwsLake, run: Sequence[RawKey]) -> int:
    store = target.raw_store()
    for key in run:
        content_type = _MANIFEST if key.is_manifest else _PART
        with _landing():
            store.land(str(key), source.read(str(key)), content_type)
    return len(run)
