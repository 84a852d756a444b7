"""Make the Power BI project in warehouses/powerbi anew from the schemas of the tables.

`make docs` runs it; a test fails when the files are stale.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playlake_warehouses.powerbi import LakeFolder, write_project

PROJECT = Path(__file__).resolve().parents[1] / "warehouses" / "powerbi"


def main() -> None:
    """Write the project with the parameters of an example."""
    shutil.rmtree(PROJECT, ignore_errors=True)
    PROJECT.mkdir(parents=True)
    write_project(PROJECT, LakeFolder())


if __name__ == "__main__":
    main()
