"""The local AWS: started or joined, provisioned, stopped by the last who uses it."""

from playlake.local_aws.aws import LocalAws
from playlake.local_aws.environments import (
    extractor_environment,
    transformer_environment,
)
from playlake.local_aws.lifecycle import local_aws
from playlake.local_aws.resources import Resources

__all__ = [
    "LocalAws",
    "Resources",
    "extractor_environment",
    "local_aws",
    "transformer_environment",
]
