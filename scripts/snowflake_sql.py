"""Generate the files of warehouses/snowflake from the schemas of the tables.

`make docs` writes them; a test fails when they are stale.
"""

from __future__ import annotations

from pathlib import Path

from playlake_warehouses.snowflake import SCRIPTS, Attachment

FOLDER = Path(__file__).resolve().parents[1] / "warehouses" / "snowflake"


def files() -> dict[str, str]:
    """The text of each file by its name, with words in capitals for what has to be filled in."""
    return {script.file_name: script.make(Attachment()) for script in SCRIPTS.values()}


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
