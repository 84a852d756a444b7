"""The local AWS: started or joined, provisioned, stopped by the last who uses it."""

from playlake.local.aws import LocalAws
from playlake.local.environments import (
    SpotifyAccess,
    extractor_environment,
    service_environment,
    transformer_environment,
)
from playlake.local.lifecycle import local_aws
from playlake.local.resources import Resources

__all__ = [
    "LocalAws",
    "Resources",
    "SpotifyAccess",
    "extractor_environment",
    "local_aws",
    "service_environment",
    "transformer_environment",
]
