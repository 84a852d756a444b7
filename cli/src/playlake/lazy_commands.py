"""Commands that are imported when they run, under headings, with help that fits 60 columns."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from playlake.command_table import COMMANDS, CommandEntry
from playlake.usage import unknown_command

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter

HELP_NAMES = {"help_option_names": ["-h", "--help"]}
# What an example does follows it, further to the right.
_EXPLAINED = re.compile(r"(?P<command>.*?\S)(?:\s{2,}(?P<explanation>.*))?")


class Terminated(SystemExit):
    """SIGTERM asks the command to end."""


class ExplainedCommand(TyperCommand):
    """A command whose epilog is examples, one a line, with what each does further to the right."""

    def format_epilog(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the examples."""
        del ctx
        write_examples(formatter, self.epilog or "")


class LazyCommand(TyperCommand):
    """Stands for a command that is imported when it is used."""

    def __init__(self, entry: CommandEntry) -> None:
        super().__init__(entry.name, short_help=entry.summary)
        self._entry = entry

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: object
    ) -> Context:
        """Import the command and parse its arguments."""
        return load(self._entry).make_context(info_name, args, parent, **extra)


class LazyGroup(TyperGroup):
    """The commands of the table, each imported when it is used."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - typer's own
        super().__init__(**attributes)
        for entry in COMMANDS.values():
            self.add_command(LazyCommand(entry))

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """Find the command that the arguments begin with.

        Raises:
            UnknownCommandError: there is none; a shell that completes gets no command instead.
        """
        if args[0] not in self.commands and not ctx.resilient_parsing:
            raise unknown_command(args[0], self.commands)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Context) -> object:
        """Run the command; when it is stopped, say what is kept and how to go on."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, Terminated):
            if entry := COMMANDS.get(ctx.invoked_subcommand or ""):
                ctx.obj.say(f"playlake: stopped: {entry.when_stopped}")
            raise

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the commands under their headings, then the options."""
        self.format_commands(ctx, formatter)
        records = (option.get_help_record(ctx) for option in self.get_params(ctx))
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record])

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the commands under their headings."""
        del ctx
        width = max(map(len, COMMANDS))
        for heading in dict.fromkeys(entry.heading for entry in COMMANDS.values()):
            found = (entry for entry in COMMANDS.values() if entry.heading == heading)
            with formatter.section(heading):
                formatter.write_dl([(entry.name.ljust(width), entry.summary) for entry in found])

    def format_epilog(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the examples."""
        del ctx
        write_examples(formatter, self.epilog or "")


@cache
def load(entry: CommandEntry) -> Command:
    """Import a command."""
    path, function = entry.place
    module = import_module(path)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    register = alone.command(
        entry.name, cls=ExplainedCommand, epilog=module.EXAMPLES, context_settings=HELP_NAMES
    )
    register(getattr(module, function))
    return typer.main.get_command(alone)


def write_examples(formatter: HelpFormatter, examples: str) -> None:
    """Write examples beside what they do, or above it where the lines would be too long."""
    found = map(_EXPLAINED.fullmatch, examples.strip("\b\n").splitlines())
    rows = [(match["command"], match["explanation"] or "") for match in found if match]
    column = max((len(command) for command, explanation in rows if explanation), default=0) + 2
    longest = max((column + len(explanation) for _, explanation in rows), default=0)
    with formatter.section("Examples"):
        indent = " " * formatter.current_indent
        beside = longest + len(indent) <= formatter.width
        for command, explanation in rows:
            gap = " " * (column - len(command)) if beside else f"\n{indent * 3}"
            formatter.write(f"{indent}{command}{gap if explanation else ''}{explanation}\n")
