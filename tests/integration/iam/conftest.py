"""A local AWS that enforces IAM, and clients with the roles of the production template.

The template is that of a preset, with everything that is off by default and has a role.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import strict_ministack
from botocore.config import Config
from free_ports import choose_port

from playlake.local_aws import LocalAws
from playlake.local_aws.aws import CREDENTIAL
from playlake.local_aws.ministack import environment
from playlake.local_aws.provision import PARAMETERS, PRESET, STACK
from playlake.local_aws.resources import ACCOUNT
from playlake.project import Project
from playlake.services.processes import start, stop, wait_until_ready
from playlake_local import Clients, deploy, localise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROOT = {"aws_access_key_id": CREDENTIAL, "aws_secret_access_key": CREDENTIAL}
_HASH_LENGTH = 8  # the CDK ends a logical id with as many hexadecimal digits
_CONFIG = Config(retries={"total_max_attempts": 1}, proxies={})
# MiniStack sets none of these keys when it evaluates a call, so a condition on one never holds.
# They are removed before the deployment; `test_conditions.py` reads them in the template. The
# conditions of queue policies stay, because MiniStack knows which bucket sends.
_UNKNOWN_TO_MINISTACK = frozenset(
    {"aws:SourceArn", "aws:SourceAccount", "ecs:cluster", "iam:PassedToService"}
)


# What is off by default and has roles of its own. All synthetic.
_MORE = {
    "eraser": True,
    "iceberg": "rate(1 hour)",
    "snowflake": {
        "user_arns": [f"arn:aws:iam::{ACCOUNT}:user/snowflake"],
        "external_id": "synthetic-external-id",
    },
    "sources": {
        "listenbrainz": {"schedule": "rate(1 day)", "user": "robin", "token": True},
        "youtube": {"schedule": "rate(1 day)"},
    },
}
_SYNTHESISE = f"""
import json, sys
from playlake_infra.presets import settings_of
from playlake_infra.synth import synthesise
json.dump(synthesise(settings_of({PRESET!r}, json.loads(sys.argv[1]))), sys.stdout)
"""
_CDK = Path(__file__).resolve().parents[3] / ".venv-infra" / "bin" / "python"


@pytest.fixture(scope="session")
def synthesised() -> dict[str, Any]:
    """The template, which the environment of the CDK makes; no test may change it."""
    assert _CDK.exists(), "there is no CDK: run make .venv-infra/stamp"
    command = [str(_CDK), "-c", _SYNTHESISE, json.dumps(_MORE)]
    made: dict[str, Any] = json.loads(
        subprocess.run(command, capture_output=True, check=True).stdout
    )
    return made


@pytest.fixture(scope="session")
def enforcing_aws(
    synthesised: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalAws]:
    """A local AWS that checks every call, and has the template's stack."""
    folder = tmp_path_factory.mktemp("enforcing")
    project = replace(Project.find(os.environ), home=folder)
    (folder / "tmp").mkdir()
    log = folder / "aws.log"
    aws = LocalAws(port=choose_port())
    settings = environment(folder, aws.port) | {"AUTH": "true"}
    # -P: the folder of the tests' support is no place to import from.
    python = project.ministack.with_name("python")
    process = start([str(python), "-P", strict_ministack.__file__], settings, log)
    try:
        wait_until_ready(process, "local AWS", f"{aws.endpoint_url}/_ministack/health", log)
        _provision(aws, synthesised)
        yield aws
    finally:
        aws.close()
        stop(process)


@pytest.fixture(scope="session")
def role_names(enforcing_aws: LocalAws) -> dict[str, str]:
    """The names of the stack's roles by the words in their logical ids."""
    found = enforcing_aws.cloudformation.describe_stack_resources(StackName=STACK)
    return {
        resource["LogicalResourceId"][:-_HASH_LENGTH]: resource["PhysicalResourceId"]
        for resource in found["StackResources"]
        if resource["ResourceType"] == "AWS::IAM::Role"
    }


@pytest.fixture(scope="session")
def client_of(
    enforcing_aws: LocalAws, role_names: dict[str, str]
) -> Iterator[Callable[[str, str], Any]]:
    """`client_of(role, service)`: a client with the role's own credentials, or root's."""
    session: Any = enforcing_aws._session  # which reads nothing of the user's configuration
    made = []

    @cache
    def credentials(role: str) -> dict[str, str]:
        if role == "root":
            return _ROOT
        if role == "snowflake":
            return _new_user(client("root", "iam"), role)
        # Snowflake's role is assumed by that user alone, every other one by whoever may.
        assumer = "snowflake" if role == "SnowflakeRole" else "root"
        return taken(client(assumer, "sts"), role_names[role])

    @cache
    def client(role: str, service: str) -> Any:  # noqa: ANN401 - its class depends on the service
        url = enforcing_aws.endpoint_url
        made.append(session.client(service, endpoint_url=url, config=_CONFIG, **credentials(role)))
        return made[-1]

    yield client
    for one in made:
        one.close()


def _new_user(iam: Any, name: str) -> dict[str, str]:  # noqa: ANN401 - a client
    """The credentials of a new user, which may do nothing but assume roles that let it."""
    iam.create_user(UserName=name)
    may = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    iam.put_user_policy(
        UserName=name, PolicyName=name, PolicyDocument=json.dumps({"Statement": [may]})
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }


def taken(sts: Any, role: str) -> dict[str, str]:  # noqa: ANN401 - a client
    """The credentials of a role, by its name."""
    found = sts.assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}",
        RoleSessionName="test",
        ExternalId="synthetic-external-id",
    )["Credentials"]
    return {
        "aws_access_key_id": found["AccessKeyId"],
        "aws_secret_access_key": found["SecretAccessKey"],
        "aws_session_token": found["SessionToken"],
    }


def _provision(aws: LocalAws, synthesised: dict[str, Any]) -> None:
    template = localise(synthesised)
    for resource in template["Resources"].values():
        match resource["Type"]:
            case "AWS::IAM::Role":
                _drop_unknown_conditions(resource["Properties"]["AssumeRolePolicyDocument"])
            case "AWS::IAM::Policy":
                _drop_unknown_conditions(resource["Properties"]["PolicyDocument"])
                _take_databases_for_tables(resource["Properties"]["PolicyDocument"])
    clients = Clients(aws.cloudformation, aws.s3)
    deploy(clients, STACK, template, PARAMETERS, patience=timedelta(seconds=60))


def _drop_unknown_conditions(document: dict[str, Any]) -> None:
    for statement in document["Statement"]:
        conditions = statement.get("Condition", {}).values()
        if any(_UNKNOWN_TO_MINISTACK.intersection(keys) for keys in conditions):
            del statement["Condition"]


def _take_databases_for_tables(document: dict[str, Any]) -> None:
    """MiniStack checks `GetDatabase` against a table with the name of the database."""
    for statement in document["Statement"]:
        if "glue:GetDatabase" in statement["Action"]:
            databases = [each for each in statement["Resource"] if ":database/" in json.dumps(each)]
            statement["Resource"] += json.loads(
                json.dumps(databases).replace(":database/", ":table/")
            )
