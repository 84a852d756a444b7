"""Mail: what is sent, who is trusted, and what is tried again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from free_ports import choose_port
from mailboxes import HOST, PASSWORD, USER, Mailbox, mailbox, trusting

from playlake_web.notices import Notice, NotSentError, trial_notice
from playlake_web.notices.mail import Mail, MailServer, parse_addresses

# aiosmtpd warns of itself, and does not know that its whole connection is TLS.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Session.login_data is deprecated"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
]
WRONG = "wrong"
NOTICE = trial_notice(datetime(2026, 11, 21, 6, tzinfo=UTC))
RUN = Notice("20261121T060000Z-wrjkwl", "Playlake: 夜の棚: 1 added", "+ Größe — Ž\n", {})


def mail(box: Mailbox, *, tls: bool = False, password: str | None = None) -> Mail:
    user = None if password is None else USER
    server = MailServer(HOST, box.port, has_tls=tls)
    return Mail(
        server, "ada@example.org", "lake@example.org", user, password, lambda _: None, trusting()
    )


def test_a_notice_is_a_message_of_text() -> None:
    with mailbox() as box:
        mail(box).send(RUN)
    (message,) = box.messages
    assert message["subject"] == RUN.subject
    assert (message["from"], message["to"]) == ("lake@example.org", "ada@example.org")
    assert message["message-id"] == f"<{RUN.identity}.playlake@example.org>"
    assert message["auto-submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == RUN.text
    assert box.users == [None]


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_a_user_signs_in_by_tls(way: str) -> None:
    with mailbox(**{way: True}) as box:
        mail(box, tls=way == "tls", password=PASSWORD).send(NOTICE)
        with pytest.raises(NotSentError, match=r"refused the user or the password \(535\)"):
            mail(box, tls=way == "tls", password=WRONG).send(NOTICE)
    assert box.users == [USER]


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_a_server_whose_certificate_nobody_trusts_gets_no_password(way: str) -> None:
    with mailbox(**{way: True}) as box:
        server = MailServer(HOST, box.port, has_tls=way == "tls")
        to = Mail(server, "ada@example.org", "lake@example.org", USER, PASSWORD, lambda _: None)
        with pytest.raises(NotSentError, match=r"TLS failed \(CERTIFICATE_VERIFY_FAILED\)"):
            to.send(NOTICE)
    assert box.messages == []
    assert PASSWORD not in repr(to)


def test_a_server_elsewhere_without_tls_gets_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playlake_web.notices.mail.is_loopback", lambda _: False)
    with mailbox() as box, pytest.raises(NotSentError, match="no STARTTLS: set an smtps://"):
        mail(box).send(NOTICE)
    assert box.messages == []


def test_a_passing_failure_is_tried_again_and_another_is_not() -> None:
    with mailbox() as box:
        box.answers = ["451 try later", "451 try later"]
        mail(box).send(NOTICE)
        assert len(box.messages) == 1
        box.answers = ["554 no"]
        with pytest.raises(NotSentError, match=r"the server answered 554 \(no\)"):
            mail(box).send(NOTICE)
        box.refused = {"ada@example.org"}
        with pytest.raises(NotSentError, match="refused the address"):
            mail(box).send(NOTICE)
    assert len(box.messages) == 1


def test_no_answer_is_said() -> None:
    nobody = Mailbox(port=choose_port())
    with pytest.raises(NotSentError, match=r"did not answer \(ConnectionRefusedError\)"):
        mail(nobody).send(NOTICE)


def test_servers_are_parsed() -> None:
    assert MailServer.parse("smtps://mail.example.org") == MailServer("mail.example.org", 465, True)  # noqa: FBT003
    assert MailServer.parse("smtp://[::1]:25/") == MailServer("::1", 25, False)  # noqa: FBT003
    for text in ("mail.example.org", "http://mail", "smtp://a@b", "smtp://h:x", "smtps://h/p"):
        with pytest.raises(ValueError, match="it is no address such as smtps"):
            MailServer.parse(text)


def test_addresses_are_parsed() -> None:
    assert parse_addresses("a@b.example, c@d.example,") == ("a@b.example", "c@d.example")
    for text in ("", ",", "a", "a@", "@b", "a@b\r\nBcc: c@d", "a b@c", "Ada <a@b>"):
        with pytest.raises(ValueError, match="no mail address"):
            parse_addresses(text)
