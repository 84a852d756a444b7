"""A mail server on this machine that keeps what it is given."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from functools import cache
from typing import TYPE_CHECKING

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from free_ports import choose_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
USER, PASSWORD = "ada", "correct horse"


@dataclass
class Mailbox:
    """What a server was given, and what it answers.

    Attributes:
        port: its port.
        answers: the answer to each message; it is taken once they are used up.
        refused: the addresses that it does not take.
        messages: what it took.
        users: who signed in for each message.
    """

    port: int = 0
    answers: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    messages: list[EmailMessage] = field(default_factory=list)
    users: list[str | None] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address, or refuse it."""
        del server, session, options
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a message, or refuse it."""
        del server
        if self.answers:
            return self.answers.pop(0)
        content = envelope.original_content or b""
        self.messages.append(message_from_bytes(content, policy=policy.default))
        self.users.append(session.auth_data and session.auth_data.login.decode())
        return "250 OK"


@contextmanager
def mailbox(*, starttls: bool = False, tls: bool = False) -> Iterator[Mailbox]:
    """Serve a mailbox while a block lasts; with TLS it wants a user and a password."""
    found = Mailbox(choose_port())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(HOST).configure_cert(context)
    options: dict[str, object] = {}
    if starttls or tls:
        options = {"authenticator": _authenticated, "auth_required": True}
    if starttls:
        options |= {"tls_context": context, "require_starttls": True}
    if tls:
        options |= {"auth_require_tls": False}
    controller = Controller(
        found,
        HOST,
        found.port,
        ssl_context=context if tls else None,
        **options,  # type: ignore[arg-type]
    )
    controller.start()
    try:
        yield found
    finally:
        controller.stop()


@cache
def authority() -> trustme.CA:
    """Who issues the certificates of the servers."""
    return trustme.CA()


def trusting() -> ssl.SSLContext:
    """What trusts the servers."""
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


def _authenticated(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    del server, session, envelope, mechanism
    is_right = isinstance(data, LoginPassword) and data == LoginPassword(
        USER.encode(), PASSWORD.encode()
    )
    return AuthResult(success=is_right, handled=False, auth_data=data)
