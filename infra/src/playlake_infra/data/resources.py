"""All data resources: buckets, queue, catalog, crawler, Athena and the Spotify secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_infra.data.athena import Athena
from playlake_infra.data.catalog import Catalog
from playlake_infra.data.crawler import Crawler
from playlake_infra.data.queue import RawEvents, send_raw_events
from playlake_infra.data.spotify_secret import spotify_secret
from playlake_infra.data.storage import Storage

if TYPE_CHECKING:
    from aws_cdk import aws_secretsmanager as secretsmanager
    from constructs import Construct

    from playlake_infra.settings import Settings


@dataclass(frozen=True, slots=True)
class Data:
    """The resources that the services read and write."""

    storage: Storage
    events: RawEvents
    catalog: Catalog
    crawler: Crawler
    athena: Athena
    secret: secretsmanager.ISecret


def make_data(scope: Construct, settings: Settings) -> Data:
    """Create the data resources; every new raw object sends an event to the queue."""
    storage = Storage(scope, "Storage", settings)
    events = RawEvents(scope, "RawEvents", settings)
    send_raw_events(storage.raw, events.queue)
    catalog = Catalog(scope, "Catalog", settings, storage)
    return Data(
        storage=storage,
        events=events,
        catalog=catalog,
        crawler=Crawler(scope, "Crawler", settings, storage, catalog),
        athena=Athena(scope, "Athena", settings, storage, catalog),
        secret=spotify_secret(scope, "Spotify", settings),
    )
