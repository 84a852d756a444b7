"""What every command is given: the project, where results go, where notices go."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from playlake.local_aws import LocalAws
    from playlake.project import Project

T = TypeVar("T")


class Invocation:
    """One run of the command.

    What a short command such as `--help` does not use is imported on first use.

    Attributes:
        project: the files that ship, and the local data.
        debug: whether an error shows its traceback.
    """

    def __init__(
        self, project: Project, output: Console | None = None, notices: Console | None = None
    ) -> None:
        self.project = project
        self.debug = False
        self._output = output
        self._notices = notices

    @property
    def output(self) -> Console:
        """Where results go, standard output."""
        if self._output is None:
            self._output = _console()
        return self._output

    @property
    def notices(self) -> Console:
        """Where everything else goes, standard error."""
        if self._notices is None:
            self._notices = _console(stderr=True)
        return self._notices

    def at(self, project: Project) -> Invocation:
        """The same invocation with another project."""
        moved = Invocation(project, self.output, self.notices)
        moved.debug = self.debug
        return moved

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
        from rich.progress import track  # noqa: PLC0415 - on first use

        yield from track(things, text, console=self.notices, transient=True)

    @contextmanager
    def local_aws(self, port: int | None) -> Iterator[LocalAws]:
        """Use the local AWS of the home, started when none runs.

        Args:
            port: the port to start on; None is the usual one, or another when that is taken.
        """
        from playlake.local_aws import local_aws  # noqa: PLC0415 - on first use

        with ExitStack() as using:
            with self.working("Starting the local AWS"):
                aws = using.enter_context(local_aws(self.project, port=port, say=self.say))
            yield aws


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console  # noqa: PLC0415 - on first use

    return Console(stderr=stderr)
