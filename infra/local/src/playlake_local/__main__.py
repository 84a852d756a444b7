"""`python -m playlake_local TEMPLATE [NAME=VALUE…]`: deploy a template on the local AWS.

`AWS_ENDPOINT_URL` must name the local AWS. Without it nothing is deployed, so that a localised
template never reaches a real account.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import boto3

from playlake_local import Clients, DeploymentError, deploy, localise

STACK = "playlake"
PATIENCE = timedelta(minutes=10)
USAGE = 64


def main(arguments: list[str]) -> int:
    """Deploy, print the outputs, and return the exit status."""
    if not arguments or "AWS_ENDPOINT_URL" not in os.environ:
        sys.stderr.write(
            "usage: AWS_ENDPOINT_URL=http://… python -m playlake_local TEMPLATE [NAME=VALUE…]\n"
        )
        return USAGE
    template = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    parameters = dict(argument.split("=", 1) for argument in arguments[1:])
    clients = Clients(boto3.client("cloudformation"), boto3.client("s3"))
    try:
        outputs = deploy(clients, STACK, localise(template), parameters, patience=PATIENCE)
    except DeploymentError as error:
        sys.stderr.write(f"playlake-local: {error}\n")
        return 1
    sys.stdout.write(json.dumps(outputs, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
