"""Whether pyiceberg is installed; this module can be imported without it."""

from __future__ import annotations

from importlib.util import find_spec

from playlake_iceberg.errors import NoPyicebergError


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
