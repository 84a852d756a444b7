"""The forms of AWS's answers that the twins share."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from virtual_time import MORNING

if TYPE_CHECKING:
    from datetime import datetime

Request = dict[str, Any]
Answer = dict[str, Any]


def client_error(operation: str, code: str, status: int, message: str = "") -> ClientError:
    """The exception that a client raises for an error that AWS answers."""
    response: Any = {
        "Error": {"Code": code, "Message": message or code},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, operation)


def answer(**fields: object) -> Answer:
    """A successful answer; fields that are None are left out, as AWS does."""
    kept = {name: value for name, value in fields.items() if value is not None}
    return {"ResponseMetadata": {"HTTPStatusCode": 200}, **kept}


def seconds() -> float:
    """The time of the event loop."""
    return asyncio.get_running_loop().time()


def moment(at: float | None = None) -> datetime:
    """A time of the event loop as a time of day; the current one by default."""
    return MORNING + timedelta(seconds=seconds() if at is None else at)
