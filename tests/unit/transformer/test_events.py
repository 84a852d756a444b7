import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from playlake_contracts.keys import RawKey
from playlake_contracts.s3_events import StoredObject, announced_keys, created_event, renewed_event
from playlake_transformer.domain.events import RawObjectCreated, parse_message, parse_record
from playlake_transformer.errors import (
    EventUnreadableError,
    EventVersionError,
    ForeignBucketError,
    InvalidKeyError,
    RejectError,
)

EVENTS = Path(__file__).parents[2] / "events"
BUCKET = "playlake-raw-123456789012"
PREFIX = "raw/source=spotify/snapshot_date=2026-11-21/run=20261121T060000Z-k3x2ab"
KEY = RawKey.parse(f"{PREFIX}/part-0000.jsonl.zst")
MANIFEST = RawKey.parse(f"{PREFIX}/manifest.json")
ETAG = "d41d8cd98f00b204e9800998ecf8427e"


def records(event: str) -> list[bytes]:
    return list(parse_message((EVENTS / f"{event}.json").read_text(encoding="utf-8")))


def parsed(event: str) -> RawObjectCreated | None:
    [record] = records(event)
    return parse_record(record, raw_bucket=BUCKET)


@pytest.mark.parametrize(
    ("event", "announced"),
    [
        ("put-2.1", RawObjectCreated(KEY, 48_213, ETAG, None)),
        (
            "put-2.6-versioned",
            RawObjectCreated(KEY, 48_213, ETAG, "096fKKXTRTtl3on89fVO.nfljtsv6qko"),
        ),
        ("put-manifest", RawObjectCreated(MANIFEST, 1_873, ETAG, None)),
        ("put-unencoded-equals", RawObjectCreated(KEY, 48_213, ETAG, None)),
        (
            "multipart-complete",
            RawObjectCreated(KEY, 16_777_216, "9b2cf535f27731c974343645a3985328-2", None),
        ),
        ("copy", RawObjectCreated(KEY, 48_213, ETAG, None)),
        ("post", RawObjectCreated(KEY, 48_213, ETAG, None)),
    ],
)
def test_every_event_of_a_creation_announces_the_object(
    event: str, announced: RawObjectCreated
) -> None:
    at = datetime(2026, 11, 21, 6, 1, 12, 345_000, tzinfo=UTC)
    assert parsed(event) == replace(announced, created_at=at)


@pytest.mark.parametrize("event", ["delete-marker", "restore-completed"])
def test_other_events_announce_no_object(event: str) -> None:
    assert parsed(event) is None


@pytest.mark.parametrize("event", ["test-event", "no-records"])
def test_a_message_may_have_no_records(event: str) -> None:
    assert records(event) == []


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("sns-envelope", "in an envelope of the SNS topic arn:aws:sns:.*: let S3 notify the queue"),
        ("eventbridge", "an event of EventBridge, 'Object Created': let S3 notify the queue"),
    ],
)
def test_a_message_of_another_service_is_named(event: str, reason: str) -> None:
    with pytest.raises(EventUnreadableError, match=reason):
        records(event)


def test_an_object_that_is_no_event_is_unreadable() -> None:
    with pytest.raises(EventUnreadableError, match="it has no Records"):
        parse_message('{"Synthetic": true}')


