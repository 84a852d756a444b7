"""What is found in the state of an account, a stack and kept buckets, each in one sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from synthesised import SNOWFLAKE, TOKENS_SECRET

from playlake_infra.checks.aws_state import AwsState, Bucket, Owner
from playlake_infra.checks.preflight_checks import find_notes, find_problems
from playlake_infra.checks.running_tasks import running_problems
from playlake_infra.place import Place
from playlake_infra.presets import PRESETS, settings_of

if TYPE_CHECKING:
    from playlake_infra.settings import Settings

PLACE = Place("123456789012", "eu-central-1")
THRIFTY, LARGE = PRESETS["thrifty"], PRESETS["large"]
WITH_API = settings_of("standard", {"api": True, "tokens_secret_arn": TOKENS_SECRET})
KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
READY = AwsState(bootstrap=6, has_ecs_role=True)
KEPT = Bucket("raw", Owner.THIS_ACCOUNT, project="playlake")
OURS = replace(KEPT, stack="playlake")


def problem(state: AwsState, settings: Settings = THRIFTY) -> str:
    """The only problem."""
    [found] = find_problems(settings, PLACE, state)
    assert "\n" not in found
    return found


def with_bucket(bucket: Bucket) -> AwsState:
    return replace(READY, buckets=(bucket,))


@pytest.mark.parametrize(
    "status",
    ["", None, "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"],
)
def test_a_ready_account_has_no_problem(status: str | None) -> None:
    state = replace(READY, stack=status)
    assert find_problems(THRIFTY, PLACE, state) == find_notes(THRIFTY, state) == []


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        ("CREATE_IN_PROGRESS", "wait for its end"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "wait for its end"),
        ("DELETE_IN_PROGRESS", "wait for its end"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name playlake`"),
        ("DELETE_FAILED", "run make destroy again"),
        ("UPDATE_FAILED", "rollback-stack --stack-name playlake`"),
        ("IMPORT_ROLLBACK_FAILED", "run make destroy"),
    ],
)
def test_a_stack_that_cannot_be_updated_is_named_with_what_to_do(status: str, remedy: str) -> None:
    found = problem(replace(READY, stack=status))
    assert found.startswith(f"the stack playlake is {status}: ")
    assert remedy in found


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"])
def test_a_stack_that_the_cdk_begins_anew_is_a_note(status: str) -> None:
    state = replace(READY, stack=status)
    assert find_problems(THRIFTY, PLACE, state) == []
    [note] = find_notes(THRIFTY, state)
    assert note.startswith(f"the stack playlake is {status}, because its creation failed")


@pytest.mark.parametrize(
    ("version", "found"),
    [(0, "is not bootstrapped"), (5, "has version 5 of the CDK's bootstrap")],
)
def test_a_region_without_the_cdks_bootstrap_is_reported(version: int, found: str) -> None:
    assert problem(replace(READY, bootstrap=version)) == (
        f"the region eu-central-1 {found}, and version 6 is needed: run "
        "`npx aws-cdk@2.1148.0 bootstrap aws://123456789012/eu-central-1`"
    )


def test_an_account_without_the_role_of_ecs_is_told_how_to_create_it() -> None:
    found = problem(replace(READY, has_ecs_role=False))
    assert "`aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com`" in found


def test_a_zone_without_vpc_links_is_reported_for_the_api_only() -> None:
    state = replace(READY, zones={"us-east-1a": "use1-az3", "us-east-1b": "use1-az1"})
    assert problem(state, WITH_API).startswith(
        "the API needs VPC links, which the zone us-east-1a (use1-az3) does not have: "
    )
    assert find_problems(THRIFTY, PLACE, state) == []


@pytest.mark.parametrize("zone", ["use1-az3", "usw1-az2", "cac1-az4", "euw3-az2", "new1-az1", ""])
def test_a_zone_that_is_not_documented_is_reported(zone: str) -> None:
    assert f"({zone})" in problem(replace(READY, zones={"a": zone}), WITH_API)


@pytest.mark.parametrize(
    ("owner", "sentence"),
    [
        (Owner.SOMEBODY_ELSE, "the bucket raw belongs to another account: choose another name"),
        (Owner.ANOTHER_REGION, "the bucket raw is in another region: set AWS_REGION"),
        (Owner.UNKNOWN, "the bucket raw belongs to another account, or you may not list it: "),
    ],
)
def test_a_bucket_that_the_deployment_cannot_have_is_reported(owner: Owner, sentence: str) -> None:
    assert problem(with_bucket(Bucket("raw", owner))).startswith(sentence)


@pytest.mark.parametrize("bucket", [Bucket("raw", Owner.NOBODY), KEPT, OURS])
def test_a_bucket_that_is_free_kept_or_in_the_stack_is_accepted(bucket: Bucket) -> None:
    assert find_problems(THRIFTY, PLACE, with_bucket(bucket)) == []


def test_a_bucket_in_another_stack_is_reported_with_its_stack() -> None:
    found = problem(with_bucket(replace(KEPT, stack="another")))
    assert found.startswith("the bucket raw is in the stack another: ")


@pytest.mark.parametrize("project", ["", "another"])
def test_a_bucket_that_no_deployment_has_made_is_not_taken_over(project: str) -> None:
    found = problem(with_bucket(replace(KEPT, project=project)))
    assert found.startswith("the bucket raw is in this account, but its tag `project` is not")


def test_a_kept_bucket_is_named_and_what_differs_with_its_remedy() -> None:
    wanted = {"versioning": "Enabled", "lifecycle": "nothing", "encryption": "AES256"}
    actual = {"versioning": "Suspended", "lifecycle": "nothing"}
    state = with_bucket(replace(KEPT, wanted=wanted, actual=actual))
    assert find_problems(THRIFTY, PLACE, state) == []
    imported, differs = find_notes(THRIFTY, state)
    assert imported == "the kept bucket raw is imported with all its objects"
    assert differs == (
        "the bucket raw differs from the template, and an import does not change that: its "
        "versioning is Suspended, not Enabled: deploy once more with DRIFT=revert"
    )


@pytest.mark.parametrize("settings", [THRIFTY, LARGE])
def test_a_kept_bucket_of_an_older_key_asks_for_that_key(settings: Settings) -> None:
    found = problem(with_bucket(replace(KEPT, key=KEY)), settings)
    assert found.startswith(f"the bucket raw is encrypted with the key {KEY}, and with these")
    assert found.endswith(f'by customer_key_arn = "{KEY}" in the settings')


def test_a_bucket_keeps_the_key_of_its_stack_or_of_the_settings() -> None:
    state = with_bucket(replace(OURS, key=KEY))
    assert find_problems(LARGE, PLACE, state) == []
    assert "customer_key_arn" in problem(state, THRIFTY)
    chosen = settings_of("thrifty", {"customer_key_arn": KEY})
    assert find_problems(chosen, PLACE, with_bucket(replace(KEPT, key=KEY))) == []


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        ("Disabled", f"aws kms enable-key --key-id {KEY}"),
        ("PendingDeletion", f"aws kms cancel-key-deletion --key-id {KEY}"),
        ("Deleted", "objects that it encrypts cannot be read any more"),
        ("Updating", "wait until it is enabled"),
    ],
)
def test_a_key_that_does_not_work_is_named_with_what_to_do(state: str, remedy: str) -> None:
    found = problem(replace(READY, keys={KEY: state}))
    assert found.startswith(f"the key {KEY} of the buckets is {state}: ")
    assert remedy in found
    assert find_problems(THRIFTY, PLACE, replace(READY, keys={KEY: "Enabled"})) == []


def test_all_problems_are_found_at_once_and_what_was_not_read_hides_none() -> None:
    state = AwsState(
        buckets=(Bucket("raw", Owner.SOMEBODY_ELSE), Bucket("curated", Owner.SOMEBODY_ELSE)),
        keys={KEY: "Disabled"},
        stack="DELETE_FAILED",
        bootstrap=0,
        unread=("the role was not checked",),
    )
    assert len(find_problems(THRIFTY, PLACE, state)) == 5
    assert find_notes(THRIFTY, state) == ["the role was not checked"]


def test_a_run_that_goes_on_is_named_before_anything_is_deleted() -> None:
    task = "arn:aws:ecs:eu-central-1:123456789012:task/playlake/0123456789abcdef"
    [found] = running_problems(THRIFTY, [task])
    assert found.startswith(
        "a run or a compaction goes on in the task 0123456789abcdef: wait for its end"
    )
    assert "`aws ecs stop-task --cluster playlake --task 0123456789abcdef`" in found


def test_a_queue_of_snowflake_in_another_region_is_a_problem() -> None:
    told = settings_of("thrifty", {"snowflake": SNOWFLAKE})
    assert find_problems(told, PLACE, READY) == []
    elsewhere = Place(PLACE.account, "eu-west-1")
    [found] = find_problems(told, elsewhere, READY)
    assert found == (
        "snowflake.queue_arn is in eu-central-1, and the bucket would be in eu-west-1: use an "
        "account of Snowflake in the same region, or remove queue_arn and refresh its pipes"
    )
