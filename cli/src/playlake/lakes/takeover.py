"""Takes over the lake of version 0.1, which lies in the folder of its local AWS.

Raw objects and state are copied as they are, and transformed again: version 0.1 laid its tables out
differently. The folder of version 0.1 is kept under another name.
"""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake_contracts.keys import RAW_PREFIX, STATE_PREFIX
from playlake_lake.errors import LakeError
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from playlake_lake.folder import Folder

# Where the local AWS of version 0.1 kept the objects of a bucket, each with a file about it.
_RAW_BUCKET: Final = "s3/000000000000/playlake-raw-000000000000-us-east-1"
_ABOUT: Final = ".meta.json"
_INVENTED: Final = "invented"
TAKEN_OVER: Final = "aws-of-0.1-taken-over"


def former_lakes(homes: Iterable[Path]) -> list[Path]:
    """The folders, in some homes, of a local AWS that has objects of version 0.1."""
    return [home / "aws" for home in homes if any(_keys(home / "aws" / _RAW_BUCKET))]


def take_over(former: Path, lakes: Path, name: str, say: Callable[[str], None]) -> Path:
    """Copy the lake of version 0.1 into a folder of its own; it can be repeated after a failure.

    Args:
        former: the folder of the local AWS of version 0.1.
        lakes: the folder of lakes.
        name: the name of the new lake, unless the former has the demonstration's invented music.
        say: takes a sentence about what was done.

    Raises:
        CommandError: the system refused, or the new lake holds other objects under the same keys.
    """
    is_invented = (former / _INVENTED).exists()
    root = lakes / ("demo" if is_invented else name)
    bucket = former / _RAW_BUCKET
    try:
        folder, _ = make_lake(root, synthetic=is_invented)
        keys = list(_keys(bucket))
        for key in keys:
            _copy(folder, key, bucket.joinpath(key).read_bytes())
        kept = former.rename(_unused(former.with_name(TAKEN_OVER)))
    except (LakeError, OSError) as error:
        raise CommandError(f"the lake of version 0.1 in {former} stays there: {error}") from error
    say(
        f"The lake of version 0.1 is taken over: {len(keys):,} objects are in {root}. The old "
        f"files are kept in {kept}: delete them when you have looked at the new lake."
    )
    return root


def _unused(folder: Path) -> Path:
    """The folder, or with a number behind its name if an earlier takeover has left it."""
    numbered = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return next(each for each in chain([folder], numbered) if not each.exists())


def _copy(folder: Folder, key: str, body: bytes) -> None:
    if not folder.put_new(key, body) and key.startswith(RAW_PREFIX) and folder.read(key) != body:
        raise CommandError(f"{key} is in {folder.root} with other bytes: use another lake")


def _keys(bucket: Path) -> Iterator[str]:
    for prefix in (RAW_PREFIX, STATE_PREFIX):
        for path in sorted((bucket / prefix).rglob("*")):
            if not path.is_dir() and not path.name.endswith(_ABOUT):
                yield path.relative_to(bucket).as_posix()
