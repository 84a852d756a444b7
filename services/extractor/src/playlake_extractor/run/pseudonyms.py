"""Checks that users of a source have pseudonyms of one key in a lake, or none have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from playlake_extractor.errors import ConfigurationError, LandingFailedError

if TYPE_CHECKING:
    from playlake_contracts.pseudonyms import Pseudonyms
    from playlake_extractor.ports import StateStore

SCHEMA: Final = "playlake.pseudonyms/1"
_ATTEMPTS: Final = 3
_SET: Final = "set PLAYLAKE_PSEUDONYM_KEY or PLAYLAKE_PSEUDONYM_KEY_FILE to the key"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """With which key the users got pseudonyms.

    Attributes:
        fingerprint: that of the key.
    """

    schema: Literal["playlake.pseudonyms/1"] = SCHEMA
    fingerprint: str


def check_pseudonyms(store: StateStore, source: str, pseudonyms: Pseudonyms | None) -> None:
    """Check that a run uses the key of the runs before it; the first one notes which it is.

    Args:
        store: the store of the record.
        source: the source.
        pseudonyms: those of the run; None if it uses none.

    Raises:
        ConfigurationError: the runs before it used pseudonyms, or those of another key.
        LandingFailedError: the lake does not take the record.
    """
    for _ in range(_ATTEMPTS):
        stored = store.load()
        record = None if stored is None else _decoded(stored.body, source)
        if record is None and pseudonyms is None:
            return
        if pseudonyms is None:
            raise ConfigurationError(
                f"users of {source} have pseudonyms in this lake, and would be landed with their "
                f"ids now: {_SET} with which it began"
            )
        if record is not None:
            if record.fingerprint != pseudonyms.fingerprint:
                raise ConfigurationError(
                    f"users of {source} have pseudonyms of another key in this lake: {_SET} with "
                    "which it began"
                )
            return
        body = msgspec.json.encode(Record(fingerprint=pseudonyms.fingerprint))
        if store.replace(msgspec.json.format(body, indent=1), None):
            return
    raise LandingFailedError(
        f"what says which pseudonyms users of {source} have is changed by others again and again: "
        "let other runs end, then run again"
    )


def _decoded(body: bytes, source: str) -> Record:
    try:
        return msgspec.json.decode(body, type=Record)
    except ValueError as error:
        raise ConfigurationError(
            f"what says which pseudonyms users of {source} have cannot be read ({error}): upgrade, "
            "or restore pseudonyms.json under state/"
        ) from error
