"""Topics of SNS: what they are sent, within the limits of SNS."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from playlake_web.notices import Notice, NotSentError, trial_notice
from playlake_web.notices.topic import Topic

ARN = "arn:aws:sns:eu-central-1:123456789012:playlake-notices"
NOTICE = trial_notice(datetime(2026, 11, 21, 6, tzinfo=UTC))


class Sns:
    """A client of SNS that keeps what it is given, or fails."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.fails = fails
        self.published: list[dict[str, str]] = []

    def publish(self, **message: str) -> dict[str, object]:
        if self.fails is not None:
            raise self.fails
        self.published.append(message)
        return {}


def test_mail_gets_the_text_and_https_the_facts() -> None:
    sns = Sns()
    Topic(sns, ARN).send(NOTICE)
    (message,) = sns.published
    assert (message["TopicArn"], message["Subject"]) == (ARN, NOTICE.subject)
    by_protocol = json.loads(message["Message"])
    assert by_protocol["email"] == by_protocol["default"] == NOTICE.text
    assert json.loads(by_protocol["https"]) == json.loads(NOTICE.json())


def test_a_subject_and_a_message_keep_to_the_limits() -> None:
    sns = Sns()
    text = "+ 夜の電車と青い傘\n" * 9_000
    long = Notice("20261121T060000Z-wrjkwl", f"Playlake: {'棚' * 200}", text, {"a": text})
    Topic(sns, ARN).send(long)
    (message,) = sns.published
    assert len(message["Subject"]) < 100
    assert message["Subject"].isascii()
    assert len(message["Message"].encode()) <= 262_144
    by_protocol = json.loads(message["Message"])
    assert by_protocol["email"].endswith("It goes on: `playlake runs 20261121T060000Z-wrjkwl`.\n")
    assert json.loads(by_protocol["https"])["is_cut"] is True


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            ClientError({"Error": {"Code": "NotFound", "Message": ARN}}, "Publish"),
            r"the topic playlake-notices refused it \(NotFound\)",
        ),
        (EndpointConnectionError(endpoint_url="https://sns"), r"did not answer \(Endpoint"),
    ],
)
def test_what_sns_does_not_take_is_said_without_the_account(error: Exception, said: str) -> None:
    with pytest.raises(NotSentError, match=said) as failed:
        Topic(Sns(error), ARN).send(NOTICE)
    assert "123456789012" not in str(failed.value)
