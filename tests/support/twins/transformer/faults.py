"""Faults at the calls that a service makes to its world, and the list of those calls."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from playlake_transformer.domain.transform import CuratedFile
from playlake_transformer.errors import AwsUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

Port = TypeVar("Port")


@dataclass(slots=True)
class _Fault:
    error: Exception
    times: int
    is_after: bool


@dataclass(slots=True)
class Faults:
    """What goes wrong at which call; `calls` are those made, such as `put_new curated/tracks`."""

    calls: list[str] = field(default_factory=list)
    _planned: dict[str, _Fault] = field(default_factory=dict)
    _delays: dict[str, float] = field(default_factory=dict)
    _failing: set[str] = field(default_factory=set)
    _dies_at: str | None = None
    _is_dead: bool = False

    def fail(self, call: str, error: Exception | None = None, *, times: int = 1) -> None:
        """Have a call raise instead of being made, so many times."""
        self._planned[call] = _Fault(error or _unavailable(call), times, is_after=False)

    def heal(self, call: str) -> None:
        """Have a call succeed from now on."""
        del self._planned[call]

    def fail_every(self, method: str) -> None:
        """Have every call of a method raise, whatever its subject."""
        self._failing.add(method)

    def heal_every(self, method: str) -> None:
        """Have the calls of a method succeed from now on."""
        self._failing.discard(method)

    def lose_answer(self, call: str) -> None:
        """Have a call be made, and then raise."""
        self._planned[call] = _Fault(_unavailable(call), 1, is_after=True)

    def delay(self, call: str, *, seconds: float) -> None:
        """Have a call take so long."""
        self._delays[call] = seconds

    def die(self, call: str) -> None:
        """Have nothing reach the world from this call on: what a killed process leaves."""
        self._dies_at = call

    def through(self, port: Port) -> Port:
        """A port whose calls are noted and fail as planned."""
        return cast("Port", _Fallible(port, self))

    async def make(
        self, call: str, function: Callable[..., Any], *arguments: object, **options: object
    ) -> Any:  # noqa: ANN401  whatever the function returns
        """Make a call unless it is to fail."""
        self.calls.append(call)
        self._is_dead = self._is_dead or call == self._dies_at
        if self._is_dead or call.split(maxsplit=1)[0] in self._failing:
            raise _unavailable(call)
        fault = self._due(call)
        if fault is not None and not fault.is_after:
            raise fault.error
        await asyncio.sleep(self._delays.get(call, 0))
        answer = await function(*arguments, **options)
        if fault is not None:
            raise fault.error
        return answer

    def _due(self, call: str) -> _Fault | None:
        fault = self._planned.get(call)
        if fault is None or fault.times == 0:
            return None
        fault.times -= 1
        return fault


class _Fallible:
    def __init__(self, port: Any, faults: Faults) -> None:  # noqa: ANN401  any port
        self._port = port
        self._faults = faults

    def __getattr__(self, method: str) -> Callable[..., Any]:
        port_method = getattr(self._port, method)

        async def call(*arguments: Any, **options: Any) -> object:  # noqa: ANN401  any method's
            name = " ".join([method, *_subject(arguments)])
            return await self._faults.make(name, port_method, *arguments, **options)

        async def iterate(*arguments: Any) -> AsyncIterator[object]:  # noqa: ANN401  likewise
            for each in await self._faults.make(method, _listed, port_method(*arguments)):
                yield each

        return iterate if inspect.isasyncgenfunction(port_method) else call

    async def __call__(self, *arguments: object) -> object:
        return await self._faults.make("transform", self._port, *arguments)


async def _listed(found: AsyncIterator[object]) -> list[object]:
    return [each async for each in found]


def _subject(arguments: tuple[Any, ...]) -> list[str]:
    """What tells calls of a method apart: the folder of a curated file, the table of a day."""
    match arguments:
        case (CuratedFile() as file, _):
            return [file.key.partition("/day=")[0]]
        case (str(table), str()):
            return [table]
    return []


def _unavailable(call: str) -> AwsUnavailableError:
    return AwsUnavailableError(f"{call}: synthetic failure")
