"""Does something to many objects, several at a time, and shows how far it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    S = TypeVar("S")

T = TypeVar("T")
R = TypeVar("R")

# S3 answers in tens of milliseconds; the connections of a client are ten.
AT_ONCE: Final = 8


class Progress(Protocol):
    """Goes through things while a person sees how far it is, as `Invocation.counting` does."""

    def __call__(self, things: Sequence[S], text: str, /) -> Iterator[S]:
        """Go through things; the text says what is done to them."""


def unseen(things: Sequence[T], text: str, /) -> Iterator[T]:  # noqa: ARG001 - nobody reads it
    """Go through things and show nothing."""
    yield from things


def side_by_side(
    things: Sequence[T], call: Callable[[T], R], progress: Progress, text: str
) -> Iterator[R]:
    """Call a function with each thing, and give the results in order.

    After a failure, or when it is stopped, no further call begins, and it returns when those that
    have begun have ended.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            results = pool.map(call, things)
            for _, result in zip(progress(things, text), results, strict=True):
                yield result
        finally:
            pool.shutdown(cancel_futures=True)
