"""Parses the setting of which playlists a run covers, in its three forms."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
import yaml

MINE: Final = "mine"
_MAX_SHOWN = 5
_FILE = re.compile(r"s3://\S+|\S.*\.ya?ml", re.ASCII)
_S3 = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)", re.ASCII)

# Parses a playlist reference into the playlist's id, or raises `ValueError`.
ParseReference = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Mine:
    """All playlists that the user owns or collaborates on."""


@dataclass(frozen=True, slots=True)
class PlaylistFile:
    """A YAML file of playlists.

    Attributes:
        path: its path, or its key if it is in a bucket.
        bucket: its bucket; None if the file is on this machine.
    """

    path: str
    bucket: str | None = None

    def __str__(self) -> str:
        return self.path if self.bucket is None else f"s3://{self.bucket}/{self.path}"


Selection = tuple[str, ...] | Mine | PlaylistFile


@dataclass(frozen=True, slots=True)
class FileSelection:
    """The contents of a file of playlists.

    Attributes:
        playlists: their ids, or all of the user's.
        repeated: a sentence for each playlist that the file names more than once.
    """

    playlists: tuple[str, ...] | Mine
    repeated: tuple[str, ...] = ()


def parse_selection(text: str, parse_reference: ParseReference) -> Selection:
    """Parse the setting: `mine`, the path of a YAML file, or playlist references.

    Raises:
        ValueError: it names no playlist, or is not a valid reference.
    """
    stripped = text.strip()
    if stripped.lower() == MINE:
        return Mine()
    if _FILE.fullmatch(stripped) is None:
        return parse_references(text, parse_reference)
    if not stripped.startswith("s3://"):
        return PlaylistFile(stripped)
    match = _S3.fullmatch(stripped)
    if match is None:
        raise ValueError(f"{stripped[:80]!r} is no address like s3://bucket/playlists.yaml")
    return PlaylistFile(match["key"], match["bucket"])


def parse_references(text: str, parse_reference: ParseReference) -> tuple[str, ...]:
    """Parse playlist references into ids, in order and without duplicates.

    Args:
        text: references separated by commas or white space, or a JSON list of them.
        parse_reference: parses one.

    Raises:
        ValueError: there is none, or one is invalid; the message gives its position and text.
    """
    references = _split(text)
    if not references:
        raise ValueError("it names no playlist")
    found: dict[str, None] = {}
    for position, reference in zip(itertools.count(1), references, strict=False):
        try:
            found[parse_reference(reference)] = None
        except ValueError as error:
            raise ValueError(f"entry {position}, {error}") from None
    return tuple(found)


def parse_file(text: str, parse_reference: ParseReference) -> FileSelection:
    """Parse a YAML file: a list of references or `mine`, at the top level or under `playlists`.

    Raises:
        ValueError: the file is invalid; the message names the lines.
    """
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(_one_line(error)) from error
    match _under_playlists(root):
        case yaml.ScalarNode(value=value) if value.strip().lower() == MINE:
            return FileSelection(Mine())
        case yaml.SequenceNode(value=[_, *_] as entries):
            return _references_in(entries, parse_reference)
    raise ValueError("it holds no list of playlists: write one to a line, each after a hyphen")


def _split(text: str) -> list[str]:
    if not text.lstrip().startswith("["):
        return text.replace(",", " ").split()
    try:
        return msgspec.json.decode(text, type=list[str])
    except msgspec.DecodeError as error:
        raise ValueError(f"it is not a JSON list of texts: {error}") from error


def _under_playlists(root: yaml.Node | None) -> yaml.Node | None:
    if not isinstance(root, yaml.MappingNode):
        return root
    for key, value in root.value:
        if key.value == "playlists":
            found: yaml.Node = value
            return found
    return None


def _references_in(entries: list[yaml.Node], parse_reference: ParseReference) -> FileSelection:
    first_line: dict[str, int] = {}
    wrong, repeated = [], []
    for entry in entries:
        line = entry.start_mark.line + 1
        try:
            playlist_id = parse_reference(_text(entry))
        except ValueError as error:
            wrong.append(f"line {line}: {error}")
            continue
        if first_line.setdefault(playlist_id, line) != line:
            repeated.append(f"line {line} repeats the playlist of line {first_line[playlist_id]}")
    if wrong:
        raise ValueError(_some(wrong))
    return FileSelection(tuple(first_line), tuple(repeated))


def _text(entry: yaml.Node) -> str:
    if not isinstance(entry, yaml.ScalarNode):
        raise ValueError("more than a word stands where a playlist's id, URI or link should")  # noqa: TRY004 - the file is wrong, not the type of an argument
    return str(entry.value)


def _some(messages: list[str]) -> str:
    left = len(messages) - _MAX_SHOWN
    return "; ".join(messages[:_MAX_SHOWN]) + (f"; and {left:,} lines more" if left > 0 else "")


def _one_line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = "" if mark is None else f"line {mark.line + 1}: "
    problem = getattr(error, "problem", None) or str(error)
    return f"{where}it is not YAML: {' '.join(problem.split())}"
