"""Deployment of the production template on the local AWS."""

from playlake_local.deploy import Clients, DeploymentError, deploy
from playlake_local.localise import localise
from playlake_local.sandbox import use_sandbox

__all__ = ["Clients", "DeploymentError", "deploy", "localise", "use_sandbox"]
