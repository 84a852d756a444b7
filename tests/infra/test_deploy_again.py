"""Deployments, upgrades and deletions rehearsed on MiniStack, with the template that AWS gets.

The commands are those of `make deploy` and `make destroy`; only the CDK's command line is played
by the change set that it makes.
"""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING

import pytest
from rehearsed import REGION, STACK, Account, ministack, template_of
from synthesised import of_type

from playlake_infra.__main__ import main
from playlake_infra.cdk_cli import BOOTSTRAP_PARAMETER
from playlake_infra.checks.read_state import ECS_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., tuple[int, list[str]]]

FIRST = "100000000000"
NUMBERS = count(int(FIRST))
BUCKET = "AWS::S3::Bucket"

NOBODY_IS_TOLD = (
    "nobody is told of an alarm: set alarm_email, or subscribe to the topic playlake-alarms"
)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The MiniStack of this module; each test has an account of its own there."""
    with ministack(tmp_path_factory.mktemp("aws")) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def assembled(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The template that `assemble` writes for the first account."""
    out = tmp_path_factory.mktemp("assembly")
    with pytest.MonkeyPatch.context() as patch:
        account = Account(FIRST, endpoint)
        assert run_in(patch, account, "assemble", "--out", str(out)) == 0
    return (out / f"{STACK}.template.json").read_text(encoding="utf-8")


@pytest.fixture
def account(endpoint: str) -> Account:
    """A new account, prepared as docs/operations.md says."""
    account = Account(str(next(NUMBERS)), endpoint)
    account.prepare()
    return account


@pytest.fixture
def assembly(assembled: str, account: Account, tmp_path: Path) -> Path:
    """The assembly of this account."""
    text = assembled.replace(FIRST, account.number)
    (tmp_path / f"{STACK}.template.json").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """`run("check", …)` runs a command in the account: its status and its sentences."""

    def run(*arguments: str) -> tuple[int, list[str]]:
        capsys.readouterr()
        status = run_in(monkeypatch, account, *arguments)
        return status, capsys.readouterr().err.replace("playlake-infra: ", "").splitlines()

    return run


def run_in(patch: pytest.MonkeyPatch, account: Account, *arguments: str) -> int:
    """Run a command with the credentials of an account."""
    for name, value in account.variables.items():
        patch.setenv(name, value)
    patch.setenv("NO_PROXY", "127.0.0.1")
    patch.setattr("playlake_infra.checks.preflight.open_session", account.session)
    patch.setattr("sys.argv", ["playlake_infra", *arguments])
    return main()


def test_a_new_account_is_told_what_to_prepare(account: Account, run: Run) -> None:
    account.client("iam").delete_role(RoleName=ECS_ROLE)
    account.client("ssm").delete_parameter(Name=BOOTSTRAP_PARAMETER)
    status, sentences = run("check", "--tag", "none")
    assert status == 78
    assert [sentence.partition(":")[0] for sentence in sentences] == [
        f"the region {REGION} is not bootstrapped, and version 6 is needed",
        "the account has no service-linked role of ECS, which its first cluster needs",
    ]


def test_after_the_first_deployment_the_secret_and_the_images_are_missing(
    account: Account, assembly: Path, run: Run
) -> None:
    assert run("check", "--tag", "none") == (0, [NOBODY_IS_TOLD])
    actions = account.deploy(assembly, {"ImageTag": "none"})
    assert (set(actions.values()), account.status()) == ({"Add"}, "CREATE_COMPLETE")
    status, sentences = run("check", "--tag", "v1")
    assert status == 78
    assert [sentence.partition(":")[0] for sentence in sentences] == [
        "the secret playlake/spotify still has the placeholder of client_id, refresh_token",
        "there is no image playlake/compactor",
        "there is no image playlake/extractor",
        "there is no image playlake/transformer",
    ]


def test_an_upgrade_and_a_rollback_change_only_what_runs(account: Account, assembly: Path) -> None:
    account.deploy(assembly, {"ImageTag": "v1"})
    upgraded = account.deploy(assembly, {"ImageTag": "v2"})
    images = task_images(account)
    rolled_back = account.deploy(assembly, {"ImageTag": "v1"})
    assert upgraded == rolled_back
    assert set(upgraded.values()) == {"Modify"}
    kinds = {template_of(assembly)["Resources"][name]["Type"] for name in upgraded}
    # A repository keeps the image of the tag that is deployed, and policies name repositories.
    assert kinds == {
        "AWS::ECR::Repository",
        "AWS::ECS::Service",
        "AWS::ECS::TaskDefinition",
        "AWS::IAM::Policy",
        "AWS::Scheduler::Schedule",
    }
    assert {image.rpartition(":")[2] for image in images} == {"v2"}
    assert {image.rpartition(":")[2] for image in task_images(account)} == {"v1"}


