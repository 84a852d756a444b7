"""Spotify ids: 22 base62 characters, made from a number and decoded to it, without a table.

An id has 128 bits: a salt of 96 bits that depends on the seed, and the number, XORed with a mask
that depends on the salt.
"""

import string
from hashlib import blake2b

_BASE62 = string.digits + string.ascii_lowercase + string.ascii_uppercase
_VALUES = {character: value for value, character in enumerate(_BASE62)}
_LENGTH = 22
_SALT_BYTES = 12
_NUMBER_BYTES = 4


def id_of(seed: int, kind: str, number: int) -> str:
    """Returns the id of the numbered object of a kind (artist, album, track, ...)."""
    salt = _digest(f"{seed}/{kind}/{number}".encode(), _SALT_BYTES)
    return _encode((salt << 8 * _NUMBER_BYTES) | (number ^ _mask(salt)))


def number_of(seed: int, kind: str, spotify_id: str) -> int | None:
    """Returns the number of an id; None if this world has no object of the kind with this id."""
    value = _decode(spotify_id)
    salt, masked = value >> 8 * _NUMBER_BYTES, value & 0xFFFFFFFF
    if salt >> 8 * _SALT_BYTES:
        return None
    number = masked ^ _mask(salt)
    return number if id_of(seed, kind, number) == spotify_id else None


def is_base62_id(text: str) -> bool:
    """Returns whether a text has the form of a Spotify id."""
    return len(text) == _LENGTH and all(character in _VALUES for character in text)


def _mask(salt: int) -> int:
    return _digest(salt.to_bytes(_SALT_BYTES, "big"), _NUMBER_BYTES)


def _digest(data: bytes, size: int) -> int:
    return int.from_bytes(blake2b(data, digest_size=size).digest(), "big")


def _encode(value: int) -> str:
    characters = []
    for _ in range(_LENGTH):
        value, digit = divmod(value, len(_BASE62))
        characters.append(_BASE62[digit])
    return "".join(reversed(characters))


def _decode(text: str) -> int:
    value = 0
    for character in text:
        value = value * len(_BASE62) + _VALUES[character]
    return value
