"""What can be known without pyiceberg: whether it is installed, and defaults."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from playlake_iceberg.errors import NoPyicebergError

# How many runs have a snapshot, unless the person says otherwise.
KEPT_RUNS: Final = 1000


def require_pyiceberg() -> None:
    """Check that pyiceberg is installed.

    Raises:
        NoPyicebergError: it is not.
    """
    if find_spec("pyiceberg") is None:
        raise NoPyicebergError(
            "Iceberg tables need pyiceberg, which is not installed: install Playlake with its "
            "extra, as in `uv tool install 'WHEEL[iceberg]'`"
        )
