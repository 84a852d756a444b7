"""The page and the REST API over the lake of this service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_aws.delivery import AwsDelivery
from playlake_lake.side_by_side import unseen
from playlake_transformer.own_lake import lake_of
from playlake_web.adapters.athena import AthenaReader
from playlake_web.adapters.pipelines import AwsPipeline, Mending
from playlake_web.app import create_app
from playlake_web.site import Site

if TYPE_CHECKING:
    from fastapi import FastAPI

    from playlake_aws.deployment import Deployment
    from playlake_transformer.access import Access
    from playlake_transformer.ports import Clock
    from playlake_transformer.settings import Settings
    from playlake_web.process import Process


def build_app(
    settings: Settings, deployment: Deployment, access: Access, process: Process, clock: Clock
) -> FastAPI:
    """Build the page and the API over the lake of a deployment."""
    lake = lake_of(settings, deployment)
    mending = Mending(AwsDelivery(lake, unseen), days=settings.reconcile_days)
    site = Site(
        reader=AthenaReader(lake, clock.now),
        is_synthetic=False,
        pipeline=AwsPipeline(lake, mending),
        tokens=access.tokens,
        hosts=access.hosts,
        is_secure=access.is_secure,
        clock=clock.now,
        has_documentation=settings.http_docs,
        process=process,
    )
    return create_app(site, access.links)
