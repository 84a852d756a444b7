"""The repositories of the two images, and the parameter that chooses the tag to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import RemovalPolicy
from aws_cdk import aws_ecr as ecr
from constructs import Construct

if TYPE_CHECKING:
    from playlake_infra.settings import Settings

# The default of the tag; no image has it. A first deployment creates the repositories and starts
# nothing.
NOTHING_PUSHED = "none"
SERVICES = ("extractor", "transformer")
_IMAGES_KEPT = 10


@dataclass(frozen=True, slots=True)
class Image:
    """An image: its repository and the tag to run."""

    repository: ecr.Repository
    tag: str


class Images(Construct):
    """The images of the services.

    Attributes:
        extractor: the extractor's image.
        transformer: the transformer's image.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(scope, name)
        tag = cdk.CfnParameter(
            cdk.Stack.of(self),
            "ImageTag",
            default=NOTHING_PUSHED,
            allowed_pattern=r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
            constraint_description="a tag of an image",
            description="Tag of the images to run; none: create the repositories and run nothing",
        )
        self._is_pushed = cdk.CfnCondition(
            cdk.Stack.of(self),
            "ImagesArePushed",
            expression=cdk.Fn.condition_not(
                cdk.Fn.condition_equals(tag.value_as_string, NOTHING_PUSHED)
            ),
        )
        self.extractor = Image(self._repository(settings, "extractor"), tag.value_as_string)
        self.transformer = Image(self._repository(settings, "transformer"), tag.value_as_string)

    def if_pushed(self, pushed: object, otherwise: object) -> cdk.ICfnRuleConditionExpression:
        """Choose between two values by whether a tag is given."""
        return cdk.Fn.condition_if(self._is_pushed.logical_id, pushed, otherwise)

    def only_if_pushed(self, scope: Construct) -> None:
        """Create the resources within a construct only if a tag is given."""
        for construct in scope.node.find_all():
            if isinstance(construct, cdk.CfnResource):
                construct.cfn_options.condition = self._is_pushed

    def _repository(self, settings: Settings, service: str) -> ecr.Repository:
        return ecr.Repository(
            self,
            service.title(),
            repository_name=settings.names.repository(service),
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            lifecycle_rules=[ecr.LifecycleRule(max_image_count=_IMAGES_KEPT)],
            empty_on_delete=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
