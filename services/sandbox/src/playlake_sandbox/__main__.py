"""Runs the sandbox: `python -m playlake_sandbox`."""

import uvicorn

from playlake_sandbox.app import create_app
from playlake_sandbox.settings import read_settings


def main() -> None:
    """Serves until the process receives a signal to stop."""
    settings = read_settings()
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, access_log=False)


if __name__ == "__main__":
    main()
