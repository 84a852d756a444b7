"""Takes buckets that exist into a stack that does not know them.

The emulator writes objects at once and its stacks only at a clean end, so after a crash there may
be buckets with objects and no stack. CloudFormation's own way is taken: the buckets are imported
into a stack of nothing else, which the deployment then updates to the whole template.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ResourceToImportTypeDef

_BUCKET = "AWS::S3::Bucket"
_CHANGE_SET = "adopt"


def adopt_buckets(
    client: CloudFormationClient, stack: str, template: Mapping[str, Any], existing: Iterable[str]
) -> bool:
    """Begin a stack with the template's buckets that exist; the import goes on after the return.

    Args:
        client: where.
        stack: a name that no stack has.
        template: the localised template.
        existing: the names of all buckets that exist.

    Returns:
        Whether there is anything to adopt.
    """
    found = dict(_found(template, existing))
    if not found:
        return False
    imported: list[ResourceToImportTypeDef] = [
        {
            "ResourceType": _BUCKET,
            "LogicalResourceId": logical_id,
            "ResourceIdentifier": {"BucketName": name},
        }
        for logical_id, name in found.items()
    ]
    resources = {
        logical_id: {
            "Type": _BUCKET,
            "DeletionPolicy": "Retain",
            "Properties": {"BucketName": name},
        }
        for logical_id, name in found.items()
    }
    client.create_change_set(
        StackName=stack,
        ChangeSetName=_CHANGE_SET,
        ChangeSetType="IMPORT",
        ResourcesToImport=imported,
        TemplateBody=json.dumps({"Resources": resources}),
    )
    client.get_waiter("change_set_create_complete").wait(
        StackName=stack, ChangeSetName=_CHANGE_SET, WaiterConfig={"Delay": 1}
    )
    client.execute_change_set(StackName=stack, ChangeSetName=_CHANGE_SET)
    return True


def _found(template: Mapping[str, Any], existing: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The logical ids and the names of the template's buckets that exist."""
    names = list(existing)
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == _BUCKET:
            pattern = _pattern(resource["Properties"]["BucketName"])
            yield from ((logical_id, name) for name in names if re.fullmatch(pattern, name))


def _pattern(name: Any) -> str:  # noqa: ANN401  JSON: a text, or a join of texts and references
    """A bucket name as a pattern: account and region are whatever they are."""
    parts = [name] if isinstance(name, str) else name["Fn::Join"][1]
    return "".join(re.escape(part) if isinstance(part, str) else "[a-z0-9-]+" for part in parts)
