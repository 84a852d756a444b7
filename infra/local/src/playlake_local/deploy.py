"""Deployment of a localised template: creates the stack, or updates it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, WaiterError

from playlake_local.adopt import adopt_buckets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import CapabilityType
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef
    from mypy_boto3_s3 import S3Client

TEMPLATE_BUCKET = "playlake-local-templates"

_POLL_SECONDS = 0.1
_DONE = frozenset({"CREATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE"})
_IN_PROGRESS = "_IN_PROGRESS"
_CAPABILITIES: Sequence[CapabilityType] = ("CAPABILITY_NAMED_IAM",)


class DeploymentError(Exception):
    """The stack is not deployed; the message says which resource failed and why."""


@dataclass(frozen=True, slots=True)
class Clients:
    """The AWS clients that a deployment uses."""

    cloudformation: CloudFormationClient
    s3: S3Client


def deploy(
    clients: Clients,
    stack: str,
    template: Mapping[str, Any],
    parameters: Mapping[str, str],
    *,
    patience: timedelta,
) -> dict[str, str]:
    """Deploy a template as a stack, and return the outputs of the stack.

    Args:
        clients: where.
        stack: its name.
        template: the localised template.
        parameters: the values of its parameters.
        patience: how long CloudFormation may report nothing new of the stack.

    Raises:
        DeploymentError: CloudFormation refuses the template, a resource fails, or nothing moves.
    """
    given: list[ParameterTypeDef] = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
    ]
    try:
        url = _upload(clients.s3, stack, template)
        _adopt(clients, stack, template, patience)
        _apply(clients.cloudformation, stack, url, given)
    except (ClientError, WaiterError) as error:
        raise DeploymentError(f"CloudFormation refuses the stack {stack}: {error}") from error
    return _outputs(_wait(clients.cloudformation, stack, patience))


def _upload(s3: S3Client, stack: str, template: Mapping[str, Any]) -> str:
    """Upload the template, which is too large for the request, and return its URL."""
    if TEMPLATE_BUCKET not in _buckets(s3):
        s3.create_bucket(Bucket=TEMPLATE_BUCKET)
    key = f"{stack}.json"
    s3.put_object(Bucket=TEMPLATE_BUCKET, Key=key, Body=json.dumps(template).encode())
    return f"{s3.meta.endpoint_url}/{TEMPLATE_BUCKET}/{key}"


def _adopt(clients: Clients, stack: str, template: Mapping[str, Any], patience: timedelta) -> None:
    """Begin the stack with buckets that a crash has left without one."""
    if not _exists(clients.cloudformation, stack) and adopt_buckets(
        clients.cloudformation, stack, template, _buckets(clients.s3)
    ):
        _wait(clients.cloudformation, stack, patience)


def _buckets(s3: S3Client) -> list[str]:
    return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def _apply(
    client: CloudFormationClient, stack: str, url: str, parameters: list[ParameterTypeDef]
) -> None:
    put = client.update_stack if _exists(client, stack) else client.create_stack
    try:
        put(StackName=stack, TemplateURL=url, Parameters=parameters, Capabilities=_CAPABILITIES)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise


def _exists(client: CloudFormationClient, stack: str) -> bool:
    try:
        client.describe_stacks(StackName=stack)
    except ClientError:
        return False
    return True


def _wait(client: CloudFormationClient, stack: str, patience: timedelta) -> StackTypeDef:
    newest, since = None, time.monotonic()
    while True:
        (found,) = client.describe_stacks(StackName=stack)["Stacks"]
        status = found["StackStatus"]
        if status in _DONE:
            return found
        if not status.endswith(_IN_PROGRESS) or "ROLLBACK" in status:
            raise DeploymentError(
                f"stack {stack} ended as {status}: {_failure_reasons(client, stack)}"
            )
        if (event := _newest_event(client, stack)) != newest:
            newest, since = event, time.monotonic()
        if time.monotonic() - since > patience.total_seconds():
            raise DeploymentError(f"stack {stack} is {status} and has not moved for {patience}")
        time.sleep(_POLL_SECONDS)


def _newest_event(client: CloudFormationClient, stack: str) -> str | None:
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    return events[0]["EventId"] if events else None


def _failure_reasons(client: CloudFormationClient, stack: str) -> str:
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")]
    reasons = (
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in failed
    )
    return "; ".join(reasons) or "no resource reports a reason"


def _outputs(stack: StackTypeDef) -> dict[str, str]:
    return {
        output["OutputKey"]: output["OutputValue"]
        for output in stack.get("Outputs", ())
        if "OutputKey" in output and "OutputValue" in output
    }