def test_a_released_image_runs_by_its_digest(account: Account, assembly: Path) -> None:
    images = [f"ghcr.io/owner/playlake-{name}@sha256:{'a' * 64}"
              for name in ("extractor", "transformer")]  # fmt: skip
    given = dict(zip(("ExtractorImage", "TransformerImage"), images, strict=True))
    account.deploy(assembly, {"ImageTag": "none"} | given)
    assert task_images(account) == images


def test_a_second_deployment_takes_over_the_kept_buckets_with_their_objects(
    account: Account, assembly: Path, run: Run
) -> None:
    account.deploy(assembly)
    kept = {(account.bucket("raw"), "raw/kept"), (account.bucket("curated"), "curated/kept")}
    for bucket, key in kept:
        account.client("s3").put_object(Bucket=bucket, Key=key, Body=b"synthetic")
    assert run("check-destroy") == (0, [])
    account.destroy()
    assert account.status() == ""
    account.forget_the_login()
    assert run("check", "--tag", "none") == (
        0, [*(f"the kept bucket {account.bucket(word)} is imported with all its objects"
              for word in ("raw", "curated")), NOBODY_IS_TOLD],
    )  # fmt: skip
    actions = account.deploy(assembly)
    assert account.status() == "CREATE_COMPLETE"
    imported = {name for name, action in actions.items() if action == "Import"}
    assert imported == set(of_type(template_of(assembly), BUCKET))
    assert objects(account) == kept
    assert run("check", "--tag", "none") == (0, [NOBODY_IS_TOLD])
    account.client("s3").put_object(Bucket=account.bucket("raw"), Key="raw/new", Body=b"synthetic")
    assert announced(account) == {"raw/new"}


def test_buckets_that_somebody_made_for_it_are_taken_over_if_they_are_tagged(
    account: Account, assembly: Path, run: Run
) -> None:
    s3 = account.client("s3")
    buckets = [account.bucket(word) for word in ("raw", "curated")]
    here = {"LocationConstraint": REGION}
    for bucket in buckets:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=here)
    status, sentences = run("check", "--tag", "none")
    assert status == 78
    assert sentences[: len(buckets)] == [
        f"the bucket {bucket} is in this account, but its tag `project` is not playlake, so it is "
        "not one of this deployment: choose another name in the settings, or set that tag if the "
        "bucket is to be Playlake's alone"
        for bucket in buckets
    ]
    for bucket in buckets:
        tags = [{"Key": "project", "Value": "playlake"}]
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    status, sentences = run("check", "--tag", "none")
    assert (status, len(sentences)) == (0, 2 * len(buckets) + len([NOBODY_IS_TOLD]))
    for bucket, imported, different in zip(buckets, sentences[::2], sentences[1::2], strict=False):
        assert imported == f"the kept bucket {bucket} is imported with all its objects"
        assert different.startswith(f"the bucket {bucket} differs from the template, and an import")
        assert "its versioning is Off, not Enabled" in different
        assert different.endswith("deploy once more with DRIFT=revert")
    actions = account.deploy(assembly)
    imported_names = {name for name, action in actions.items() if action == "Import"}
    assert imported_names == set(of_type(template_of(assembly), BUCKET))


