"""Raw objects send events to the queue, and no other object does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthesised import of_type, only

if TYPE_CHECKING:
    from playlake_infra.synth import Template

_RAW_ARN = [
    "arn:",
    {"Ref": "AWS::Partition"},
    ":s3:::playlake-raw-",
    {"Ref": "AWS::AccountId"},
    "-",
    {"Ref": "AWS::Region"},
]


def test_every_object_under_the_raw_prefix_sends_an_event(template: Template) -> None:
    bucket = only(template, "AWS::S3::Bucket", "Raw")
    (configuration,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    assert configuration["Event"] == "s3:ObjectCreated:*"
    assert configuration["Queue"]["Fn::GetAtt"][0].startswith("RawEventsQueue")
    assert configuration["Filter"] == {"S3Key": {"Rules": [{"Name": "prefix", "Value": "raw/"}]}}


def test_no_other_object_sends_one_unless_snowflake_is_told(thrifty: Template) -> None:
    assert "NotificationConfiguration" not in only(thrifty, "AWS::S3::Bucket", "Curated")


def test_the_queue_s_policy_is_created_before_the_bucket(template: Template) -> None:
    (bucket,) = (
        r for i, r in template["Resources"].items() if r["Type"] == "AWS::S3::Bucket" and "Raw" in i
    )
    (policy,) = bucket["DependsOn"]
    assert policy.startswith("RawEventsQueuePolicy")


def test_only_the_raw_bucket_of_this_account_may_send(template: Template) -> None:
    policy = only(template, "AWS::SQS::QueuePolicy", "RawEventsQueue")["PolicyDocument"]
    (allowed,) = (s for s in policy["Statement"] if s["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Action"] == "sqs:SendMessage"
    assert allowed["Condition"] == {
        "ArnEquals": {"aws:SourceArn": {"Fn::Join": ["", _RAW_ARN]}},
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
    }


def test_every_queue_is_encrypted_and_refuses_plain_http(
    template: Template,
) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    assert len(queues) == 4
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues.values())
    policies = of_type(template, "AWS::SQS::QueuePolicy").values()
    assert {queue["Ref"] for p in policies for queue in p["Queues"]} == set(queues)
    for policy in policies:
        denied = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
        assert [s["Condition"] for s in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_receives_are_not_what_rejects_a_message_and_dead_letters_are_kept_for_two_weeks(
    template: Template,
) -> None:
    queue = only(template, "AWS::SQS::Queue", "RawEventsQueue")
    dead_letters = only(template, "AWS::SQS::Queue", "DeadLetters")
    assert queue["VisibilityTimeout"] == 120
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 1_000  # the most that SQS allows
    assert dead_letters["MessageRetentionPeriod"] == 14 * 86_400
    # A message keeps its age when it moves, so the dead-letter queue must retain it longer.
    assert dead_letters["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]


def test_there_is_no_lambda_and_no_custom_resource(template: Template) -> None:
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    assert not {k for k in kinds if k.startswith(("AWS::Lambda::", "Custom::"))}
    assert "AWS::CloudFormation::CustomResource" not in kinds