@pytest.mark.parametrize(
    ("event", "error", "reason"),
    [
        ("put-3.0", EventVersionError, r"version 3\.0 is not 2\.x"),
        ("foreign-bucket", ForeignBucketError, f"'holiday-photos' is not '{BUCKET}'"),
        ("missing-key", EventUnreadableError, "missing required field `key`"),
        ("missing-s3", EventUnreadableError, "missing required field `s3`"),
        ("put-encoded-key", InvalidKeyError, r"red flower \+ ü 100%\.jsonl\.zst' is not a key"),
        ("put-key-not-utf-8", InvalidKeyError, "can't decode"),
    ],
)
def test_an_invalid_record_is_rejected_with_the_reason(
    event: str, error: type[RejectError], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        parsed(event)


def test_a_bad_record_does_not_affect_other_records_of_its_message() -> None:
    first, second, removed, foreign = records("several-records")
    announced = parse_record(first, raw_bucket=BUCKET)
    assert announced is not None
    assert (announced.key, announced.bytes, announced.etag) == (KEY, 48_213, ETAG)
    created = parse_record(second, raw_bucket=BUCKET)
    assert created is not None
    assert (created.key.part, created.bytes) == ("part-0001", 512)
    assert parse_record(removed, raw_bucket=BUCKET) is None
    with pytest.raises(ForeignBucketError):
        parse_record(foreign, raw_bucket=BUCKET)


def test_a_message_of_a_thousand_records_is_split_into_all_of_them() -> None:
    [record] = records("put-2.1")
    body = b'{"Records":[%s]}' % b",".join([record] * 1000)
    assert parse_message(body.decode()) == [record] * 1000


def test_a_key_is_decoded_once_and_not_twice() -> None:
    [record] = records("put-2.1")
    encoded_twice = quote_plus(quote_plus(str(KEY))).encode()
    record = record.replace(quote_plus(str(KEY), safe="/").encode(), encoded_twice)
    assert encoded_twice in record
    with pytest.raises(InvalidKeyError, match="%2F"):
        parse_record(record, raw_bucket=BUCKET)


@pytest.mark.parametrize("version", ["2", "2.0", "2.1", "2.6", "2.99"])
def test_every_minor_version_of_2_is_read(version: str) -> None:
    [record] = records("put-2.1")
    record = record.replace(b'"2.1"', b'"%s"' % version.encode())
    assert parse_record(record, raw_bucket=BUCKET) is not None


@pytest.mark.parametrize("version", ["", "1.0", "3.0", "20.1", "v2.1"])
def test_no_other_major_version_is_read(version: str) -> None:
    [record] = records("put-2.1")
    record = record.replace(b'"2.1"', b'"%s"' % version.encode())
    with pytest.raises(EventVersionError):
        parse_record(record, raw_bucket=BUCKET)


def test_the_event_name_may_have_the_prefix_that_configurations_use() -> None:
    [record] = records("put-2.1")
    record = record.replace(b'"ObjectCreated:Put"', b'"s3:ObjectCreated:Put"')
    assert parse_record(record, raw_bucket=BUCKET) is not None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        "42",
        '"Records"',
        '{"Records": null}',
        '{"Records": {}}',
        '{"Records": [',
        '{"Event": "s3:OtherEvent"}',
        "<Records><Record/></Records>",
        base64.b64encode(b'{"Records": []}').decode(),
        "[" * 100_000,
        "x" * 1024 * 1024,
        '{"Records": ["\0"',
    ],
    ids=lambda body: body[:24].replace("\0", "NUL"),
)
def test_junk_is_unreadable(body: str) -> None:
    with pytest.raises(EventUnreadableError, match="not an S3 event notification"):
        parse_message(body)


@pytest.mark.parametrize(
    "record", [b"null", b"[]", b"{}", b'"x"', b"[" * 100_000, b'{"eventVersion":"\\ud800"}']
)
def test_a_record_of_junk_is_unreadable(record: bytes) -> None:
    with pytest.raises(EventUnreadableError, match="not an S3 event record"):
        parse_record(record, raw_bucket=BUCKET)


@given(st.text())
def test_every_key_is_parsed_or_rejected(key: str) -> None:
    [record] = records("put-2.1")
    record = record.replace(quote_plus(str(KEY), safe="/").encode(), quote_plus(key).encode())
    try:
        created = parse_record(record, raw_bucket=BUCKET)
    except InvalidKeyError:
        return
    assert created is not None
    assert str(created.key) == key


@pytest.mark.parametrize("version_id", [None, "096fKKXTRTtl3on89fVO.nfljtsv6qko"])
@pytest.mark.parametrize("overwrite", [True, False])
def test_an_event_that_playlake_sends_is_read_like_one_of_s3(
    version_id: str | None, *, overwrite: bool
) -> None:
    body = created_event(BUCKET, StoredObject(KEY, 7, ETAG, version_id), overwrite=overwrite)
    [record] = parse_message(body)
    announced = parse_record(record, raw_bucket=BUCKET)
    assert announced == RawObjectCreated(KEY, 7, ETAG, version_id, overwrite)
    assert announced_keys(body) == [str(KEY)]


def test_an_event_that_playlake_sends_has_the_time_of_the_object_if_it_is_known() -> None:
    at = datetime(2026, 11, 21, 6, 1, 12, tzinfo=UTC)
    body = created_event(BUCKET, StoredObject(KEY, 7, ETAG, put_at=at))
    [record] = parse_message(body)
    announced = parse_record(record, raw_bucket=BUCKET)
    assert announced is not None
    assert announced.created_at == at
    later = StoredObject(KEY, 7, ETAG, put_at=at + timedelta(hours=1))
    assert renewed_event(body, later) == created_event(BUCKET, later)


@pytest.mark.parametrize("body", ["", "junk", "{}", '{"Records": [{"s3": {}}]}', "[" * 100_000])
def test_a_message_that_is_no_event_names_no_keys(body: str) -> None:
    assert announced_keys(body) == []


@pytest.mark.parametrize("value", ["1", '"yes"', "null"])
def test_an_overwrite_that_is_no_boolean_is_unreadable(value: str) -> None:
    body = created_event(BUCKET, StoredObject(KEY, 7, ETAG), overwrite=True)
    [record] = parse_message(body.replace('"overwrite":true', f'"overwrite":{value}'))
    with pytest.raises(EventUnreadableError):
        parse_record(record, raw_bucket=BUCKET)


def test_an_event_is_renewed_with_all_that_it_says_besides() -> None:
    before = created_event(BUCKET, StoredObject(KEY, 1, "before", "1"), overwrite=True)
    after = StoredObject(KEY, 2, "after")
    assert renewed_event(before, after) == created_event(BUCKET, after, overwrite=True)
