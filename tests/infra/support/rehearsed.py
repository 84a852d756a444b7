"""A MiniStack that plays AWS for `make deploy`, and the deployment as the CDK's CLI makes it."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import urllib3
from botocore.config import Config
from synthesised import of_type

from playlake_infra.cdk_cli import BOOTSTRAP_PARAMETER, MINIMUM_BOOTSTRAP
from playlake_infra.checks.read_state import ECS_ROLE
from playlake_local import localise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_infra.synth import Template

HOST, REGION, STACK = "127.0.0.1", "eu-central-1", "playlake"
MINISTACK = Path(__file__).parents[3] / ".venv-ministack" / "bin" / "ministack"
# A stack in another state is created, after the CLI has deleted what a failure left of it.
_UPDATED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
_NOWHERE = f"http://{HOST}:9"
_PATIENCE_SECONDS = 60
_CONFIG = Config(proxies={}, retries={"total_max_attempts": 1})


@contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """Start a MiniStack of its own, and yield its endpoint."""
    assert MINISTACK.exists(), "there is no MiniStack: run make .venv-ministack/stamp"
    port = _free_port()
    command = [str(MINISTACK)]
    with (
        (folder / "aws.log").open("wb") as log,
        subprocess.Popen(command, env=_environment(folder, port), stdout=log, stderr=log) as server,
    ):
        try:
            _wait_until_ready(server, f"http://{HOST}:{port}/_ministack/health")
            yield f"http://{HOST}:{port}"
        finally:
            server.terminate()


@dataclass(frozen=True, slots=True)
class Account:
    """An account of its own on a MiniStack: its number is the access key.

    Attributes:
        number: its twelve digits.
        endpoint: the MiniStack.
    """

    number: str
    endpoint: str

    @property
    def variables(self) -> dict[str, str]:
        """The variables with which a command reaches the account."""
        return {
            "AWS_ACCESS_KEY_ID": self.number,
            "AWS_SECRET_ACCESS_KEY": "synthetic",
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
        }

    def bucket(self, word: str) -> str:
        """The name of the raw or the curated bucket."""
        return f"{STACK}-{word}-{self.number}-{REGION}"

    def client(self, service: str) -> Any:  # noqa: ANN401  its class depends on the service
        """A client of a service."""
        session: Any = self.session()
        return session.client(service, endpoint_url=self.endpoint, config=_CONFIG)

    def session(self) -> boto3.Session:
        """A session of the account, whose models of AWS all accounts share."""
        loaded = botocore.session.Session()
        loaded.register_component("data_loader", _models())
        return boto3.Session(self.number, "synthetic", region_name=REGION, botocore_session=loaded)

    def prepare(self) -> None:
        """Do what docs/operations.md asks once for an account and a region."""
        version = str(MINIMUM_BOOTSTRAP)
        self.client("ssm").put_parameter(Name=BOOTSTRAP_PARAMETER, Value=version, Type="String")
        # MiniStack gives a service-linked role another name than AWS does.
        self.client("iam").create_role(RoleName=ECS_ROLE, AssumeRolePolicyDocument="{}")

    def begin(self, assembly: Path, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
        """Make the change set that `cdk deploy --import-existing-resources` makes.

        Returns:
            What becomes of each resource, by logical id.
        """
        cloudformation, status = self.client("cloudformation"), self.status()
        if status == "ROLLBACK_COMPLETE":
            self.destroy()
        elif status:
            cloudformation.delete_change_set(StackName=STACK, ChangeSetName="deploy")
        cloudformation.create_change_set(
            StackName=STACK,
            ChangeSetName="deploy",
            ChangeSetType="UPDATE" if status in _UPDATED else "CREATE",
            TemplateURL=self._upload(localise(template_of(assembly))),
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in (parameters or {}).items()
            ],
            Capabilities=["CAPABILITY_NAMED_IAM"],
            ImportExistingResources=True,
            # MiniStack's validation takes what is imported for a conflict of names.
            DisableValidation=True,
        )
        return self._actions()

    def deploy(self, assembly: Path, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
        """Deploy an assembly, and say what became of each resource."""
        actions = self.begin(assembly, parameters)
        self.go_on()
        self._complete_buckets(assembly)
        return actions

    def go_on(self) -> str:
        """Execute the change set, and wait for the end of the deployment."""
        self.client("cloudformation").execute_change_set(StackName=STACK, ChangeSetName="deploy")
        return self._ended()

    def forget_the_login(self) -> None:
        """Delete the secret that a destroyed deployment has left."""
        self.client("secretsmanager").delete_secret(
            SecretId="playlake/spotify", ForceDeleteWithoutRecovery=True
        )

    def destroy(self) -> None:
        """Delete the stack."""
        self.client("cloudformation").delete_stack(StackName=STACK)
        self._ended()

    def status(self) -> str:
        """The status of the stack; empty if there is none."""
        found = self.client("cloudformation").list_stacks()["StackSummaries"]
        states = [stack["StackStatus"] for stack in found if stack["StackName"] == STACK]
        return next((state for state in states if state != "DELETE_COMPLETE"), "")

    def _upload(self, template: Mapping[str, Any]) -> str:
        s3 = self.client("s3")
        bucket = f"cdk-hnb659fds-assets-{self.number}-{REGION}"
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
        s3.put_object(Bucket=bucket, Key="template.json", Body=json.dumps(template).encode())
        return f"{self.endpoint}/{bucket}/template.json"

    def _complete_buckets(self, assembly: Path) -> None:
        """Set what CloudFormation sets on AWS and MiniStack forgets: tags and lifecycle rules."""
        s3, tags = self.client("s3"), [{"Key": "project", "Value": STACK}]
        for properties in of_type(template_of(assembly), "AWS::S3::Bucket").values():
            name, rules = properties["BucketName"], properties["LifecycleConfiguration"]["Rules"]
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
            s3.put_bucket_lifecycle_configuration(
                Bucket=name, LifecycleConfiguration={"Rules": [*map(_lifecycle_rule, rules)]}
            )

    def _actions(self) -> dict[str, str]:
        cloudformation = self.client("cloudformation")
        cloudformation.get_waiter("change_set_create_complete").wait(
            StackName=STACK, ChangeSetName="deploy", WaiterConfig={"Delay": 1}
        )
        pages = cloudformation.get_paginator("describe_change_set").paginate(
            StackName=STACK, ChangeSetName="deploy"
        )
        changes = [change["ResourceChange"] for page in pages for change in page["Changes"]]
        return {change["LogicalResourceId"]: change["Action"] for change in changes}

    def _ended(self) -> str:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (status := self.status()).endswith("_IN_PROGRESS"):
            assert time.monotonic() < deadline, f"the stack is still {status}"
            time.sleep(0.05)
        return status


@cache
def _models() -> Any:  # noqa: ANN401  botocore publishes no types
    return botocore.session.Session().get_component("data_loader")


def template_of(assembly: Path) -> Template:
    """The template of an assembly, as AWS would get it."""
    template: Template = json.loads((assembly / f"{STACK}.template.json").read_text("utf-8"))
    return template


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule of the template as S3 takes it."""
    kept = ("Status", "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration")
    expiry = (
        {"Expiration": {"Days": rule["ExpirationInDays"]}} if "ExpirationInDays" in rule else {}
    )
    moves = [{"Days": each["TransitionInDays"], "StorageClass": each["StorageClass"]}
             for each in rule.get("Transitions", ())]  # fmt: skip
    return {
        "ID": rule["Id"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
        **{name: rule[name] for name in kept if name in rule},
        **expiry,
        **({"Transitions": moves} if moves else {}),
    }


def _environment(folder: Path, port: int) -> dict[str, str]:
    """The whole environment of MiniStack: it reaches no other machine."""
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "LOG_LEVEL": "WARNING",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{folder / 'no-docker.sock'}",
        "HTTP_PROXY": _NOWHERE,
        "HTTPS_PROXY": _NOWHERE,
        "NO_PROXY": HOST,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _answers(url):
        assert server.poll() is None, "MiniStack ended"
        assert time.monotonic() < deadline, "MiniStack does not answer"
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return urllib3.request("GET", url, timeout=5, retries=False).status == HTTPStatus.OK
    except urllib3.exceptions.HTTPError:
        return False
