"""The examples of the API's document are its answers about the small lake.

Run as a program, this writes them anew.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from api_examples import api_examples, as_file
from web_lakes import two_weeks

if TYPE_CHECKING:
    from playlake_lake.folder import Folder

FILE = Path(__file__).parents[3] / "libs/web/src/playlake_web/examples.json"


def test_the_examples_are_what_is_answered(lake: Folder) -> None:
    assert FILE.read_text("utf-8") == as_file(api_examples(lake))


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        FILE.write_text(as_file(api_examples(two_weeks(Path(folder)))), "utf-8")
