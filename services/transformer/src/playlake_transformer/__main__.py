"""`python -m playlake_transformer` runs the service, or transforms a lake in a folder.

Its settings are variables of the environment: docs/reference.md lists them.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING

from playlake_transformer.errors import ConfigurationError, FolderUnavailableError
from playlake_transformer.logs import configure_logs
from playlake_transformer.settings import load_folder_settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

TEMPORARY_FAILURE = 75  # sysexits.h


class _WithoutPandas(MetaPathFinder):
    """Hides pandas from pyarrow, which imports it with the first array if it can be found.

    That takes half a second and 60 MiB, and the service itself never uses it.
    """

    def find_spec(self, fullname: str, *_: object) -> None:
        """Refuse pandas, and leave other modules to other finders."""
        if fullname == "pandas":
            raise ModuleNotFoundError("the service works without pandas", name=fullname)


def main(arguments: Sequence[str] = ()) -> int:
    """Run the service, or transform a lake in a folder; return the exit status."""
    argparse.ArgumentParser("playlake-transformer", description=__doc__).parse_args(arguments)
    try:
        _run()
    except ConfigurationError as error:
        return _stopped(error, error.info.exit_status or 1)
    except FolderUnavailableError as error:
        return _stopped(error, TEMPORARY_FAILURE)
    return 0


def _run() -> None:
    sys.meta_path.insert(0, _WithoutPandas())
    # Imported here, because a transforming process imports this module and needs no AWS client.
    if (folder := load_folder_settings()) is not None:
        from playlake_transformer.folder_service import transform_folder  # noqa: PLC0415

        configure_logs(folder.log_level)
        asyncio.run(transform_folder(folder))
    else:
        settings = load_settings()
        # Nothing is received yet. The service handles the signal itself as soon as it runs.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        from playlake_transformer.service import serve  # noqa: PLC0415

        configure_logs(settings.log_level)
        asyncio.run(serve(settings))


def _stopped(error: Exception, status: int) -> int:
    print(f"playlake-transformer: {error}", file=sys.stderr)  # noqa: T201  a person starts it
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
