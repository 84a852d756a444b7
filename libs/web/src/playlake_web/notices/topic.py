"""Sends notices to a topic of SNS, which sends them on by mail and by HTTPS."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from playlake_web.notices.channels import NotSentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_web.notices.notice import Notice

# https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_MOST_BYTES: Final = 262_144
_MOST_OF_SUBJECT: Final = 99
# Twice in the message, with the escapes of JSON.
_MOST_OF_TEXT: Final = 60_000


class Publishes(Protocol):
    """The client of SNS, as far as it is used."""

    def publish(
        self,
        *,
        TopicArn: str,  # noqa: N803 - these are boto3's
        Subject: str,  # noqa: N803
        Message: str,  # noqa: N803
        MessageStructure: str,  # noqa: N803
    ) -> Mapping[str, object]:
        """Publish a message to the subscribers of a topic."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of SNS; implements `channels.Channel`.

    Attributes:
        sns: the client, which tries again by itself.
        arn: the topic.
    """

    sns: Publishes
    arn: str

    @property
    def name(self) -> str:
        """What distinguishes it."""
        return "topic"

    @property
    def place(self) -> str:
        """The name of the topic."""
        return f"the topic {self.arn.rpartition(':')[2]}"

    def send(self, notice: Notice) -> None:
        """Send a notice: to mail the text, to HTTPS the JSON."""
        try:
            self.sns.publish(
                TopicArn=self.arn,
                Subject=_ascii(notice.subject),
                Message=_message(notice),
                MessageStructure="json",
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            raise NotSentError(f"{self.place} refused it ({code})") from error
        except BotoCoreError as error:
            raise NotSentError(f"{self.place} did not answer ({type(error).__name__})") from error


def _message(notice: Notice) -> str:
    """The message by protocol; what is too long loses its facts, and then the end of its text."""
    whole = _by_protocol(notice.text, notice.json().decode())
    if len(whole.encode()) <= _MOST_BYTES:
        return whole
    short = f"{_cut(notice.text)}\nIt goes on: `playlake runs {notice.identity}`.\n"
    facts = {"id": notice.identity, "subject": notice.subject, "is_cut": True}
    return _by_protocol(short, json.dumps(facts))


def _by_protocol(text: str, facts: str) -> str:
    return json.dumps({"default": text, "email": text, "https": facts}, ensure_ascii=False)


def _cut(text: str) -> str:
    return text.encode()[:_MOST_OF_TEXT].decode(errors="ignore")


def _ascii(subject: str) -> str:
    """A subject as SNS takes it: ASCII, and shorter than 100 characters."""
    plain = subject.encode("ascii", "replace").decode()
    return plain[:_MOST_OF_SUBJECT]
