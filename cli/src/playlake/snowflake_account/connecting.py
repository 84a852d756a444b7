"""The connection to an account of Snowflake, by its own connector, which is optional."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CONNECTOR: Final = "snowflake.connector"
_LOGIN_SECONDS: Final = 30
_ANSWER_SECONDS: Final = 60
# By variable of the environment, the argument of the connector that it is.
_SECRETS: Final = {
    "SNOWFLAKE_PASSWORD": "password",
    "SNOWFLAKE_TOKEN": "token",
    "SNOWFLAKE_PRIVATE_KEY_FILE": "private_key_file",
}
_KEY_PASSWORD: Final = "SNOWFLAKE_PRIVATE_KEY_FILE_PWD"  # noqa: S105 - the name of a variable
_TOKENS: Final = "PROGRAMMATIC_ACCESS_TOKEN"


class SnowflakeError(CommandError):
    """Snowflake refused something; the message has its own words."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks which account; secrets are in the environment alone.

    Attributes:
        account: the identifier of the account, such as ORGANISATION-ACCOUNT.
        user: the user.
        role: the role, if not the user's own.
        warehouse: the warehouse, if not the user's own.
    """

    account: str | None
    user: str | None
    role: str | None = None
    warehouse: str | None = None

    def arguments(self, environment: Mapping[str, str]) -> dict[str, Any]:
        """What the connector is given.

        Raises:
            CommandError: something is missing; the message names its variable.
        """
        if not self.account or not self.user:
            raise CommandError(
                "no account of Snowflake is named: set SNOWFLAKE_ACCOUNT and SNOWFLAKE_USER, or "
                "give --account and --user"
            )
        found = {
            argument: environment[name]
            for name, argument in _SECRETS.items()
            if environment.get(name)
        }
        if len(found) != 1:
            raise CommandError(
                f"Snowflake needs one secret of {self.user}, and {len(found) or 'none'} is set: "
                f"set one of {', '.join(_SECRETS)}"
            )
        if "token" in found:
            found["authenticator"] = _TOKENS
        if "private_key_file" in found and environment.get(_KEY_PASSWORD):
            found["private_key_file_pwd"] = environment[_KEY_PASSWORD]
        named = {"role": self.role, "warehouse": self.warehouse}
        return {
            "account": self.account,
            "user": self.user,
            **found,
            **{name: value for name, value in named.items() if value},
        }


class Session:
    """An open connection, which asks one statement at a time."""

    def __init__(self, connection: Any, errors: type[Exception]) -> None:  # noqa: ANN401 - untyped
        self._connection = connection
        self._errors = errors

    def rows(self, sql: str) -> list[dict[str, object]]:
        """The rows of an answer, by the names of columns in small letters.

        Raises:
            SnowflakeError: Snowflake refuses the statement, or does not answer.
        """
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql)
            names = [column[0].lower() for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except self._errors as error:
            raise SnowflakeError(words_of(error)) from error
        finally:
            cursor.close()


@contextmanager
def connected(account: Account) -> Iterator[Session]:
    """Connect to an account while a block lasts.

    Raises:
        CommandError: the connector is not installed, or something is not named.
        SnowflakeError: Snowflake does not let the user in, or does not answer.
    """
    arguments = account.arguments(os.environ)
    connector = _connector()
    try:
        connection = connector.connect(
            **arguments,
            login_timeout=_LOGIN_SECONDS,
            network_timeout=_ANSWER_SECONDS,
            application="Playlake",
        )
    except connector.errors.Error as error:
        raise SnowflakeError(
            f"Snowflake does not let {account.user} in on {account.account}: {words_of(error)}"
        ) from error
    except (OSError, TypeError, ValueError) as error:
        # The connector reads the key, and lets the errors of that pass.
        raise CommandError(
            f"the key of SNOWFLAKE_PRIVATE_KEY_FILE cannot be read, correct its path or "
            f"SNOWFLAKE_PRIVATE_KEY_FILE_PWD: {words_of(error)}"
        ) from error
    try:
        yield Session(connection, connector.errors.Error)
    finally:
        connection.close()


def words_of(error: Exception) -> str:
    """What Snowflake says, in one line without numbers of its own."""
    text = getattr(error, "raw_msg", None) or getattr(error, "msg", None) or str(error)
    return " ".join(str(text).removeprefix("SQL compilation error:").split()).rstrip(".")


def _connector() -> Any:  # noqa: ANN401 - a module without types
    try:
        return import_module(_CONNECTOR)
    except ModuleNotFoundError as error:
        raise CommandError(
            "Snowflake's connector is not installed: install Playlake with its extra, as in "
            "`uv tool install 'playlake[snowflake] @ WHEEL'`"
        ) from error
