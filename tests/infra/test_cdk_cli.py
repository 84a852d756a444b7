"""The CDK's own command line deploys, upgrades and deletes on MiniStack, without a terminal.

npm fetches it, so `make slow` runs this and not `make test`. MiniStack's validation takes imports
for conflicts of names, so the deployment over kept buckets is in test_deploy_again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rehearsed import REGION, STACK, Account, ministack, template_of

from playlake_infra.cdk_cli import CDK_CLI
from playlake_local import localise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Cdk = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

NUMBER = "100000000000"
BIN = Path(sys.executable).parent
DEPLOY = ("deploy", "--import-existing-resources")
APPROVED = ("--require-approval", "never")
NO_TERMINAL = "terminal (TTY) is not attached"


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    """An account that is bootstrapped."""
    (tmp_path / "aws").mkdir()
    with ministack(tmp_path / "aws") as endpoint:
        made = Account(NUMBER, endpoint)
        made.prepare()
        made.client("s3").create_bucket(
            Bucket=f"cdk-hnb659fds-assets-{NUMBER}-{REGION}",
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )
        yield made


@pytest.fixture
def cdk(account: Account, tmp_path: Path) -> Cdk:
    """`cdk("deploy", …)` runs the command line on an assembly that MiniStack can deploy."""
    out = tmp_path / "cdk.out"
    environment = {
        **{name: text for name, text in os.environ.items() if name != "CI"},
        **account.variables,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NO_PROXY": "127.0.0.1",
        "PATH": f"{BIN}:{os.environ['PATH']}",
    }
    assemble = [sys.executable, "-m", "playlake_infra", "assemble", "--out", str(out)]
    subprocess.run(assemble, env=environment, check=True, capture_output=True)
    template = out / f"{STACK}.template.json"
    template.write_text(json.dumps(localise(template_of(out))), encoding="utf-8")

    def run(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        words = ["npx", "--yes", CDK_CLI, command, "--app", str(out), "--no-notices", *arguments]
        return subprocess.run(
            words,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_deployment_is_made_upgraded_and_deleted_without_a_terminal(
    account: Account, cdk: Cdk
) -> None:
    nothing, version = (("--parameters", f"ImageTag={tag}") for tag in ("none", "v1"))
    unapproved = cdk(*DEPLOY, *nothing)
    assert unapproved.returncode == 1
    assert NO_TERMINAL in unapproved.stderr

    for parameters, status in ((nothing, "CREATE_COMPLETE"), (version, "UPDATE_COMPLETE")):
        deployed = cdk(*DEPLOY, *parameters, *APPROVED)
        assert deployed.returncode == 0, deployed.stderr
        assert account.status() == status
        assert f"{STACK}.RawBucketName = {account.bucket('raw')}" in deployed.stderr

    unforced = cdk("destroy")
    assert unforced.returncode == 1
    assert NO_TERMINAL in unforced.stderr
    destroyed = cdk("destroy", "--force")
    assert destroyed.returncode == 0, destroyed.stderr
    assert account.status() == ""
    kept = {bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]}
    assert {account.bucket("raw"), account.bucket("curated")} <= kept


def test_the_option_that_reverts_drift_is_known(cdk: Cdk) -> None:
    told = cdk("deploy", "--help")
    for option in ("--revert-drift", "--import-existing-resources", "--require-approval"):
        assert option in told.stdout