def test_the_login_outlives_upgrades_the_end_of_the_deployment_and_the_next_one(
    account: Account, assembly: Path, run: Run, tmp_path: Path
) -> None:
    account.deploy(assembly, {"ImageTag": "none"})
    secrets, name = account.client("secretsmanager"), "playlake/spotify"
    login = json.dumps({"client_id": "c" * 32, "client_secret": "", "refresh_token": "synthetic"})
    secrets.put_secret_value(SecretId=name, SecretString=login)
    account.deploy(assembly, {"ImageTag": "v1"})
    assert run("assemble", "--preset", "large", "--out", str(tmp_path / "large"))[0] == 0
    account.deploy(tmp_path / "large")
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == login
    account.destroy()
    status, [problem, *_] = run("check", "--tag", "none")
    arn = secrets.describe_secret(SecretId=name)["ARN"]
    assert (status, problem) == (
        78,
        (
            f"an earlier deployment has left the secret {arn}, and a new one cannot have its "
            "name: set spotify_secret_arn to this ARN in the settings to go on with its login"
        ),
    )
    settings = tmp_path / "lake.toml"
    settings.write_text(f'spotify_secret_arn = "{arn}"\n', encoding="utf-8")
    assert run("check", "--settings", str(settings), "--tag", "none")[0] == 0
    chosen = ("--settings", str(settings), "--out", str(tmp_path / "again"))
    assert run("assemble", *chosen)[0] == 0
    account.deploy(tmp_path / "again")
    account.destroy()
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == login


def test_a_login_that_is_to_be_deleted_can_be_restored_until_then(
    account: Account, assembly: Path, run: Run
) -> None:
    account.deploy(assembly)
    account.destroy()
    secrets, name = account.client("secretsmanager"), "playlake/spotify"
    secrets.delete_secret(SecretId=name, RecoveryWindowInDays=30)
    status, [problem, *_] = run("check", "--tag", "none")
    arn = secrets.describe_secret(SecretId=name)["ARN"]
    assert (status, problem.partition(": ")[2]) == (
        78,
        (
            f"`aws secretsmanager restore-secret --secret-id {arn}`, then set "
            "spotify_secret_arn to this ARN in the settings to go on with its login"
        ),
    )


def test_what_differs_in_a_kept_bucket_is_named(account: Account, assembly: Path, run: Run) -> None:
    account.deploy(assembly)
    account.destroy()
    account.forget_the_login()
    s3, bucket = account.client("s3"), account.bucket("raw")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    s3.delete_public_access_block(Bucket=bucket)
    s3.delete_bucket_lifecycle(Bucket=bucket)
    status, sentences = run("check", "--tag", "none")
    [differs] = [sentence for sentence in sentences if "differs" in sentence]
    assert status == 0
    assert differs.startswith(f"the bucket {bucket} differs from the template, and an import does")
    assert differs.endswith(": deploy once more with DRIFT=revert")
    queue = f"arn:aws:sqs:{REGION}:{account.number}:playlake-raw-events"
    for difference in (
        "its versioning is Suspended, not Enabled",
        f"its notification is nothing, not s3:ObjectCreated:* of prefix raw/ to {queue}",
        "its public access block is nothing, not BlockPublicAcls; BlockPublicPolicy; Ignore",
        "its lifecycle is nothing, not everything replaced versions expire after 30 days",
    ):
        assert difference in differs


def test_the_key_of_a_kept_bucket_has_to_be_chosen_and_to_work(
    account: Account, assembly: Path, run: Run, tmp_path: Path
) -> None:
    account.deploy(assembly)
    account.destroy()
    account.forget_the_login()
    kms, bucket = account.client("kms"), account.bucket("raw")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    encrypt(account, bucket, key)
    status, [problem, *_] = run("check", "--tag", "none")
    assert (status, problem.partition(",")[0]) == (
        78, f"the bucket {bucket} is encrypted with the key {key}"
    )  # fmt: skip
    encrypt(account, account.bucket("curated"), key)
    settings = tmp_path / "lake.toml"
    settings.write_text(f'customer_key_arn = "{key}"\n', encoding="utf-8")
    chosen = ("check", "--tag", "none", "--settings", str(settings))
    status, sentences = run(*chosen)
    assert (status, [sentence for sentence in sentences if "differs" in sentence]) == (0, [])
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    status, [problem, *_] = run(*chosen)
    assert status == 78
    assert problem.startswith(f"the key {key} of the buckets is PendingDeletion: cancel that with")


def test_a_bucket_of_somebody_else_is_named_before_anything_is_made(
    account: Account, endpoint: str, run: Run
) -> None:
    somebody = Account(str(next(NUMBERS)), endpoint).client("s3")
    where = {"LocationConstraint": REGION}
    somebody.create_bucket(Bucket=account.bucket("raw"), CreateBucketConfiguration=where)
    status, [problem] = run("check", "--tag", "none")
    assert (status, account.status()) == (78, "")
    assert problem.startswith(f"the bucket {account.bucket('raw')} belongs to another account: ")


