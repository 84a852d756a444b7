"""The images to run: those of a release, by digest, or those of the repositories, by tag."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import RemovalPolicy
from aws_cdk import aws_ecr as ecr
from constructs import Construct

if TYPE_CHECKING:
    from playlake_infra.settings import Settings

# The default of every parameter. A deployment without images creates the repositories and starts
# nothing.
NO_IMAGES = "none"
SERVICES = ("compactor", "extractor", "transformer")
TAG_PARAMETER = "ImageTag"
_IMAGES_KEPT = 10


def image_parameter(service: str) -> str:
    """The parameter with the released image of a service."""
    return f"{service.title()}Image"


def services_of(settings: Settings) -> tuple[str, ...]:
    """The services whose images a deployment runs."""
    needs_compactor = settings.has_compactor or settings.has_iceberg or settings.has_retention
    return tuple(each for each in SERVICES if each != "compactor" or needs_compactor)


@dataclass(frozen=True, slots=True)
class Image:
    """An image of a service.

    Attributes:
        repository: the repository of your own images.
        reference: the image to run, chosen by the parameters.
    """

    repository: ecr.Repository
    reference: str


class Images(Construct):
    """The images of the services, chosen by the stack's parameters.

    Attributes:
        compactor: the compactor's image.
        extractor: the extractor's image.
        transformer: the transformer's image.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(scope, name)
        self._tag = self._tag_parameter()
        self._released = {service: self._released_parameter(service) for service in SERVICES}
        released = [*self._released.values()]
        self._is_released = self._condition("ImagesAreReleased", released)
        self._is_pushed = self._condition("ImagesArePushed", [self._tag, *released])
        self.compactor = self._image(settings, "compactor")
        self.extractor = self._image(settings, "extractor")
        self.transformer = self._image(settings, "transformer")

    def if_pushed(self, pushed: object, otherwise: object) -> cdk.ICfnRuleConditionExpression:
        """Choose between two values by whether there are images to run."""
        return cdk.Fn.condition_if(self._is_pushed.logical_id, pushed, otherwise)

    def only_if_pushed(self, scope: Construct) -> None:
        """Create the resources within a construct only if there are images to run."""
        for construct in scope.node.find_all():
            if isinstance(construct, cdk.CfnResource):
                construct.cfn_options.condition = self._is_pushed

    def _tag_parameter(self) -> cdk.CfnParameter:
        return cdk.CfnParameter(
            cdk.Stack.of(self),
            TAG_PARAMETER,
            default=NO_IMAGES,
            allowed_pattern=r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
            constraint_description="a tag of an image",
            description="Tag of your own images in the repositories of the stack; none: no images",
        )

    def _released_parameter(self, service: str) -> cdk.CfnParameter:
        return cdk.CfnParameter(
            cdk.Stack.of(self),
            image_parameter(service),
            default=NO_IMAGES,
            allowed_pattern=rf"{NO_IMAGES}|[a-z0-9.-]+/[a-z0-9._/-]+@sha256:[0-9a-f]{{64}}",
            constraint_description="an image with its digest",
            description=f"Released image of the {service}, by digest; none: the own image",
        )

    def _condition(self, name: str, parameters: list[cdk.CfnParameter]) -> cdk.CfnCondition:
        """Whether one of the parameters has another value than its default."""
        absent = [cdk.Fn.condition_equals(each.value_as_string, NO_IMAGES) for each in parameters]
        given = cdk.Fn.condition_not(cdk.Fn.condition_and(*absent))
        return cdk.CfnCondition(cdk.Stack.of(self), name, expression=given)

    def _image(self, settings: Settings, service: str) -> Image:
        repository = self._repository(settings, service)
        own = repository.repository_uri_for_tag(self._tag.value_as_string)
        released = self._released[service].value_as_string
        chosen = cdk.Fn.condition_if(self._is_released.logical_id, released, own)
        return Image(repository, chosen.to_string())

    def _repository(self, settings: Settings, service: str) -> ecr.Repository:
        repository = ecr.Repository(
            self,
            service.title(),
            repository_name=settings.names.repository(service),
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            empty_on_delete=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        resource = cast("ecr.CfnRepository", repository.node.default_child)
        resource.lifecycle_policy = ecr.CfnRepository.LifecyclePolicyProperty(
            lifecycle_policy_text=cdk.Fn.sub(_kept_images())
        )
        return repository


def _kept_images() -> str:
    """The rules of a repository, with the parameter of the tag in the form of `Fn::Sub`.

    An image that matches the tags of a rule is not expired by a later one: so the first, which
    expires nothing because a tag is unique, protects what runs.
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
    """
    running: dict[str, object] = {
        "tagStatus": "tagged",
        "tagPatternList": [f"${{{TAG_PARAMETER}}}"],
    }
    rules: list[tuple[dict[str, object], int]] = [
        (running, 1),
        ({"tagStatus": "any"}, _IMAGES_KEPT),
    ]
    return json.dumps(
        {
            "rules": [
                {
                    "rulePriority": priority,
                    "selection": {**chosen, "countType": "imageCountMoreThan", "countNumber": kept},
                    "action": {"type": "expire"},
                }
                for priority, (chosen, kept) in enumerate(rules, start=1)
            ]
        }
    )
