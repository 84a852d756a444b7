"""Parts in Spotify's shapes with something wrong: bytes, frames, or values in the JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.unit.transformer.curated import frame, part
from tests.unit.transformer.synthetic import (
    GENERATIONS,
    entry,
    episode,
    in_generation,
    local_track,
    page,
    playlist,
    takedown,
    track,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from playlake_contracts.sources.spotify import Api

    Mutation = Callable[[random.Random, list[bytes], list[list[bytes]]], bytes]

# Each is put in the place of a value, or written there as it is.
_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**64, -(2**63), 10**40, 0.5, 1e308, "", "0", "0000", "2020-13-01",
    "\0", "\u202e", "a" * 70_000, "../..", "a/b", [], [None], {}, {"id": 5}, [[]], [{}] * 50,
)  # fmt: skip
_TEXTS = (
    b"NaN", b"1e999", b"-Infinity", b"9" * 5_000, b'"\\ud800"', b'"\\u0000"', b'"\xff\xfe"', b"'a'",
    b"[" * 2_000 + b"]" * 2_000, b'{"a":' * 600 + b"1" + b"}" * 600, b"", b",", b"}", b"\x00",
    b"tru",
)  # fmt: skip
_MARK = "a mark that nothing else has"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Parts as lists of frames, all of them good."""

    parts: list[list[bytes]]

    @classmethod
    def of(cls, dice: random.Random, parts: int) -> Corpus:
        """So many parts, in every generation of the API."""
        return cls([_part(dice) for _ in range(parts)])

    def mutated(self, dice: random.Random) -> bytes:
        """The bytes of one of them with one to three things wrong."""
        frames = list(dice.choice(self.parts))
        if dice.random() < _SHARE_OF_JSON:
            for _ in range(dice.choice((1, 1, 1, 2, 3))):
                place = dice.randrange(len(frames))
                frames[place] = dice.choice(_FRAME_MUTATIONS)(dice, frames[place])
            return part(*frames)
        other = part(*dice.choice(self.parts))
        return dice.choice(_BYTE_MUTATIONS)(dice, part(*frames), other)


def _part(dice: random.Random) -> list[bytes]:
    return [_frame(dice, number) for number in range(dice.randint(1, 3))]


def _frame(dice: random.Random, number: int) -> bytes:
    api: Api = dice.choice(GENERATIONS)
    pages = [
        page([_entry(dice) for _ in range(dice.randint(0, 4))]) for _ in range(dice.randint(1, 2))
    ]
    first, *further = pages
    responses = [in_generation(each, api) for each in (playlist() | {"tracks": first}, *further)]
    return frame(*responses, playlist_id=f"playlist-{number}", api=api)


def _entry(dice: random.Random) -> Any:  # noqa: ANN401 - JSON
    number = dice.randrange(20)
    makers = (track, track, track, episode, takedown)
    made = dice.choice((*(maker(number) for maker in makers), local_track(), None))
    return entry(made)


def _flip(dice: random.Random, raw: bytes, _: bytes = b"") -> bytes:
    place = dice.randrange(len(raw))
    return raw[:place] + bytes([raw[place] ^ (1 << dice.randrange(8))]) + raw[place + 1 :]


def _cut(dice: random.Random, raw: bytes, _: bytes = b"") -> bytes:
    start, end = sorted(dice.randrange(len(raw) + 1) for _ in range(2))
    return raw[:start] + raw[end:]


def _cut_end(dice: random.Random, raw: bytes, _: bytes = b"") -> bytes:
    return raw[: dice.randrange(len(raw))]


def _splice(dice: random.Random, raw: bytes, other: bytes = b"") -> bytes:
    other = other or raw
    return raw[: dice.randrange(len(raw))] + other[dice.randrange(len(other)) :]


def _insert(dice: random.Random, raw: bytes, _: bytes = b"") -> bytes:
    place = dice.randrange(len(raw) + 1)
    return raw[:place] + dice.randbytes(dice.randint(1, 40)) + raw[place:]


def _repeat(dice: random.Random, raw: bytes, _: bytes = b"") -> bytes:
    start, end = sorted(dice.randrange(len(raw) + 1) for _ in range(2))
    return raw[:end] + raw[start:]


def _value(dice: random.Random, one: bytes) -> bytes:
    """Put another value in the place of one."""
    return _changed(dice, one, lambda _: dice.choice(_VALUES))


def _text(dice: random.Random, one: bytes) -> bytes:
    """Put something in the place of a value that may be no JSON."""
    marked = _changed(dice, one, lambda _: _MARK)
    return marked.replace(json.dumps(_MARK).encode(), dice.choice(_TEXTS))


def _twice(dice: random.Random, one: bytes) -> bytes:
    return _changed(dice, one, lambda value: [value, value])


def _missing(dice: random.Random, one: bytes) -> bytes:
    """Remove a value with its key or place."""
    return _changed(dice, one, None)


def _changed(dice: random.Random, one: bytes, change: Callable[[Any], Any] | None) -> bytes:
    try:
        document = json.loads(one)
    except (ValueError, RecursionError):  # an earlier mutation has made it no JSON
        return _flip(dice, one)
    places = list(_places(document))
    if not places:
        return _flip(dice, one)
    holder, name = dice.choice(places)
    if change is None:
        del holder[name]
    else:
        holder[name] = change(holder[name])
    # As the extractor writes it: without spaces, and ended by a newline.
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return text.encode(errors="surrogatepass") + b"\n"


def _places(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Where the values of a document are: what holds them, and the name or the number there."""
    names = value.items() if isinstance(value, dict) else enumerate(value)
    for name, held in list(names):
        yield value, name
        if isinstance(held, dict | list):
            yield from _places(held)


_SHARE_OF_JSON = 0.4
_FRAME_MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _value, _value, _text, _twice, _missing, _flip, _cut, _insert,
)  # fmt: skip
_BYTE_MUTATIONS: tuple[Callable[[random.Random, bytes, bytes], bytes], ...] = (
    _flip, _cut, _cut_end, _splice, _insert, _repeat,
)  # fmt: skip
