"""Tells an answer of AWS from that of a captive portal or a proxy, which may be a 200 as well.

Every answer of AWS has the id of the request in a header:
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-api-responses.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    class _HttpResponse(Protocol):
        status_code: int
        headers: Mapping[str, str]


_REQUEST_IDS: Final = frozenset({"x-amzn-requestid", "x-amz-request-id"})


class NotAwsError(Exception):
    """Something else than AWS answered a call to AWS."""


def refuse_others(events: Any) -> None:  # noqa: ANN401 - of boto3 or aiobotocore
    """Have every call raise `NotAwsError` if something else than AWS answers it.

    Args:
        events: the events of a client, `client.meta.events`, or those of a session, which its
            clients inherit.
    """
    events.register("after-call", _check)


def _check(http_response: _HttpResponse, **_: object) -> None:
    if _REQUEST_IDS.isdisjoint(name.lower() for name in http_response.headers):
        raise NotAwsError(
            f"what answered with {http_response.status_code} is not AWS: look for a proxy or a "
            "captive portal in between"
        )
