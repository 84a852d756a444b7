"""The table of the commands: where each is, its heading, its summary, what a stop leaves behind.

It imports no command, so that `playlake --help` and shell completion are fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNCHANGED: Final = "nothing was changed"


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """One command, described without importing it.

    Attributes:
        name: the word that runs it.
        heading: what a person wants to do with it.
        summary: one sentence for lists, the first line of the command's docstring as well.
        when_stopped: what is kept after Ctrl-C, and how to go on.
        module: its module in `playlake.commands`, if not the name.
        function: its function in that module, if not the name.
    """

    name: str
    heading: str
    summary: str
    when_stopped: str = _UNCHANGED
    module: str = ""
    function: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """The module and the function of the command."""
        return f"playlake.commands.{self.module or self.name}", self.function or self.name


_ENTRIES: Final = (
    CommandEntry(
        "demo",
        "Try it",
        "Run the whole pipeline over a simulated week, and ask the lake four questions.",
        "the lake of an earlier demonstration is kept; run `playlake demo` to start again",
    ),
    CommandEntry(
        "login",
        "Keep your playlists",
        "Log in to Spotify, and store the credentials that runs use.",
        "nothing was stored unless it says so above; run `playlake login` to start again",
    ),
    CommandEntry(
        "run",
        "Keep your playlists",
        "Take a snapshot of your playlists, and transform it.",
        "what was landed is kept; run `playlake run` to take a new snapshot",
    ),
    CommandEntry(
        "import",
        "Keep your playlists",
        "Land playlists that were saved as files, whoever saved them.",
        "what was landed is kept; import the same files with the same --at to go on, nothing is "
        "landed twice",
        module="import_",
        function="import_files",
    ),
    CommandEntry(
        "schedule",
        "Keep your playlists",
        "Run `playlake run` at fixed times, without Docker and without AWS.",
    ),
    CommandEntry(
        "notify",
        "Keep your playlists",
        "Show where notices of runs are sent, or send a test there.",
        "a test may have been sent; run `playlake notify --test` to send it to all",
    ),
    CommandEntry(
        "up",
        "Look back",
        "Show a lake in the browser until Ctrl-C.",
        "the page is not served any more, and what was landed is kept; run `playlake up` to see it "
        "again",
    ),
    CommandEntry(
        "show",
        "Look back",
        "Show a playlist as it was at any moment.",
    ),
    CommandEntry(
        "diff",
        "Look back",
        "Show what changed in a playlist between two moments.",
    ),
    CommandEntry(
        "history",
        "Look back",
        "Show the timeline of a playlist, or where a song has been.",
    ),
    CommandEntry(
        "restore",
        "Keep your playlists",
        "Make a new playlist with what an old one held on a day.",
        "what was added is kept; run the same `playlake restore` again to go on",
    ),
    CommandEntry(
        "query",
        "Ask",
        "Run SQL over the tables of the lake.",
    ),
    CommandEntry(
        "tables",
        "Ask",
        "Show the tables of the lake, or the columns of one.",
    ),
    CommandEntry(
        "runs",
        "Ask",
        "Show the newest runs, or what became of every playlist in one.",
    ),
    CommandEntry(
        "status",
        "Ask",
        "Show how the lake is doing, what needs a look, and the last runs.",
    ),
    CommandEntry(
        "doctor",
        "Look after the lake",
        "Look at the login, at the source, at the lake, and at where notices are sent.",
        "the lake was not changed; run `playlake doctor` again to look at everything",
    ),
    CommandEntry(
        "transform",
        "Look after the lake",
        "Transform every raw object that is landed and not yet in the tables.",
        "what was transformed is kept; run `playlake transform` again to go on",
    ),
    CommandEntry(
        "reconcile",
        "Look after the lake",
        "Find raw objects that were landed and left, and go on with them.",
        "what was gone on with is kept; run `playlake reconcile` again",
    ),
    CommandEntry(
        "replay",
        "Look after the lake",
        "Transform raw objects again, whether or not they are committed.",
        "what was replayed is kept; run the same `playlake replay` again to go on",
    ),
    CommandEntry(
        "backfill",
        "Look after the lake",
        "Transform many raw objects at once, here or on Spark.",
        "what was committed is kept; run the same `playlake backfill` again to go on",
    ),
    CommandEntry(
        "dlq",
        "Look after the lake",
        "List what was rejected, with the reasons.",
    ),
    CommandEntry(
        "redrive",
        "Look after the lake",
        "Have what was rejected processed anew, after its cause is mended.",
        "nothing is lost; run `playlake redrive` again to go on",
    ),
    CommandEntry(
        "dismiss",
        "Look after the lake",
        "Let what was rejected count and alarm no more.",
        "what was dismissed stays so; run the same `playlake dismiss` again to go on",
    ),
    CommandEntry(
        "quality",
        "Look after the lake",
        "Show the quality rules that rows broke, by day, with examples.",
    ),
    CommandEntry(
        "check",
        "Look after the lake",
        "Check the rows of a sample of parts against the data model.",
    ),
    CommandEntry(
        "lake",
        "Look after the lake",
        "List the lakes that are known here, check every object of one, or repair it.",
        "what was repaired is kept; run `playlake lake repair` again to go on",
    ),
    CommandEntry(
        "compact",
        "Look after the lake",
        "Make one file a table and month of the days that are over, for faster queries.",
        "what was compacted is kept; run `playlake compact` again to go on",
    ),
    CommandEntry(
        "retention",
        "Look after the lake",
        "Show how long snapshots are kept and what would expire, or remove it.",
        "what was removed stays so; run `playlake retention --apply` again to go on",
    ),
    CommandEntry(
        "iceberg",
        "Look after the lake",
        "Adopt the committed files of a lake into Iceberg tables, without copying them.",
        "what was committed to a table is kept; run `playlake iceberg sync` again to go on",
    ),
    CommandEntry(
        "erase",
        "Look after the lake",
        "Erase a person or a playlist from the lake, for good.",
        "what was erased is gone; run the same `playlake erase` again to erase the rest",
    ),
    CommandEntry(
        "export",
        "Look after the lake",
        "Write every table of a lake to a file of its own.",
        "no file was written",
    ),
    CommandEntry(
        "powerbi",
        "Look after the lake",
        "Write a Power BI project that reads the lake: a model with measures, and a report.",
        "no file was written",
    ),
    CommandEntry(
        "pull",
        "On AWS",
        "Bring what a lake on AWS has committed to a lake in a folder.",
        "what was copied is kept; run the same `playlake pull` again to go on",
    ),
    CommandEntry(
        "push",
        "On AWS",
        "Land the raw objects of a lake in a folder on AWS, where they are transformed.",
        "what was landed is kept; run the same `playlake push` again to go on",
    ),
    CommandEntry(
        "snowflake",
        "On AWS",
        "Write the SQL that attaches a lake to Snowflake, or check an account.",
        "nothing was changed in Snowflake, and no file was written",
    ),
    CommandEntry(
        "cost",
        "On AWS",
        "Estimate a deployment's monthly bill from its template and AWS's list prices.",
    ),
)

COMMANDS: Final[Mapping[str, CommandEntry]] = MappingProxyType(
    {entry.name: entry for entry in _ENTRIES}
)
