"""The JSON schemas that the files of the project name, and not in their newest versions.

Power BI Desktop reads files of older versions and saves them in its own; it refuses newer ones.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOST: Final = "https://developer.microsoft.com/json-schemas/fabric/"
_REPORT: Final = "item/report/definition/"
_PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pbip": "pbip/pbipProperties/1.0.0",
        "platform": "gitIntegration/platformProperties/2.0.0",
        "pbism": "item/semanticModel/definitionProperties/1.0.0",
        "pbir": "item/report/definitionProperties/2.0.0",
        "version": f"{_REPORT}versionMetadata/1.0.0",
        "report": f"{_REPORT}report/3.0.0",
        "pages": f"{_REPORT}pagesMetadata/1.0.0",
        "page": f"{_REPORT}page/2.0.0",
        "visualContainer": f"{_REPORT}visualContainer/2.4.0",
    }
)


def schema(name: str) -> str:
    """The address of the schema of a file."""
    return f"{_HOST}{_PATHS[name]}/schema.json"
