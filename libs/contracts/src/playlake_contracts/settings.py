"""Settings as environment variables: names, writing, reading, and errors."""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from playlake_contracts.environment import PREFIX

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pydantic_core import ErrorDetails

_SANDBOX_PREFIX = f"{PREFIX}SANDBOX_"

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


class InvalidSettingsError(ValueError):
    """Settings are missing, wrong or unknown; the message names them and says what to do."""


def environment_variables(**settings: str | float) -> dict[str, str]:
    """Write settings as the environment variables that `read_settings` reads.

    Args:
        settings: values by the names of the settings' fields, such as `log_level="info"`.
    """
    return {_variable(name): _text(value) for name, value in settings.items()}


def read_settings(settings: type[SettingsT], service: str) -> SettingsT:
    """Read a service's settings from the environment.

    Args:
        settings: their class; the message quotes the descriptions of its fields.
        service: the service's name, such as `extractor`.

    Raises:
        InvalidSettingsError: a setting is wrong; the message never contains a value.
    """
    if unknown := unknown_settings(os.environ, settings.model_fields):
        raise InvalidSettingsError("; ".join(_unknown(n, settings, service) for n in unknown))
    return read_some_settings(settings)


def read_some_settings(settings: type[SettingsT]) -> SettingsT:
    """Read settings from an environment that has variables of other programs as well.

    Raises:
        InvalidSettingsError: a setting is wrong; the message never contains a value.
    """
    try:
        return settings()
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        # Without a cause, so that no value of a variable can get into a traceback.
        raise InvalidSettingsError("; ".join(_wrong(d, settings) for d in details)) from None


def unknown_settings(environment: Iterable[str], known: Collection[str]) -> list[str]:
    """List the variables with the prefix `PLAYLAKE_` that are not settings, sorted.

    Otherwise a misspelt optional setting would be ignored in silence. Variables with the prefix
    `PLAYLAKE_SANDBOX_` belong to the sandbox and are not checked.

    Args:
        environment: names of environment variables, such as `os.environ`.
        known: the names of the settings' fields, in lower case and without the prefix.
    """
    allowed = set(map(_variable, known))
    ours = (name for name in environment if name.upper().startswith(PREFIX))
    return sorted(
        name
        for name in ours
        if name.upper() not in allowed and not name.upper().startswith(_SANDBOX_PREFIX)
    )


def _unknown(variable: str, settings: type[BaseSettings], service: str) -> str:
    name = variable.lower().removeprefix(PREFIX.lower())
    nearest = difflib.get_close_matches(name, settings.model_fields, n=1)
    advice = f"did you mean {_variable(nearest[0])}?" if nearest else "remove it"
    return f"{variable} is not a setting of the {service}: {advice}"


def _wrong(detail: ErrorDetails, settings: type[BaseSettings]) -> str:
    name = str(detail["loc"][0])
    if detail["type"] == "missing":
        description = settings.model_fields[name].description or ""
        return f"set {_variable(name)} ({description.rstrip('.')})"
    return f"correct {_variable(name)}: {detail['msg'].removeprefix('Value error, ')}"


def _text(value: str | float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _variable(field: str) -> str:
    return f"{PREFIX}{field}".upper()
