"""The permissions of the roles; infra/template/iam.md lists all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthesised import TOKENS_SECRET, actions, as_list, of_type, only, statements, values
from synthesised import template as synthesised

from playlake_contracts.tables import TABLES
from playlake_infra.presets import PRESETS, settings_of

if TYPE_CHECKING:
    from playlake_infra.synth import Template

_KEY_ACTIONS = {"kms:Decrypt", "kms:GenerateDataKey"}
# What a transformer may do beside that queries the lake, for its page or for notices.
_OF_QUERIES = {
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
    "glue:GetDatabase",
    "glue:GetPartitions",
    "glue:GetTable",
    "s3:AbortMultipartUpload",
    "s3:GetBucketLocation",
    "s3:ListMultipartUploadParts",
}


def _has_page(template: Template) -> bool:
    return bool(of_type(template, "AWS::ApiGatewayV2::Api"))


def _tells(template: Template) -> bool:
    return len(of_type(template, "AWS::SNS::Topic")) > 1


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


def test_every_list_of_a_bucket_is_limited_to_prefixes(template: Template) -> None:
    lists = [
        (policy["Roles"][0]["Ref"], statement)
        for policy in of_type(template, "AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if any("List" in a and "Bucket" in a for a in as_list(statement["Action"]))
    ]
    assert len(lists) >= 5
    for role, statement in lists:
        prefixes = [
            prefix
            for operator in ("StringEquals", "StringLike")
            for prefix in as_list(statement["Condition"].get(operator, {}).get("s3:prefix", []))
        ]
        assert prefixes
        assert all(re.fullmatch(r"[a-z-]+/.*", each) for each in prefixes), (role, prefixes)


def test_every_permission_in_s3_is_for_buckets_of_this_account(template: Template) -> None:
    here = {"Ref": "AWS::AccountId"}
    found = [
        statement
        for policy in of_type(template, "AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if any(action.startswith("s3:") for action in as_list(statement["Action"]))
    ]
    assert len(found) >= 10
    accounts = [each["Condition"]["StringEquals"]["aws:ResourceAccount"] for each in found]
    assert accounts == [here] * len(found)


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
            prefixes = ["raw/*", "state/*", "covers/*", "erasures/*"]
            assert statement["Condition"]["StringLike"] == {"s3:prefix": prefixes}


def test_the_transformer_never_writes_raw_objects(template: Template) -> None:
    written = [
        resource["Fn::Join"][1]
        for statement in statements(template, "TransformerTaskRole")
        if "s3:PutObject" in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]
    raw = [prefix for bucket, prefix in written if "StorageCurated" not in bucket["Fn::GetAtt"][0]]
    assert raw == (["/state/notices.json"] if _tells(template) else [])
    words = ("curated", "quarantine", "failures", "rejected")
    is_queried = _has_page(template) or _tells(template)
    results = {"/athena-results/*"} if is_queried else set()
    others = {prefix for _, prefix in written if prefix not in raw}
    assert others == {f"/{word}/*" for word in words} | results


def test_the_transformer_has_only_the_actions_that_it_needs(template: Template) -> None:
    is_queried = _has_page(template) or _tells(template)
    more = set(_OF_QUERIES) if is_queried else set()
    more |= {"s3:DeleteObject"} if _has_page(template) else set()
    more |= {"sns:Publish"} if _tells(template) else set()
    assert actions(template, "TransformerTaskRole") - _KEY_ACTIONS == more | {
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


def test_the_transformer_sends_to_its_queue_the_overwriter_s_and_the_dead_letter_queue_only(
    template: Template,
) -> None:
    queues = [
        resource["Fn::GetAtt"][0]
        for s in statements(template, "TransformerTaskRole")
        if "sqs:SendMessage" in as_list(s["Action"])
        for resource in as_list(s["Resource"])
    ]
    assert [queue.rstrip("0123456789ABCDEF") for queue in sorted(queues)] == [
        "RawEventsDeadLetters",
        "RawEventsOverwrites",
        "RawEventsQueue",
    ]


def test_the_reconciler_looks_far_enough_back_and_often_enough() -> None:
    """A transformer that stops when idle makes a pass in its last ten minutes."""
    found = {name: (s.reconcile_days, s.reconcile_seconds) for name, s in PRESETS.items()}
    assert found == {"thrifty": (3, 600), "standard": (3, 3600), "large": (3, 3600)}
    rare = settings_of("thrifty", {"schedule": "rate(31 days)"})
    assert rare.reconcile_days == 33


def test_what_tells_runs_publishes_on_the_one_topic_alone(everything: Template) -> None:
    for found in (everything, synthesised("told")):
        (publishing,) = (
            statement
            for statement in statements(found, "TransformerTaskRole")
            if "sns:Publish" in as_list(statement["Action"])
        )
        assert publishing["Action"] == "sns:Publish"
        topic = of_type(found, "AWS::SNS::Topic")[publishing["Resource"]["Ref"]]
        assert topic["TopicName"] == "playlake-notices"


def test_the_page_counts_what_waits_in_every_queue(everything: Template) -> None:
    counted = {
        resource["Fn::GetAtt"][0].rstrip("0123456789ABCDEF")
        for statement in statements(everything, "TransformerTaskRole")
        if "sqs:GetQueueAttributes" in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
    assert counted == {"RawEventsDeadLetters", "RawEventsOverwrites", "RawEventsQueue"}


def test_the_page_queries_through_the_one_workgroup_alone(everything: Template) -> None:
    (queries,) = (
        statement
        for statement in statements(everything, "TransformerTaskRole")
        if any(action.startswith("athena:") for action in as_list(statement["Action"]))
    )
    assert queries["Resource"]["Fn::Join"][1][-1].endswith(":workgroup/playlake")


def test_tokens_are_read_from_the_one_secret_by_what_starts_the_task(everything: Template) -> None:
    (reading,) = (
        statement
        for statement in statements(everything, "TransformerTaskExecutionRole")
        if any(action.startswith("secretsmanager:") for action in as_list(statement["Action"]))
    )
    assert reading["Resource"] == TOKENS_SECRET
    assert not any("secretsmanager" in one for one in actions(everything, "TransformerTaskRole"))


def test_only_what_can_be_made_again_and_records_of_rejects_are_deleted(template: Template) -> None:
    deleting = [
        (statement, role["Ref"])
        for policy in of_type(template, "AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        for role in policy["Roles"]
        if not role["Ref"].startswith("RetentionTaskRole")
        if any(a.startswith(("s3:Delete", "s3:*")) for a in as_list(statement["Action"]))
    ]
    for statement, role in deleting:
        is_page = role.startswith("TransformerTaskRole")
        is_sync = role.startswith("IcebergTaskRole")
        compacts = role.startswith(("CompactorTaskRole", "CompactionJobRole"))
        assert compacts or is_sync or (is_page and _has_page(template))
        assert "s3:DeleteObjectVersion" not in statement["Action"]
        bucket, prefix = statement["Resource"]["Fn::Join"][1]
        assert bucket["Fn::GetAtt"][0].startswith("StorageCurated")
        own = "/iceberg/*" if is_sync else "/compacted/*"
        assert prefix == ("/rejected/*" if is_page else own)
    tasks = of_type(template, "AWS::ECS::TaskDefinition")
    of_tasks = sum(name.startswith(("Compactor", "Iceberg")) for name in tasks)
    jobs = [each for each in of_type(template, "AWS::Glue::Job") if "Compaction" in each]
    assert len(deleting) == of_tasks + len(jobs) + _has_page(template)


def test_retention_deletes_objects_of_the_lake_and_reads_none(template: Template) -> None:
    granted = statements(template, "RetentionTaskRole")
    found = {action: s for s in granted for action in as_list(s["Action"])}
    assert set(found) - _KEY_ACTIONS == {
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutObject",
        "glue:DeletePartition",
        "glue:GetPartitions",
    }
    deleted = [s["Resource"] for s in granted if "s3:DeleteObject" in as_list(s["Action"])]
    prefixes = [arn["Fn::Join"][1][-1] for each in deleted for arn in as_list(each)]
    assert sorted(prefixes) == [
        "/curated/*",
        "/failures/*",
        "/quarantine/*",
        "/raw/*",
        "/rejected/*",
    ]
    (written,) = (s for s in granted if "s3:PutObject" in as_list(s["Action"]))
    assert written["Resource"]["Fn::Join"][1][-1] == "/state/retention.json"


def test_the_schedule_of_retention_runs_retention_and_nothing_else(template: Template) -> None:
    granted = statements(template, "RetentionRole")
    found = {action: s for s in granted for action in as_list(s["Action"])}
    assert set(found) == {"ecs:RunTask", "iam:PassRole", "sqs:SendMessage"}
    assert "task-definition/playlake-retention:*" in str(found["ecs:RunTask"]["Resource"])
    passed = [r["Fn::GetAtt"][0] for r in found["iam:PassRole"]["Resource"]]
    assert all(name.startswith("RetentionTask") for name in passed)


def test_the_compactor_reads_tables_and_lists_raw_objects_without_reading_them() -> None:
    found = synthesised("large")
    assert actions(found, "CompactorTaskRole") - _KEY_ACTIONS == {
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "glue:GetTable",
        "glue:UpdateTable",
    }
    granted = statements(found, "CompactorTaskRole")
    on_raw = [s for s in granted if "StorageRaw" in str(s)]
    assert [s["Action"] for s in on_raw] == ["s3:ListBucket"]
    listing = [s for s in granted if s["Action"] == "s3:ListBucket"]
    prefixes = [s["Condition"]["StringLike"]["s3:prefix"] for s in listing]
    assert prefixes == [["raw/*"], ["curated/*", "rejected/*", "compacted/*"]]
    (on_glue,) = (s for s in granted if "glue:GetTable" in as_list(s["Action"]))
    tables = [arn["Fn::Join"][1][-1] for arn in on_glue["Resource"]]
    assert [table.rpartition("/")[2] for table in tables[2:]] == [
        "changes",
        "memberships",
        "timeline",
    ]


def test_a_sync_of_iceberg_tables_reads_tables_and_writes_its_metadata_alone(
    everything: Template,
) -> None:
    granted = statements(everything, "IcebergTaskRole")
    found = {action: s for s in granted for action in as_list(s["Action"])}
    assert set(found) - _KEY_ACTIONS == {
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "glue:CreateDatabase",
        "glue:CreateTable",
        "glue:GetDatabase",
        "glue:GetTable",
        "glue:UpdateTable",
    }
    assert "StorageRaw" not in str(granted)
    written = [s for s in granted if "s3:PutObject" in as_list(s["Action"])]
    assert [s["Resource"]["Fn::Join"][1][-1] for s in written] == ["/iceberg/*"]
    read = [s["Resource"]["Fn::Join"][1][-1] for s in granted if s["Action"] == "s3:GetObject"]
    assert read == ["/curated/*"]
    on_glue = [arn["Fn::Join"][1][-1] for arn in found["glue:UpdateTable"]["Resource"]]
    assert [arn.partition(":")[2] for arn in on_glue] == [
        "catalog",
        "database/playlake_iceberg",
        "table/playlake_iceberg/*",
    ]


def test_the_schedule_of_the_sync_runs_the_sync_and_nothing_else(everything: Template) -> None:
    granted = statements(everything, "IcebergRole")
    found = {action: s for s in granted for action in as_list(s["Action"])}
    assert set(found) == {"ecs:RunTask", "iam:PassRole", "sqs:SendMessage"}
    assert "task-definition/playlake-iceberg:*" in str(found["ecs:RunTask"]["Resource"])
    passed = [r["Fn::GetAtt"][0] for r in found["iam:PassRole"]["Resource"]]
    assert all(name.startswith("IcebergTask") for name in passed)


def test_the_schedule_of_the_compactor_runs_the_compactor_and_nothing_else() -> None:
    granted = statements(synthesised("standard"), "CompactorRole")
    found = {action: s for s in granted for action in as_list(s["Action"])}
    assert set(found) == {"ecs:RunTask", "iam:PassRole", "sqs:SendMessage"}
    assert "task-definition/playlake-compactor:*" in str(found["ecs:RunTask"]["Resource"])
    passed = [r["Fn::GetAtt"][0] for r in found["iam:PassRole"]["Resource"]]
    assert all(name.startswith("CompactorTask") for name in passed)


def test_only_the_extractor_reads_and_renews_the_secret(template: Template) -> None:
    readers = {
        role["Ref"]
        for policy in of_type(template, "AWS::IAM::Policy").values()
        for role in policy["Roles"]
        if "secretsmanager:" in str(policy)
    }
    # What starts a transformer or a further source reads other secrets.
    others = ("TransformerTaskExecutionRole", "Source")
    (reader,) = (each for each in readers if not each.startswith(others))
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


def test_only_services_assume_a_role_but_for_snowflake_s_and_the_eraser_s(
    template: Template,
) -> None:
    for name, role in of_type(template, "AWS::IAM::Role").items():
        if name.startswith(("SnowflakeRole", "EraserRole")):
            continue
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


def test_the_crawler_updates_the_tables_that_it_crawls_and_no_view(template: Template) -> None:
    (updating,) = (
        statement
        for statement in statements(template, "CrawlerRole")
        if "glue:UpdateTable" in as_list(statement["Action"])
    )
    arns = [arn["Fn::Join"][1][-1].partition(":")[2] for arn in updating["Resource"]]
    crawled = sorted(f"table/playlake/{name}" for name in TABLES)
    assert arns == ["catalog", "database/playlake", *crawled]
    (target,) = only(template, "AWS::Glue::Crawler")["Targets"]["CatalogTargets"]
    assert target["Tables"] == list(TABLES)


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
    assert len(using) == 9
    assert all(set(s["Condition"]["StringEquals"]) == {"kms:ViaService"} for s in using)
