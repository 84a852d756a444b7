"""Keeps the covers of the playlists that a run lands; a cover that fails does not fail a playlist.

A cover is fetched as soon as its playlist was read, one at a time, and only if no image is kept
yet of its address. The image is landed before the link that says which address led to it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import structlog

from playlake_contracts.covers import links_of, media_type_of
from playlake_contracts.keys import (
    CoverLink,
    address_digest,
    cover_image_key,
    cover_links_prefix,
)
from playlake_contracts.log_events import CoverCounts, CoverNotKept
from playlake_extractor.errors import LandingFailedError, RunTakenError
from playlake_extractor.ports import NoCover

if TYPE_CHECKING:
    from playlake_extractor.ports import CoverHost, RawStore

# A host that does not answer may take as long for each cover as all of its tries.
_FAILURES_IN_A_ROW = 5
_LINK_TYPE = "application/octet-stream"

log = structlog.get_logger()


@dataclass  # without slots: the links are listed when they are first needed
class CoverKeeper:
    """Keeps the covers of a run.

    Attributes:
        source: the name of the source, such as `spotify`.
        store: where images and links are landed.
        host: gives the images.
        kept: number of addresses whose image this run has kept.
        failed: number of covers that could not be kept.
    """

    source: str
    store: RawStore
    host: CoverHost
    kept: int = 0
    failed: int = 0
    _in_a_row: int = 0

    @property
    def counts(self) -> CoverCounts:
        """The covers of the run so far."""
        return CoverCounts(kept=self.kept, failed=self.failed)

    def keep(self, playlist_id: str, address: str | None) -> None:
        """Keep the cover of a playlist, or write why it could not be kept.

        Args:
            playlist_id: the playlist.
            address: where its cover is now; None if it has none.
        """
        if address is None:
            return
        try:
            failed = self._keep(address, address_digest(address))
        except ValueError:
            failed = NoCover("Its address is not one")
        except (LandingFailedError, RunTakenError) as error:
            failed = NoCover(str(error))
        if failed is None:
            self._in_a_row = 0
            return
        self.failed += 1
        self._in_a_row += 1
        CoverNotKept(playlist_id=playlist_id, reason=failed.reason).write(log)

    def _keep(self, address: str, digest: str) -> NoCover | None:
        if digest in self._known:
            return None
        image = self._fetch(address)
        if isinstance(image, NoCover):
            return image
        self._land(digest, image)
        self._known.add(digest)
        self.kept += 1
        return None

    def _fetch(self, address: str) -> bytes | NoCover:
        if self._in_a_row >= _FAILURES_IN_A_ROW:
            return NoCover(
                f"{_FAILURES_IN_A_ROW} covers in a row failed, so this run keeps no more"
            )
        image = self.host.fetch(address)
        if not isinstance(image, NoCover) and media_type_of(image) is None:
            return NoCover("Its address leads to something else than a JPEG, PNG or WebP image")
        return image

    def _land(self, digest: str, image: bytes) -> None:
        link = CoverLink(self.source, digest, hashlib.sha256(image).hexdigest())
        self.store.land(cover_image_key(link.image), image, media_type_of(image) or _LINK_TYPE)
        self.store.land(str(link), b"", _LINK_TYPE)

    @cached_property
    def _known(self) -> set[str]:
        """The digests of the addresses whose image is kept."""
        keys = self.store.keys(cover_links_prefix(self.source))
        return {link.address for link in links_of(keys)}
