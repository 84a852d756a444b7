"""The screens of the reading commands at four widths, as files; all data is synthetic.

After a wanted change write them anew by `python tests/unit/cli/test_screens.py`, and read them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shown_histories
from web_lakes import WELL

from playlake.checking.report import Finding, Report
from playlake.checking.violations import Violation
from playlake.commands.compact import months_table
from playlake.commands.compact import screen as compacted_screen
from playlake.commands.dlq import rejected_table
from playlake.commands.reconcile import screen as reconciled_screen
from playlake.commands.tables import tables_table
from playlake.output import changes, stays, timelines
from playlake.output import playlists as playlist_output
from playlake.output.checks import screen as checked_screen
from playlake.output.restoring import left_out_tables, refused
from playlake.output.restoring import screen as restoring_screen
from playlake.output.runs import parts_table, playlists_table, runs_table, summary
from playlake.output.screen import laid_out
from playlake.output.table import table_of
from playlake.restoring.plan import plan_of
from playlake.restoring.record import Progress
from playlake.serving.looking import Look
from playlake.watching.shown import parts_of
from playlake.watching.status import Seen
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest, PartSummary, PlaylistOutcome
from playlake_contracts.outcomes import Outcome
from playlake_contracts.tables import TABLES
from playlake_lake.compaction.compacted import Compacted
from playlake_lake.compaction.in_force import CompactedFile, Month
from playlake_lake.delivery import Reconciled, Rejected
from playlake_lake.history.values import Entry
from playlake_lake.results import Column, Result
from playlake_web.facts.pipeline import Crawler, Schedule, Status

if TYPE_CHECKING:
    from playlake.output.screen import Part
    from playlake.output.table import Table
    from playlake.restoring.plan import Plan
    from playlake_lake.results import Value

SCREENS = Path(__file__).parents[2] / "golden" / "screens"
WIDTHS = (60, 80, 120, 200)
DAY = datetime(2026, 11, 21, 6, tzinfo=UTC)
IDS = ("37i9dQZF1wY0COoukxidgG", "2Jcn87NOT9C2h96HKTGu14", "5OdDNpt3LCDt8LjPw8qwBg")
RUN_IDS = ("20261121T060000Z-wrjkwl", "20261120T060000Z-nd6rcr")
RAW = tuple(
    f"raw/source=spotify/snapshot_date=2026-11-21/run={RUN_IDS[0]}/{name}"
    for name in ("manifest.json", "part-0001.jsonl.zst")
)

PLAYLISTS = [
    PlaylistOutcome(
        playlist_id=IDS[0], outcome=Outcome.GONE, reason="Spotify answered 404 (Not found)"
    ),
    PlaylistOutcome(
        playlist_id=IDS[1],
        outcome=Outcome.LANDED,
        name="Everything, always, and a name that is far too long for any screen",
        entries=2000,
        total=2003,
        part="part-0000",
    ),
    PlaylistOutcome(
        playlist_id=IDS[2],
        outcome=Outcome.UNCHANGED,
        name="🏴 قائمة الشتاء 冬のリスト",
        entries=136,
        total=136,
        unchanged_since=RUN_IDS[1],
    ),
]


def manifest(run_id: str, ago: int) -> Manifest:
    started = DAY - timedelta(days=ago)
    return Manifest(
        source="spotify",
        run_id=run_id,
        trigger="schedule",
        extractor_version="0",
        scheduled_at=started,
        started_at=started,
        finished_at=started + timedelta(minutes=20, seconds=1),
        configured=3,
        requests=1234,
        retries=5,
        waited_seconds=61.4,
        playlists=PLAYLISTS,
        parts=[
            PartSummary(
                part="part-0000",
                key=f"raw/source=spotify/day=2026-11-21/run={run_id}/part-0000.jsonl.zst",
                snapshots=1,
                entries=2000,
                json_bytes=20_334_663,
                bytes=516_095,
                sha256="",
            )
        ],
    )


def playlists() -> Table:
    """What `SELECT * FROM playlists` finds, in part."""
    columns = [
        ("run_id", "varchar"),
        ("snapshot_date", "varchar"),
        ("fetched_at", "timestamp"),
        ("playlist_id", "varchar"),
        ("name", "varchar"),
        ("description", "varchar"),
        ("is_public", "boolean"),
        ("followers", "bigint"),
        ("image_url", "varchar"),
        ("genres", "array(varchar)"),
    ]
    image = "https://i.scdn.co/image/ab67616d00001e0267f1f6deb4cd4f7298a1d0c1"
    text = "A description that goes on and on. " * 12
    rows: list[tuple[Value, ...]] = [
        (RUN_IDS[0], "2026-11-21", DAY, IDS[1], "Für später", text, True, 7, image, ["a", "b"]),
        (RUN_IDS[0], "2026-11-21", DAY, IDS[2], "冬のリスト \x1b[2J", None, False, None, None, []),
    ]
    return table_of(Result(tuple(Column(*each) for each in columns), rows))


def songs() -> Table:
    """Three columns, which fit."""
    columns = (
        Column("song_id", "varchar"),
        Column("song", "varchar"),
        Column("artists", "varchar"),
        Column("popularity", "integer"),
    )
    rows = [
        (IDS[0], "Hold the Broken Reservoir", "Kofi Thorne, Søren Almeida, Uma Núñez", 96),
        (IDS[1], "겨울의 노래 (feat. The Pale Balconys)", "ザ・マイルド・キッチンズ", None),
    ]
    return table_of(Result(columns, list(rows)))


def rejected() -> list[Rejected]:
    """A part with a reason that is long, and a message that SQS moved by itself."""
    reason = f"{RAW[1]} has 2003 entries, but they became 2000 rows"
    return [
        Rejected(RAW[1], "count_mismatch", reason, DAY),
        Rejected(RAW[0], None, "SQS moved the message", DAY),
    ]


def checked(*found: Violation) -> Report:
    """Three parts of two days."""
    report = Report(1200, days={"2026-11-20", "2026-11-21"}, checked=3, failed=min(len(found), 2))
    report.parts.update({"tracks": 3, "albums": 2})
    report.rows.update({"tracks": 18_507, "albums": 2003, "artists": 0})
    for one in found:
        finding = Finding(one, RawKey.parse(RAW[1]), parts=1, count=one.count)
        report.findings[one.table, one.column, one.rule] = finding
    return report


def violations() -> list[Violation]:
    """A value, a key and a file."""
    key = ", ".join(TABLES["albums"].key)
    lost = "the file is missing, with 2,003 rows"
    return [
        Violation(
            "tracks", "popularity", "is between 0 and 100", 7, f"track_id {IDS[0]}, popularity 101"
        ),
        Violation("albums", key, "is the key of one row", 2, f"album_id {IDS[1]}"),
        Violation("artists", "", "is there", 1, lost, is_damage=True),
    ]


def counted() -> Table:
    names = ("table_name", "row_count", "day_count")
    counts: list[tuple[str, int, int | None]] = [
        (name, 18507 * place, 7) for place, name in enumerate(TABLES)
    ]
    counts += [(name, 2017, None) for name in HISTORY_TABLES]
    return tables_table(Result(tuple(Column(name, "bigint") for name in names), list(counts)))


def state() -> tuple[Part, ...]:
    """A lake on AWS of which something is stuck, and something was rejected."""
    rows = [(run_id, 12, 11, 0, 1, 2, 2645, 0, DAY) for run_id in RUN_IDS]
    waits = {
        "waiting": 2,
        "waiting_since": DAY - timedelta(hours=5),
        "dead_letters": 3,
        "dead_since": DAY - timedelta(days=3),
        "queued": 0,
        "in_flight": 0,
        "overwrites": 40,
        "crawler": Crawler(state="ready", last="succeeded", crawled_at=DAY),
    }
    schedule = Schedule(every_seconds=86_400, next_run_at=DAY + timedelta(days=1), failed=None)
    around = WELL.model_copy(update=waits)
    status = Status(
        **dict(around),
        at=DAY,
        last_commit_at=DAY,
        operation=None,
        schedule=schedule,
        version="0.1.0",
        process=None,
    )
    place = "s3://playlake-raw-123456789012-eu-central-1"
    seen = Seen(place, is_synthetic=False, look=Look.at(status), runs=Result((), list(rows)))
    return tuple(parts_of(seen))


def compacted() -> list[Compacted]:
    """A month that is new, one that was opened again, and one that changed meanwhile."""
    file = CompactedFile(key="", rows=26_000_000, size=53_300_000, md5="")
    month = Month(inputs="", marks="", days=(), parts=2, tables={"tracks": file, "albums": None})
    return [
        Compacted(month="2026-09", days=2, parts=2, why="new", made=month),
        Compacted(
            month="2026-10",
            days=2,
            parts=2,
            why="parts added: 2, parts changed: 1",
            made=month,
        ),
        Compacted(month="2026-11", days=2, parts=2, why="parts added: 2", made=None),
    ]


def restore_plan() -> Plan:
    """A playlist of which some positions cannot be restored."""
    artists = "Kofi Thorne, Søren Almeida, Uma Núñez"
    songs = [Entry(f"spotify:track:{each}", DAY, name="Hold the Broken Reservoir") for each in IDS]
    odd = [
        Entry("spotify:local:a:b:c:1", DAY, None, "local", "Rehearsal, second take", artists),
        Entry("spotify:local:a:b:d:1", DAY, None, "local", "🏴 قائمة الشتاء \x1b[2J"),
        Entry(None, DAY, None, "unavailable"),
        Entry(f"spotify:track:{IDS[1]}", DAY, None, "unavailable"),
        Entry(None, DAY, None, "unreadable"),
    ]
    many = [Entry("spotify:local:a:b:e:1", DAY, None, "local", f"Take {each}") for each in range(9)]
    return plan_of(
        (*songs, *odd, *many, *songs * 4000),
        old_name="Everything, always, and a name that is far too long for any screen",
        old_id=IDS[0],
        day="2026-11-20",
        name=None,
        public=False,
    )


def restored() -> tuple[Table | str, ...]:
    plan = restore_plan()
    progress = Progress(name=plan.name, mark="", user_id="robin", done=300, refused=[1, 2])
    return (
        *restoring_screen(plan, DAY, "playlist-modify-private", progress),
        *left_out_tables(refused(plan, progress)),
    )


def parts() -> dict[str, tuple[Part, ...]]:
    """What each screen shows."""
    runs = [manifest(run_id, ago) for ago, run_id in enumerate(RUN_IDS)]
    one = runs[0]
    return {
        "check": tuple(checked_screen(checked(), None, "demo")),
        "check-broken": tuple(
            checked_screen(checked(*violations()), "playlake lake repair /lakes/demo", "demo")
        ),
        "compact": tuple(compacted_screen(months_table(compacted(), is_plan=False), ["2026-11"])),
        "diff": tuple(changes.screen(shown_histories.compared(), None)),
        "diff-two": tuple(changes.screen(shown_histories.two_compared(), 5)),
        "dlq": (rejected_table(rejected()),),
        "history": tuple(timelines.screen(shown_histories.told(), 8, every=False)),
        "history-all": tuple(timelines.screen(shown_histories.told(), 8, every=True)),
        "history-song": tuple(stays.screen(shown_histories.stays(), 7)),
        "query": (songs(), "7 more rows: --limit 9 shows all"),
        "query-wide": (playlists(),),
        "reconcile": tuple(reconciled_screen(Reconciled(5, 3, [(RAW[0], RAW[1])]))),
        "restore": restored(),
        "runs": (runs_table(runs),),
        "runs-one": (playlists_table(one.playlists), parts_table(one), summary(one)),
        "show": tuple(playlist_output.screen(shown_histories.shown(), 8, is_gone_now=True)),
        "status": state(),
        "tables": (counted(),),
    }


def text(name: str, width: int) -> str:
    return laid_out(parts()[name], width)


def path(name: str, width: int) -> Path:
    return SCREENS / f"{name}-{width}.txt"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", parts())
def test_a_screen_is_as_it_was(name: str, width: int) -> None:
    assert text(name, width) == path(name, width).read_text(encoding="utf-8")


if __name__ == "__main__":
    for each in parts():
        for cells in WIDTHS:
            path(each, cells).write_text(text(each, cells), encoding="utf-8")
