"""The settings of notices: variables of the environment, and those that were saved for schedules.

A variable of the environment counts, where both have one.
"""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from playlake.errors import CommandError
from playlake.notifying.saved import read_saved
from playlake_contracts.environment import PREFIX
from playlake_web.notices.mail import Mail, MailServer, parse_addresses
from playlake_web.notices.webhook import Webhook, check_address, check_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake.project import Project
    from playlake_web.notices import Channel

_PREFIX: Final = f"{PREFIX}NOTIFY_"


def _mail_server(text: str) -> str:
    MailServer.parse(text)
    return text


def _mail_addresses(text: str) -> str:
    parse_addresses(text)
    return text


def _mail_address(text: str) -> str:
    if len(parse_addresses(text)) > 1:
        raise ValueError("it has several mail addresses, and a mail is from one")
    return text


def _signing_secret(secret: SecretStr) -> SecretStr:
    check_secret(secret.get_secret_value())
    return secret


class NoticeSettings(BaseSettings):
    """Where notices of runs are sent; without a setting they are sent nowhere."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    notify_webhook: Annotated[str, AfterValidator(check_address)] | None = Field(
        default=None,
        description="Address that notices are posted to as JSON: an https address, or an http "
        "address of this machine.",
    )
    notify_webhook_secret: Annotated[SecretStr, AfterValidator(_signing_secret)] | None = Field(
        default=None,
        description="Secret that signs them, as Standard Webhooks has it: any text, or base64 "
        "after `whsec_`.",
    )
    notify_mail_to: Annotated[str, AfterValidator(_mail_addresses)] | None = Field(
        default=None, description="Mail addresses that notices are sent to, separated by commas."
    )
    notify_mail_from: Annotated[str, AfterValidator(_mail_address)] | None = Field(
        default=None,
        description="Mail address that they are from. Default: the first that they are sent to.",
    )
    notify_smtp: Annotated[str, AfterValidator(_mail_server)] | None = Field(
        default=None,
        description="Server that takes the mail: smtps://HOST:465 for TLS, or smtp://HOST:587 for "
        "STARTTLS, without which only a server on this machine is used.",
    )
    notify_smtp_user: str | None = Field(
        default=None, description="Who signs in to that server. Default: nobody signs in."
    )
    notify_smtp_password: SecretStr | None = Field(
        default=None, description="Password of that user."
    )

    @model_validator(mode="after")
    def _go_together(self) -> Self:
        for name, needs in (
            ("notify_webhook_secret", "notify_webhook"),
            ("notify_mail_to", "notify_smtp"),
            ("notify_smtp", "notify_mail_to"),
            ("notify_mail_from", "notify_mail_to"),
            ("notify_smtp_user", "notify_smtp"),
            ("notify_smtp_password", "notify_smtp_user"),
        ):
            if getattr(self, name) is not None and getattr(self, needs) is None:
                raise ValueError(f"{variable(name)} needs {variable(needs)}: set that as well")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the names are pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, and then what was saved, which is given."""
        return env_settings, init_settings

    def channels(self) -> list[Channel]:
        """How notices are sent; none if nothing is set."""
        found: list[Channel] = []
        if self.notify_webhook is not None:
            found.append(Webhook(self.notify_webhook, _secret(self.notify_webhook_secret)))
        if self.notify_mail_to is not None and self.notify_smtp is not None:
            server = MailServer.parse(self.notify_smtp)
            to = parse_addresses(self.notify_mail_to)
            sender = to[0] if self.notify_mail_from is None else self.notify_mail_from
            password = _secret(self.notify_smtp_password)
            found += [Mail(server, each, sender, self.notify_smtp_user, password) for each in to]
        return found


def variable(field: str) -> str:
    """The variable of a setting."""
    return f"{PREFIX}{field}".upper()


VARIABLES: Final = tuple(map(variable, NoticeSettings.model_fields))


def read_notice_settings(project: Project) -> NoticeSettings:
    """The settings of notices.

    Raises:
        CommandError: one is wrong or unknown; the message has no value of it.
    """
    _refuse_unknown(os.environ)
    saved = read_saved(project)
    given: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): text for name, text in saved.items()
    }
    try:
        return NoticeSettings(**given)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        # Without a cause, so that no value of a variable can get into a traceback.
        wrong = (_wrong(each["loc"], each["msg"]) for each in details)
        raise CommandError("; ".join(wrong)) from None


def in_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of notices that an environment has, less empty ones."""
    return {name: environment[name] for name in VARIABLES if environment.get(name)}


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    for name in environment:
        if name.startswith(_PREFIX) and name not in VARIABLES:
            (nearest,) = difflib.get_close_matches(name, VARIABLES, n=1, cutoff=0)
            raise CommandError(f"{name} is no setting of notices: did you mean {nearest}?")


def _wrong(place: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"{variable(str(place[0]))}: {said}" if place else said


def _secret(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
