"""Synthesis of templates from settings, without network, AWS account or the CDK's CLI."""

from __future__ import annotations

import json
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk

from playlake_infra.stack import PlaylakeStack

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_infra.place import Place
    from playlake_infra.settings import Settings

Template = dict[str, Any]

# https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html
_FEATURES = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker": True,
    "@aws-cdk/core:checkSecretUsage": True,
}


def new_app(folder: str) -> cdk.App:
    """Create an app that writes its assembly to a folder, without data of this machine."""
    return cdk.App(outdir=folder, analytics_reporting=False, tree_metadata=False, context=_FEATURES)


def synthesise(settings: Settings, place: Place | None = None) -> Template:
    """Synthesise the template of a deployment."""
    with TemporaryDirectory() as folder:
        return assemble(settings, folder, place)


def assemble(settings: Settings, folder: str | Path, place: Place | None = None) -> Template:
    """Write the cloud assembly that the CDK's CLI deploys, and return its template.

    Args:
        settings: the settings of the deployment.
        folder: where the assembly is written.
        place: where it is deployed; with it the template has the literal names of the buckets,
            which CloudFormation needs to import kept ones.
    """
    app = new_app(str(folder))
    stack = PlaylakeStack(app, settings, place)
    template: Template = app.synth().get_stack_by_name(stack.stack_name).template
    return template


def rendered(template: Template) -> str:
    """Render a template as it is committed."""
    return json.dumps(template, indent=1) + "\n"
