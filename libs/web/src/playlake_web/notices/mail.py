"""Sends notices by mail, through a server that takes it by SMTP."""

from __future__ import annotations

import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from playlake_web.notices.channels import NotSentError
from playlake_web.notices.webhook import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_web.notices.notice import Notice

_TIMEOUT_SECONDS: Final = 20
_PAUSES_SECONDS: Final = (1.0, 4.0)
_PORTS: Final = {"smtps": 465, "smtp": 587}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes mail.

    Attributes:
        host: its name or address.
        port: its port.
        has_tls: whether the connection begins with TLS; else STARTTLS begins it, without which
            only a server on this machine is used.
    """

    host: str
    port: int
    has_tls: bool

    @classmethod
    def parse(cls, address: str) -> MailServer:
        """Parse an address such as `smtps://smtp.example.org` or `smtp://smtp.example.org:587`.

        Raises:
            ValueError: it is none.
        """
        try:
            parts = urlsplit(address)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise ValueError("it is no address such as smtps://smtp.example.org:465") from error
        has_more = parts.username is not None or parts.path not in {"", "/"} or parts.query
        if parts.scheme not in _PORTS or not host or has_more:
            raise ValueError(
                "it is no address such as smtps://smtp.example.org:465, or "
                "smtp://smtp.example.org:587 for STARTTLS"
            )
        return cls(host, port or _PORTS[parts.scheme], parts.scheme == "smtps")


def parse_addresses(text: str) -> tuple[str, ...]:
    """The mail addresses in a text that separates them by commas.

    Raises:
        ValueError: there is none, or one is no mail address.
    """
    found = tuple(each.strip() for each in text.split(",") if each.strip())
    for each in found:
        _check_address(each)
    if not found:
        raise ValueError("it has no mail address")
    return found


@dataclass(frozen=True, slots=True)
class Mail:
    """Mail to an address; implements `channels.Channel`.

    Each address is a channel, so that one that is refused does not have the others told again.

    Attributes:
        server: the server that takes it.
        to: the address.
        sender: the address that it is from.
        user: who signs in to the server; None signs in nobody.
        password: the password of that user.
        sleep: pauses for seconds.
        context: which certificates are trusted.
    """

    server: MailServer
    to: str
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    sleep: Callable[[float], None] = time.sleep
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @property
    def name(self) -> str:
        """What distinguishes it."""
        return f"mail to {self.to}"

    @property
    def place(self) -> str:
        """The address, and the server."""
        return f"mail to {self.to} through {self.server.host}:{self.server.port}"

    def send(self, notice: Notice) -> None:
        """Send a notice; a passing failure is tried again twice."""
        message = self._message(notice)
        for pause in (*_PAUSES_SECONDS, None):
            failure, is_passing = self._send(message)
            if failure is None:
                return
            if pause is None or not is_passing:
                raise NotSentError(f"{self.place}: {failure}")
            self.sleep(pause)

    def _send(self, message: EmailMessage) -> tuple[str | None, bool]:
        """Send a message once: what failed, and whether another attempt may succeed."""
        try:
            server = self._connected()
        except _NoTlsError:
            return "the server offers no STARTTLS: set an smtps:// address", False
        except smtplib.SMTPResponseException as error:
            return _said(error), _is_passing(error)
        except ssl.SSLError as error:
            return f"TLS failed ({error.reason or error})", False
        except (OSError, smtplib.SMTPException) as error:
            return f"the server did not answer ({type(error).__name__})", True
        return self._deliver(server, message)

    def _deliver(self, server: smtplib.SMTP, message: EmailMessage) -> tuple[str | None, bool]:
        try:
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.send_message(message)
        except smtplib.SMTPAuthenticationError as error:
            return f"the server refused the user or the password ({error.smtp_code})", False
        except smtplib.SMTPRecipientsRefused:
            return "the server refused the address", False
        except smtplib.SMTPResponseException as error:
            return _said(error), _is_passing(error)
        except smtplib.SMTPNotSupportedError as error:
            return f"the server cannot do that ({error})", False
        except (OSError, smtplib.SMTPException) as error:
            return f"the server broke off ({type(error).__name__})", True
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        return None, False

    def _connected(self) -> smtplib.SMTP:
        host, port = self.server.host, self.server.port
        if self.server.has_tls:
            return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=self.context)
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
        try:
            self._secure(server)
        except BaseException:
            server.close()
            raise
        return server

    def _secure(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=self.context)
        elif not is_loopback(self.server.host):
            raise _NoTlsError

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = notice.subject
        message["From"] = self.sender
        message["To"] = self.to
        message["Date"] = format_datetime(datetime.now(UTC))
        domain = self.sender.rpartition("@")[2]
        message["Message-ID"] = f"<{notice.identity}.playlake@{domain}>"
        # So that no absence is answered.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.text)
        return message


class _NoTlsError(Exception):
    """A server elsewhere would be sent a password and a mail that everybody can read."""


def _check_address(text: str) -> None:
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise ValueError(f"{text[:80]!r} is no mail address") from error
    if not address.username or not address.domain or not text.isprintable():
        raise ValueError(f"{text[:80]!r} is no mail address")


def _said(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    said = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return f"the server answered {error.smtp_code} ({' '.join(said.split())[:200]})"


def _is_passing(error: smtplib.SMTPResponseException) -> bool:
    return 400 <= error.smtp_code < 500  # noqa: PLR2004 - RFC 5321, 4.2.1
