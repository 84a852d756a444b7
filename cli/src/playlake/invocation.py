"""What every command is given: the project, where results go, where notices go."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.progress import track

from playlake.layout import check_layout
from playlake.local_aws import local_aws

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playlake.local_aws import LocalAws
    from playlake.project import Project

T = TypeVar("T")


@dataclass(slots=True)
class Invocation:
    """One run of the command.

    Attributes:
        project: the checkout and its local data.
        output: where results go, standard output.
        notices: where everything else goes, standard error.
        debug: whether an error shows its traceback.
    """

    project: Project
    output: Console = field(default_factory=Console)
    notices: Console = field(default_factory=lambda: Console(stderr=True))
    debug: bool = False

    def say(self, text: str) -> None:
        """Tell a person something that is no result."""
        self.notices.print(text, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def working(self, text: str) -> Iterator[None]:
        """Show that something takes a while: a spinner on a terminal, else a line."""
        if self.notices.is_terminal:
            with self.notices.status(text):
                yield
        else:
            self.say(text)
            yield

    def counting(self, things: Sequence[T], text: str) -> Iterator[T]:
        """Go through things while a bar, or a line where there is no terminal, shows how far."""
        if not self.notices.is_terminal:
            self.say(f"{text}: {len(things)}")
            yield from things
            return
        yield from track(things, text, console=self.notices, transient=True)

    @contextmanager
    def local_aws(self, port: int | None, *, any_layout: bool = False) -> Iterator[LocalAws]:
        """Use the project's local AWS, started when none runs.

        Args:
            port: the port to start on; None is the usual one, or another when that is taken.
            any_layout: whether a lake that version 0.1 wrote is taken too.

        Raises:
            CommandError: version 0.1 wrote the lake.
        """
        with ExitStack() as using:
            with self.working("Starting the local AWS"):
                aws = using.enter_context(local_aws(self.project, port=port, say=self.say))
            if not any_layout:
                check_layout(aws)
            yield aws
