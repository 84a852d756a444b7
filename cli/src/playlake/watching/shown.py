"""What `playlake status` shows of a lake: for a person, and for a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from playlake.output.formats import json_text, objects
from playlake.output.table import Field, Kind, Table
from playlake.serving.looking import commands_for

if TYPE_CHECKING:
    from typing import Any

    from playlake.output.screen import Part
    from playlake.watching.status import Seen
    from playlake_web.pages.status import Trouble

_WORDS: Final = {"well": "well", "idle": "idle", "warn": "look", "bad": "not well"}
_STYLES: Final = {"well": "", "idle": "dim", "warn": "yellow", "bad": "red"}
_STATE: Final = (
    Field("what", Kind.WORD, 9),
    Field("state", Kind.WORD, 9),
    Field("detail", Kind.PROSE, 8, "how it is"),
)
_RUNS: Final = (
    Field("run_id", Kind.ID, 9, "run"),
    Field("playlists", Kind.COUNT, 5),
    Field("landed", Kind.COUNT, 7),
    Field("unchanged", Kind.COUNT, 4),
    Field("unread", Kind.COUNT, 8),
    Field("parts", Kind.COUNT, 1),
    Field("items", Kind.COUNT, 6),
    Field("quarantined", Kind.COUNT, 3),
    Field("committed_at", Kind.MOMENT, 2, "committed"),
)


def parts_of(seen: Seen, most_runs: int | None = None) -> list[Part]:
    """What a person is shown.

    Args:
        seen: the lake.
        most_runs: the most runs that are shown; None is all that were read.
    """
    look = seen.look
    lines = look.health.lines
    rows = [(line.name, _WORDS[line.state], line.detail) for line in lines]
    contents = "invented music" if seen.is_synthetic else "your playlists"
    rows = [("In it", "", contents), *rows]
    styles = ["", *(_STYLES[line.state] for line in lines)]
    runs = seen.runs.rows[:most_runs]
    return [
        f"{seen.place}",
        f"{look.answer} {look.evidence}",
        *map(_sentence, look.troubles),
        "",
        Table(_STATE, rows, styles=styles),
        Table(_RUNS, runs) if runs else "No run has been transformed yet.",
    ]


def status_json(seen: Seen) -> str:
    """What a program gets: what `GET /status` gives, and more about the lake."""
    return json_text(_object(seen))


def status_line(seen: Seen) -> str:
    """The same in one line."""
    return json.dumps(json.loads(status_json(seen)), ensure_ascii=False) + "\n"


def _object(seen: Seen) -> dict[str, Any]:
    look = seen.look
    return {
        "lake": seen.place,
        "contents": "invented music" if seen.is_synthetic else "your playlists",
        "answer": look.answer,
        "state": look.health.state,
        **look.status.model_dump(mode="json"),
        "health": [line.model_dump(mode="json") for line in look.health.lines],
        "runs": objects(Table(_RUNS, seen.runs.rows)),
    }


def _sentence(trouble: Trouble) -> str:
    said = f"- {trouble.heading} ({trouble.word.lower()}). {trouble.text} {commands_for(trouble)}"
    return said.rstrip()
