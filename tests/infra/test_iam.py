"""The permissions of the roles; infra/template/iam.md lists all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthesised import actions, as_list, of_type, statements, values

from playlake_infra.presets import PRESETS, settings_of

if TYPE_CHECKING:
    from playlake_infra.synth import Template

_KEY_ACTIONS = {"kms:Decrypt", "kms:GenerateDataKey"}


def test_no_role_has_an_action_with_a_wildcard(template: Template) -> None:
    for policy in of_type(template, "AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            assert not any("*" in action for action in as_list(statement["Action"]))


def test_only_the_registry_login_is_allowed_on_all_resources(template: Template) -> None:
    unlimited = {
        action
        for policy in of_type(template, "AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if "*" in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    }
    assert unlimited == {"ecr:GetAuthorizationToken"}


def test_no_role_has_a_managed_policy_and_there_is_no_user(template: Template) -> None:
    for role in of_type(template, "AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role
    assert of_type(template, "AWS::IAM::User") == {}
    assert of_type(template, "AWS::IAM::AccessKey") == {}


def test_the_extractor_may_only_land_objects_keep_state_and_renew_its_secret(
    template: Template,
) -> None:
    allowed = actions(template, "ExtractorTaskRole")
    assert allowed - _KEY_ACTIONS == {
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
    }
    for statement in statements(template, "ExtractorTaskRole"):
        assert "StorageCurated" not in str(statement)
        if "s3:ListBucket" in as_list(statement["Action"]):
            assert statement["Condition"] == {"StringLike": {"s3:prefix": ["raw/*", "state/*"]}}


def test_the_transformer_never_writes_raw_objects(template: Template) -> None:
    written = [
        resource["Fn::Join"][1]
        for statement in statements(template, "TransformerTaskRole")
        if "s3:PutObject" in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]
    assert all(bucket["Fn::GetAtt"][0].startswith("StorageCurated") for bucket, _ in written)
    words = ("curated", "quarantine", "failures", "rejected")
    assert {prefix for _, prefix in written} == {f"/{word}/*" for word in words}


def test_the_transformer_has_only_the_actions_that_a_commit_needs(template: Template) -> None:
    assert actions(template, "TransformerTaskRole") - _KEY_ACTIONS == {
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:PutObject",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
        "glue:BatchCreatePartition",
        "glue:BatchUpdatePartition",
        "glue:GetPartition",
        "glue:GetCrawler",
        "glue:StartCrawler",
    }


def test_the_transformer_sends_to_its_queue_and_the_dead_letter_queue_only(
    template: Template,
) -> None:
    queues = [
        s["Resource"]["Fn::GetAtt"][0]
        for s in statements(template, "TransformerTaskRole")
        if "sqs:SendMessage" in as_list(s["Action"])
    ]
    assert [queue.rstrip("0123456789ABCDEF") for queue in sorted(queues)] == [
        "RawEventsDeadLetters",
        "RawEventsQueue",
    ]


def test_the_reconciler_looks_far_enough_back_and_often_enough() -> None:
    """A transformer that stops when idle makes a pass in its last ten minutes."""
    found = {name: (s.reconcile_days, s.reconcile_seconds) for name, s in PRESETS.items()}
    assert found == {"thrifty": (3, 600), "standard": (3, 3600), "large": (3, 3600)}
    rare = settings_of("thrifty", {"schedule": "rate(31 days)"})
    assert rare.reconcile_days == 33


def test_no_role_deletes_an_object(template: Template) -> None:
    allowed = {
        action
        for policy in of_type(template, "AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        for action in as_list(statement["Action"])
    }
    assert not {a for a in allowed if a.startswith(("s3:Delete", "s3:*"))}


def test_only_the_extractor_reads_and_renews_the_secret(template: Template) -> None:
    readers = {
        role["Ref"]
        for policy in of_type(template, "AWS::IAM::Policy").values()
        for role in policy["Roles"]
        if "secretsmanager:" in str(policy)
    }
    (reader,) = readers
    assert reader.startswith("ExtractorTaskRole")
    granted = [s for s in statements(template, "ExtractorTaskRole") if "secrets" in str(s)]
    assert [as_list(statement["Action"]) for statement in granted] == [
        ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]
    ]


def test_ecs_writes_the_log_and_pulls_the_image_of_the_task_it_starts(
    template: Template,
) -> None:
    for service, other in (("Extractor", "Transformer"), ("Transformer", "Extractor")):
        granted = str(statements(template, f"{service}TaskExecutionRole"))
        assert f"{service}TaskLog" in granted
        assert f"Images{service}" in granted
        assert f"{other}TaskLog" not in granted
        assert f"Images{other}" not in granted


def test_the_scheduler_runs_the_extractor_on_the_cluster_and_nothing_else(
    template: Template,
) -> None:
    found = {
        action: s for s in statements(template, "ScheduleRole") for action in as_list(s["Action"])
    }
    assert set(found) == {"ecs:RunTask", "iam:PassRole", "sqs:SendMessage"}
    assert "task-definition/playlake-extractor:*" in str(found["ecs:RunTask"]["Resource"])
    assert set(found["ecs:RunTask"]["Condition"]["ArnEquals"]) == {"ecs:cluster"}
    passed = [r["Fn::GetAtt"][0] for r in found["iam:PassRole"]["Resource"]]
    assert sorted(name.rstrip("0123456789ABCDEF") for name in passed) == [
        "ExtractorTaskExecutionRole",
        "ExtractorTaskRole",
    ]


def test_only_tasks_of_this_account_assume_the_role_of_a_task(template: Template) -> None:
    roles = of_type(template, "AWS::IAM::Role")
    for word in ("ExtractorTaskRole", "TransformerTaskRole"):
        (role,) = (r for i, r in roles.items() if i.startswith(word))
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        account = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
        assert trust["Condition"]["StringEquals"] == account


def test_glue_assumes_the_role_of_the_crawler_for_this_account_only(template: Template) -> None:
    (role,) = (
        r for i, r in of_type(template, "AWS::IAM::Role").items() if i.startswith("CrawlerRole")
    )
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "glue.amazonaws.com"}
    account = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert trust["Condition"] == {"StringEqualsIfExists": account}


def test_only_services_assume_a_role(template: Template) -> None:
    for role in of_type(template, "AWS::IAM::Role").values():
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            assert set(statement["Principal"]) == {"Service"}


def test_the_crawler_reads_the_objects_of_all_tables_and_writes_none(template: Template) -> None:
    allowed = actions(template, "CrawlerRole")
    assert {a for a in allowed if a.startswith("s3:")} == {
        "s3:GetObject",
        "s3:ListBucket",
        "s3:GetBucketLocation",
    }
    granted = statements(template, "CrawlerRole")
    assert "StorageRaw" not in str(granted)
    (listing,) = (s for s in granted if "s3:ListBucket" in as_list(s["Action"]))
    assert listing["Condition"]["StringLike"] == {"s3:prefix": ["curated/*", "quarantine/*"]}


def test_roles_use_the_customer_managed_key_through_s3_only(
    thrifty: Template, everything: Template
) -> None:
    assert "kms:" not in str(list(of_type(thrifty, "AWS::IAM::Policy").values()))
    using = [
        statement
        for value in values(list(of_type(everything, "AWS::IAM::Policy").values()))
        if isinstance(value, dict) and "Statement" in value
        for statement in value["Statement"]
        if "kms:" in str(statement["Action"])
    ]
    assert len(using) == 3
    assert all(set(s["Condition"]["StringEquals"]) == {"kms:ViaService"} for s in using)
