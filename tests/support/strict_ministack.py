"""Runs MiniStack with what its IAM lacks of S3's, so that the template's conditions are enforced.

MiniStack's own Python runs this file, so nothing but MiniStack and the standard library is there.

- It sets no keys for conditional writes: `s3:if-match`, `s3:if-none-match` and
  `s3:ObjectCreationOperation`.
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
- `aws:PrincipalArn` of an assumed role is the ARN of its session here; on AWS it is the role's.
  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
- It answers 404 for an object that is not there. S3 does so to who may list the bucket, and answers
  403 to everybody else.
  https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
- It has actions for batches of messages; AWS asks for the action of one message.
  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
- Its refusals have no id of the request, which every answer of AWS has.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_BUCKET = "arn:aws:s3:::"
_READS = frozenset({"s3:GetObject", "s3:GetObjectVersion"})


def main() -> None:
    """Serve until SIGTERM."""
    app: Any = import_module("ministack.app")
    iam_actions: Any = import_module("ministack.core.iam_actions")
    iam_evaluator: Any = import_module("ministack.core.iam_evaluator")
    iam_actions.s3_service_context = with_conditions(iam_actions.s3_service_context)
    resolve = iam_evaluator._resolve_condition_key
    iam_evaluator._resolve_condition_key = with_role_of_session(resolve)
    iam_evaluator.enforce = of_one_message(hiding_what_is_missing(iam_evaluator.enforce))
    iam_actions.access_denied_response = with_request_id(iam_actions.access_denied_response)
    app.main()


def with_conditions(context: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Add the keys of conditional writes to those of a request."""

    def found(
        action: str,
        query: Mapping[str, object],
        path: str,
        headers: Mapping[str, str],
    ) -> dict[str, Any]:
        keys = context(action, query, path, headers)
        if action != "s3:PutObject":
            return keys
        begins_or_sends = "uploads" in query or "partNumber" in query
        keys["s3:ObjectCreationOperation"] = str(not begins_or_sends).lower()
        given = {name: headers.get(name) for name in ("if-match", "if-none-match")}
        return keys | {f"s3:{name}": value for name, value in given.items() if value}

    return found


def with_role_of_session(resolve: Callable[..., str | None]) -> Callable[..., str | None]:
    """Resolve `aws:PrincipalArn` of a session to its role."""

    def found(key: str, asked: object) -> str | None:
        value = resolve(key, asked)
        if key.lower() != "aws:principalarn" or value is None or ":assumed-role/" not in value:
            return value
        account, _, session = value.removeprefix("arn:aws:sts::").partition(":assumed-role/")
        return f"arn:aws:iam::{account}:role/{session.partition('/')[0]}"

    return found


def of_one_message(enforce: Callable[..., object]) -> Callable[..., object]:
    """Check a batch of messages as one message."""

    def decide(access_key: str, action: str, *rest: object, **more: object) -> object:
        one = action.removesuffix("Batch") if action.startswith("sqs:") else action
        return enforce(access_key, one, *rest, **more)

    return decide


def with_request_id(refuse: Callable[..., Any]) -> Callable[..., Any]:
    """Give a refusal the id of its request."""

    def refused(
        service: str, action: str, principal: str, request_id: str, **more: object
    ) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = refuse(service, action, principal, request_id, **more)
        return status, {**headers, "x-amz-request-id": request_id}, body

    return refused


def hiding_what_is_missing(enforce: Callable[..., object]) -> Callable[..., object]:
    """Refuse to read an object that is not there to who may not list the bucket."""

    def decide(
        access_key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        **more: object,
    ) -> object:
        denied = enforce(access_key, action, service, region, resource_arn=resource_arn, **more)
        if denied or action not in _READS or not _is_missing(resource_arn):
            return denied
        bucket = resource_arn.partition("/")[0]
        return enforce(access_key, "s3:ListBucket", service, region, resource_arn=bucket)

    return decide


def _is_missing(arn: str) -> bool:
    s3: Any = import_module("ministack.services.s3")
    name, _, key = arn.removeprefix(_BUCKET).partition("/")
    bucket = s3._buckets.get(name)
    return bucket is not None and key not in bucket["objects"]


if __name__ == "__main__":
    main()
