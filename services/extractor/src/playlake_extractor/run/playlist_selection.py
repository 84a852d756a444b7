"""Which playlists a run is asked for, in the three ways that people say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import yaml

from playlake_extractor.sources.spotify.references import parse_playlists, parse_reference

MINE: Final = "mine"
_MOST_TOLD = 5
_FILE = re.compile(r"s3://\S+|\S.*\.ya?ml", re.ASCII)
_S3 = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mine:
    """All playlists that the user owns or collaborates on."""


@dataclass(frozen=True, slots=True)
class PlaylistFile:
    """A YAML file of playlists.

    Attributes:
        path: where it is; a key, where there is a bucket.
        bucket: the bucket that holds it; None: this machine does.
    """

    path: str
    bucket: str | None = None

    def __str__(self) -> str:
        return self.path if self.bucket is None else f"s3://{self.bucket}/{self.path}"


Wanted = tuple[str, ...] | Mine | PlaylistFile


@dataclass(frozen=True, slots=True)
class Listed:
    """What a file of playlists says.

    Attributes:
        wanted: the playlists.
        repeated: a sentence for each that stands in it more than once.
    """

    wanted: tuple[str, ...] | Mine
    repeated: tuple[str, ...] = ()


def parse_wanted(text: str) -> Wanted:
    """Parse what is written in the setting.

    Raises:
        ValueError: it names no playlist, or something that is none.
    """
    stripped = text.strip()
    if stripped.lower() == MINE:
        return Mine()
    if _FILE.fullmatch(stripped) is None:
        return parse_playlists(text)
    if not stripped.startswith("s3://"):
        return PlaylistFile(stripped)
    match = _S3.fullmatch(stripped)
    if match is None:
        raise ValueError(f"{stripped[:80]!r} is no address like s3://bucket/playlists.yaml")
    return PlaylistFile(match["key"], match["bucket"])


def parse_file(text: str) -> Listed:
    """Parse a YAML file: a list of references or `mine`, at its top or under `playlists`.

    Raises:
        ValueError: it is no such file; the message names the lines.
    """
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(_one_line(error)) from error
    match _under_playlists(root):
        case yaml.ScalarNode(value=value) if value.strip().lower() == MINE:
            return Listed(Mine())
        case yaml.SequenceNode(value=[_, *_] as entries):
            return _listed(entries)
    raise ValueError("it holds no list of playlists: write one to a line, each after a hyphen")


def _under_playlists(root: yaml.Node | None) -> yaml.Node | None:
    if not isinstance(root, yaml.MappingNode):
        return root
    for key, value in root.value:
        if key.value == "playlists":
            found: yaml.Node = value
            return found
    return None


def _listed(entries: list[yaml.Node]) -> Listed:
    first_line: dict[str, int] = {}
    wrong, repeated = [], []
    for entry in entries:
        line = entry.start_mark.line + 1
        try:
            playlist_id = _reference(entry)
        except ValueError as error:
            wrong.append(f"line {line}: {error}")
            continue
        if first_line.setdefault(playlist_id, line) != line:
            repeated.append(f"line {line} repeats the playlist of line {first_line[playlist_id]}")
    if wrong:
        raise ValueError(_some(wrong))
    return Listed(tuple(first_line), tuple(repeated))


def _reference(entry: yaml.Node) -> str:
    if not isinstance(entry, yaml.ScalarNode):
        raise ValueError("more than a word stands where a playlist's id, URI or link should")  # noqa: TRY004 - the file is wrong, not the type of an argument
    return parse_reference(entry.value)


def _some(messages: list[str]) -> str:
    left = len(messages) - _MOST_TOLD
    return "; ".join(messages[:_MOST_TOLD]) + (f"; and {left:,} lines more" if left > 0 else "")


def _one_line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = "" if mark is None else f"line {mark.line + 1}: "
    problem = getattr(error, "problem", None) or str(error)
    return f"{where}it is not YAML: {' '.join(problem.split())}"
