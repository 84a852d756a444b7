"""Reads the times in answers of AWS without a parser for every format there is.

A listing has a time a key, and the parser of botocore takes five times as long for them as for all
the rest of a page of a thousand keys.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def quick_times(session: Any, otherwise: Callable[[Any], datetime]) -> None:  # noqa: ANN401 - of botocore or aiobotocore
    """Have the clients that a session is going to make read times quickly.

    Args:
        session: a session of botocore or aiobotocore.
        otherwise: parses times that are not written as listings have them: botocore's own parser.
    """
    factory = session.get_component("response_parser_factory")
    factory.set_parser_defaults(timestamp_parser=time_parser(otherwise))


def time_parser(otherwise: Callable[[Any], datetime]) -> Callable[[object], datetime]:
    """A parser of times such as `2026-11-21T06:00:00.000Z`.

    Args:
        otherwise: parses times that are written in another way.
    """

    def parse(value: object) -> datetime:
        is_utc = isinstance(value, str) and value[10:11] == "T" and value[-1] == "Z"
        return datetime.fromisoformat(str(value)) if is_utc else otherwise(value)

    return parse
