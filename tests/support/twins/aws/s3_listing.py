"""How S3 lists keys: by prefix and delimiter, a page at a time.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twins.aws.answers import Answer, Request, answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from twins.aws.s3_bucket import StoredObject

MAX_KEYS = 1000


def listed(held: StoredObject) -> dict[str, Any]:
    """How a list describes an object."""
    return {
        "Key": held.key,
        "Size": len(held.body),
        "ETag": f'"{held.etag}"',
        "LastModified": held.written_at,
    }


def page(objects: Mapping[str, StoredObject], request: Request) -> Answer:
    """A page of a list; each prefix up to a delimiter counts as one key."""
    after = str(request.get("ContinuationToken") or request.get("StartAfter") or "")
    entries = [entry for entry in _entries(objects, request) if entry > after]
    most = min(int(request.get("MaxKeys", MAX_KEYS)), MAX_KEYS)
    shown = entries[:most]
    contents = [listed(objects[entry]) for entry in shown if entry in objects]
    prefixes = [{"Prefix": entry} for entry in shown if entry not in objects]
    is_truncated = len(entries) > most
    return answer(
        Contents=contents or None,
        CommonPrefixes=prefixes or None,
        KeyCount=len(shown),
        IsTruncated=is_truncated,
        NextContinuationToken=shown[-1] if is_truncated and shown else None,
    )


def _entries(objects: Mapping[str, StoredObject], request: Request) -> list[str]:
    """The keys under the prefix, those with a delimiter after it cut there, once each."""
    prefix, delimiter = str(request.get("Prefix", "")), str(request.get("Delimiter", ""))
    entries = dict.fromkeys(
        _cut(key, prefix, delimiter) for key in objects if key.startswith(prefix)
    )
    return sorted(entries)


def _cut(key: str, prefix: str, delimiter: str) -> str:
    found = key.find(delimiter, len(prefix)) if delimiter else -1
    return key if found < 0 else key[: found + len(delimiter)]


@dataclass(frozen=True, slots=True)
class ListPages:
    """A paginator of `list_objects_v2`."""

    list_page: Callable[..., Awaitable[Answer]]

    async def paginate(self, **request: Any) -> AsyncIterator[Answer]:  # noqa: ANN401  a request has any fields
        """One page after another."""
        size = request.pop("PaginationConfig", {}).get("PageSize")
        request |= {} if size is None else {"MaxKeys": size}
        token: dict[str, object] = {}
        while True:
            found = await self.list_page(**request, **token)
            yield found
            if not found["IsTruncated"]:
                return
            token = {"ContinuationToken": found["NextContinuationToken"]}
