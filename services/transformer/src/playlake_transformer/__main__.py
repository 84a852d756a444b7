"""`python -m playlake_transformer` runs the service with settings from the environment."""

from __future__ import annotations

import asyncio
import sys

from playlake_transformer.errors import ConfigurationError
from playlake_transformer.logs import configure_logs
from playlake_transformer.settings import load_settings


def main() -> int:
    """Run the service; return the exit status."""
    # Imported here, because a transforming process imports this module and needs no AWS client.
    from playlake_transformer.service import serve  # noqa: PLC0415

    try:
        settings = load_settings()
        configure_logs(settings.log_level)
        asyncio.run(serve(settings))
    except ConfigurationError as error:
        print(f"playlake-transformer: {error}", file=sys.stderr)  # noqa: T201  no log is set up yet
        return error.info.exit_status or 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
