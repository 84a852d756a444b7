"""The transformer's world in memory: a twin of each port, and faults at any of their calls."""

from transformer_twins.catalog import MemoryCatalog, MemoryCrawler
from transformer_twins.faults import Faults
from transformer_twins.life import Life, World
from transformer_twins.objects import CuratedObject, MemoryCuratedObjects, MemoryRawObjects
from transformer_twins.queue import DeadLetter, MemoryQueue
from transformer_twins.transforms import InlineTransforms

__all__ = [
    "CuratedObject",
    "DeadLetter",
    "Faults",
    "InlineTransforms",
    "Life",
    "MemoryCatalog",
    "MemoryCrawler",
    "MemoryCuratedObjects",
    "MemoryQueue",
    "MemoryRawObjects",
    "World",
]
