"""The production template on the local AWS."""

from playlake_local.deploy import Clients, DeploymentError, deploy
from playlake_local.localise import localise

__all__ = ["Clients", "DeploymentError", "deploy", "localise"]
