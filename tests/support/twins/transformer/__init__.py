"""The transformer's world in memory: a twin of each port, and faults at any of their calls."""

from twins.transformer.catalog import MemoryCatalog, MemoryCrawler
from twins.transformer.faults import Faults
from twins.transformer.life import Life, World
from twins.transformer.objects import (
    CuratedObject,
    MemoryCuratedObjects,
    MemoryFailures,
    MemoryRawObjects,
    MemoryRejects,
)
from twins.transformer.queue import MemoryQueue
from twins.transformer.reconciling import MemoryAnnouncements, MemoryListings
from twins.transformer.transforms import InlineTransforms

__all__ = [
    "CuratedObject",
    "Faults",
    "InlineTransforms",
    "Life",
    "MemoryAnnouncements",
    "MemoryCatalog",
    "MemoryCrawler",
    "MemoryCuratedObjects",
    "MemoryFailures",
    "MemoryListings",
    "MemoryQueue",
    "MemoryRawObjects",
    "MemoryRejects",
    "World",
]