def test_a_bucket_that_no_deployment_has_made_is_not_taken_over(account: Account, run: Run) -> None:
    where = {"LocationConstraint": REGION}
    account.client("s3").create_bucket(
        Bucket=account.bucket("raw"), CreateBucketConfiguration=where
    )
    status, [problem, *_] = run("check", "--tag", "none")
    assert status == 78
    assert "its tag `project` is not playlake" in problem


def test_a_first_creation_that_fails_leaves_nothing_behind_and_can_be_repeated(
    account: Account, assembly: Path, run: Run
) -> None:
    whole = break_off(assembly)
    account.begin(assembly)
    assert account.go_on() == "ROLLBACK_COMPLETE"
    assert buckets(account) == set()
    status, [note, *_] = run("check", "--tag", "none")
    assert status == 0
    assert note.startswith("the stack playlake is ROLLBACK_COMPLETE, because its creation failed")
    account.deploy(whole)
    assert account.status() == "CREATE_COMPLETE"


def test_a_second_creation_that_fails_keeps_the_buckets_and_can_be_repeated(
    account: Account, assembly: Path
) -> None:
    account.deploy(assembly)
    account.client("s3").put_object(Bucket=account.bucket("raw"), Key="raw/kept", Body=b"synthetic")
    account.destroy()
    whole = break_off(assembly)
    account.begin(assembly)
    assert account.go_on() == "ROLLBACK_COMPLETE"
    assert objects(account) == {(account.bucket("raw"), "raw/kept")}
    actions = account.deploy(whole)
    assert account.status() == "CREATE_COMPLETE"
    assert list(actions.values()).count("Import") == 2
    assert objects(account) == {(account.bucket("raw"), "raw/kept")}


def test_a_deployment_that_was_interrupted_before_its_change_set_ran_begins_anew(
    account: Account, assembly: Path, run: Run
) -> None:
    account.begin(assembly)
    assert account.status() == "REVIEW_IN_PROGRESS"
    status, [note, *_] = run("check", "--tag", "none")
    assert status == 0
    assert note.startswith("the stack playlake is REVIEW_IN_PROGRESS, because its creation failed")
    account.deploy(assembly)
    assert account.status() == "CREATE_COMPLETE"


def break_off(assembly: Path) -> Path:
    """Let a deployment fail once its buckets exist; the folder returned has the whole assembly."""
    whole = assembly / "whole"
    whole.mkdir()
    template = template_of(assembly)
    (whole / f"{STACK}.template.json").write_text(json.dumps(template), encoding="utf-8")
    template["Resources"]["Fails"] = {
        "Type": "AWS::Logs::MetricFilter",
        "DependsOn": list(of_type(template, BUCKET)),
        "Properties": {
            "LogGroupName": "no-such-group",
            "FilterPattern": "synthetic",
            "MetricTransformations": [
                {"MetricName": "Synthetic", "MetricNamespace": "Synthetic", "MetricValue": "1"}
            ],
        },
    }
    (assembly / f"{STACK}.template.json").write_text(json.dumps(template), encoding="utf-8")
    return whole


def encrypt(account: Account, bucket: str, key: str) -> None:
    """Encrypt new objects of a bucket with a key."""
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    }
    account.client("s3").put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


def buckets(account: Account) -> set[str]:
    """The lake's buckets that exist."""
    found = account.client("s3").list_buckets()["Buckets"]
    return {bucket["Name"] for bucket in found} & {account.bucket("raw"), account.bucket("curated")}


def objects(account: Account) -> set[tuple[str, str]]:
    """The keys in the lake's buckets."""
    s3 = account.client("s3")
    return {
        (bucket, found["Key"])
        for bucket in buckets(account)
        for found in s3.list_objects_v2(Bucket=bucket).get("Contents", ())
    }


def announced(account: Account) -> set[str]:
    """The keys that S3 has announced in the queue since it was created."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName="playlake-raw-events")["QueueUrl"]
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5)
    records = [r for m in received["Messages"] for r in json.loads(m["Body"]).get("Records", ())]
    return {record["s3"]["object"]["key"] for record in records}


def task_images(account: Account) -> list[str]:
    """The images of the newest task definitions: the extractor's, then the transformer's."""
    ecs = account.client("ecs")
    return [
        ecs.describe_task_definition(taskDefinition=f"playlake-{service}")["taskDefinition"][
            "containerDefinitions"
        ][0]["image"]
        for service in ("extractor", "transformer")
    ]
