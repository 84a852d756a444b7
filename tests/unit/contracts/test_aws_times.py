"""Times in answers of AWS are read as botocore reads them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.session import get_session
from botocore.utils import parse_timestamp

from playlake_contracts.aws_times import quick_times, time_parser

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT = datetime(2026, 11, 21, 6, 0, 5, tzinfo=UTC)
QUICK = "2026-11-21T06:00:05.000Z"


def refuse(value: object) -> datetime:
    raise ValueError(f"not quickly: {value!r}")


@pytest.mark.parametrize(
    "written",
    [QUICK, "2026-11-21T06:00:05Z", "2026-11-21T06:00:05.000000Z"],
)
def test_the_times_of_listings_are_read_quickly(written: str) -> None:
    assert time_parser(refuse)(written) == parse_timestamp(written) == MOMENT


@pytest.mark.parametrize(
    "written",
    [
        MOMENT.timestamp(),
        int(MOMENT.timestamp()),
        str(int(MOMENT.timestamp())),
        "Sat, 21 Nov 2026 06:00:05 GMT",
        "2026-11-21T07:00:05+01:00",
        "20261121T060005Z",
    ],
)
def test_other_times_are_left_to_botocore(written: float | str) -> None:
    assert time_parser(parse_timestamp)(written) == MOMENT
    with pytest.raises(ValueError, match="not quickly"):
        time_parser(refuse)(written)


def test_the_clients_of_a_session_read_times_quickly() -> None:
    session = get_session()
    quick_times(session, parse_timestamp)
    made = boto3.Session("s", "s", region_name="us-east-1", botocore_session=session).client("s3")
    listed = f"<R><Contents><Key>k</Key><LastModified>{QUICK}</LastModified></Contents></R>"

    def answer(**_: object) -> AWSResponse:
        raw: Any = io.BytesIO()
        raw.stream = lambda: iter([listed.encode()])
        return AWSResponse("http://synthetic", 200, HTTPHeaders(), raw)

    made.meta.events.register("before-send", cast("Callable[..., None]", answer))
    (found,) = made.list_objects_v2(Bucket="b")["Contents"]
    assert found["LastModified"] == MOMENT
    assert found["LastModified"].tzinfo is UTC, "botocore's own way gives a zone of dateutil"
