"""Each quality rule: what breaks it, what does not, and what lies in quarantine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.transformer.curated import KEY, PLAYLIST_ID, curate, curate_entries, frame, part
from tests.unit.transformer.synthetic import album, artist, entry, episode, playlist, track

from playlake_transformer.domain.quality.rule import Severity
from playlake_transformer.domain.quality.rules import REFERENCES, RULES
from playlake_transformer.domain.sources.spotify import SPOTIFY
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from tests.unit.transformer.curated import Curated

    from playlake_transformer.domain.quality.rule import Reference

Json = dict[str, Any]
WEEK_MS = 7 * 24 * 3600 * 1000
NAME = "\u00e9" * 500  # 1,000 bytes


def of_album(**values: object) -> Json:
    return entry(track(2, album=album(2, **values)))


def of_artist(**values: object) -> Json:
    return entry(track(2, artists=[artist(2, **values)], album=album(2, artists=[])))


# By rule, an entry that breaks it, and one that is as close as can be and does not.
ENTRIES: dict[str, tuple[Json, Json]] = {
    "item_duration_negative": (entry(track(2, duration_ms=-1)), entry(track(2, duration_ms=0))),
    "item_duration_long": (
        entry(track(2, duration_ms=WEEK_MS + 1)),
        entry(track(2, duration_ms=WEEK_MS)),
    ),
    "item_added_too_early": (
        entry(track(2), added_at="1999-12-31T23:59:59Z"),
        entry(track(2), added_at="2000-01-01T00:00:00Z"),
    ),
    "item_added_too_late": (
        entry(track(2), added_at="2026-11-22T06:00:02Z"),
        entry(track(2), added_at="2026-11-22T06:00:01Z"),
    ),
    "item_added_unread": (
        entry(track(2), added_at="2020-02-30T00:00:00Z"),
        entry(track(2), added_at="1970-01-01T00:00:00Z"),
    ),
    "item_name_long": (entry(track(2, name=f"{NAME}x")), entry(track(2, name=NAME))),
    "track_popularity": (entry(track(2, popularity=101)), entry(track(2, popularity=100))),
    "track_duration_negative": (entry(track(2, duration_ms=-1)), entry(track(2, duration_ms=0))),
    "track_number_negative": (entry(track(2, track_number=-1)), entry(track(2, track_number=0))),
    "disc_number_negative": (entry(track(2, disc_number=-1)), entry(track(2, disc_number=0))),
    "track_nameless": (entry(track(2, name=" ")), entry(track(2, name="."))),
    "album_popularity": (of_album(popularity=-1), of_album(popularity=0)),
    "total_tracks_negative": (of_album(total_tracks=-1), of_album(total_tracks=0)),
    "album_nameless": (of_album(name=""), of_album(name=".")),
    "release_date_unread": (
        of_album(release_date="2020-02-30"),
        of_album(release_date="0000-00-00"),
    ),
    "release_date_early": (of_album(release_date="1849"), of_album(release_date="1850")),
    "release_date_late": (of_album(release_date="2032"), of_album(release_date="2031-12-31")),
    "artist_popularity": (of_artist(popularity=101), of_artist(popularity=100)),
    "artist_followers_negative": (
        of_artist(followers={"total": -1}),
        of_artist(followers={"total": 0}),
    ),
    "artist_nameless": (of_artist(name=None), of_artist(name=".")),
    "track_id_form": (entry(track(2, id="a" * 21)), entry(track(2, id="a" * 22))),
    "album_id_form": (of_album(id=f"{'a' * 21}-"), of_album(id="a" * 22)),
    "artist_id_form": (of_artist(id="\u00e9" * 11), of_artist(id="a" * 22)),
    "episode_id_form": (entry(episode(2, id="a" * 23)), entry(episode(2, id="a" * 22))),
}
PLAYLISTS: dict[str, tuple[Json, Json]] = {
    "playlist_nameless": ({"name": ""}, {"name": "."}),
    "playlist_name_long": ({"name": f"{NAME}x"}, {"name": NAME}),
}
BY_NAME = {rule.name: rule for rule in (*RULES, *SPOTIFY.rules)}


@dataclass(frozen=True, slots=True)
class Case:
    """The rows of a part where one of three entries breaks a rule, or none does."""

    curated: Curated
    middle: Json

    @property
    def broken(self) -> dict[str, Json]:
        """The rows of `quality_results` by rule."""
        return {row["rule"]: row for row in self.curated.rows("quality_results")}


def case(middle: Json) -> Case:
    good = [entry(track(1)), entry(track(3))]
    return Case(curate_entries(good[0], middle, good[1]), middle)


def test_every_rule_is_tested() -> None:
    tested = ENTRIES.keys() | PLAYLISTS.keys() | {"total_differs"}
    assert tested == BY_NAME.keys()
    assert len(BY_NAME) == len(RULES) + len(SPOTIFY.rules)


@pytest.mark.parametrize("rule", ENTRIES)
def test_a_rule_fires_and_counts(rule: str) -> None:
    row = case(ENTRIES[rule][0]).broken[rule]
    assert (row["table_name"], row["severity"]) == (BY_NAME[rule].table, BY_NAME[rule].severity)
    assert row["rows_broken"] == 1
    assert row["rows_checked"] >= 1
    assert row["examples"]


@pytest.mark.parametrize("rule", ENTRIES)
def test_a_rule_does_not_fire_on_what_is_just_right(rule: str) -> None:
    assert rule not in case(ENTRIES[rule][1]).broken


@pytest.mark.parametrize("rule", [r for r in ENTRIES if BY_NAME[r].severity is Severity.REJECT])
def test_what_is_rejected_lies_in_quarantine_as_it_was_sent(rule: str) -> None:
    broken = case(ENTRIES[rule][0])
    table = BY_NAME[rule].table
    [row] = [row for row in broken.curated.rows("quarantine") if row["table_name"] == table]
    assert (row["code"], row["playlist_id"], row["entry_position"]) == (
        "broken_rule",
        PLAYLIST_ID,
        1,
    )
    assert row["reason"] == f"{rule}: {BY_NAME[rule].message}"
    assert json.loads(row["raw"]) == json.loads(json.dumps(broken.middle))
    assert len(broken.curated.items) == 3
    if table == "playlist_items":
        position = broken.curated.items[1]
        assert position[BY_NAME[rule].column] is None
        assert position["reason"] == row["reason"]
        assert position["track_id"] == broken.middle["track"]["id"]
    else:
        assert (
            len(broken.curated.rows(table)) == len(case(ENTRIES[rule][1]).curated.rows(table)) - 1
        )


@pytest.mark.parametrize("rule", [r for r in ENTRIES if BY_NAME[r].severity is Severity.WARN])
def test_a_warning_takes_nothing_out(rule: str) -> None:
    warned = case(ENTRIES[rule][0])
    assert warned.curated.rows("quarantine") == []
    assert len(warned.curated.items) == 3
    assert warned.curated.items[1]["reason"] is None


@pytest.mark.parametrize("rule", PLAYLISTS)
def test_a_rule_on_playlists_fires_and_does_not(rule: str) -> None:
    for values, fires in zip(PLAYLISTS[rule], (True, False), strict=True):
        rows = curate(frame(playlist(**values))).rows("quality_results")
        assert ([row["rule"] for row in rows] == [rule]) is fires


@pytest.mark.parametrize(
    ("total", "complete", "fires"), [(2, True, True), (1, True, False), (2, False, False)]
)
def test_a_complete_snapshot_has_as_many_entries_as_its_total(
    total: int, complete: bool, fires: bool
) -> None:
    sent = playlist([entry(track(1))])
    sent["tracks"]["total"] = total
    rows = curate(frame(sent, complete=complete)).rows("quality_results")
    assert ([row["rule"] for row in rows] == ["total_differs"]) is fires


def test_a_row_that_breaks_two_rules_is_quarantined_once_with_both_reasons() -> None:
    broken = case(entry(track(2, popularity=101, disc_number=-1)))
    [row] = broken.curated.rows("quarantine")
    assert [sentence.partition(":")[0] for sentence in row["reason"].split("; ")] == [
        "track_popularity",
        "disc_number_negative",
    ]


def test_a_broken_rule_is_named_after_what_the_reason_says_already() -> None:
    restricted = track(2, duration_ms=-1, restrictions={"reason": "market"})
    reason = case(entry(restricted)).curated.items[1]["reason"]
    assert reason == "restricted: market; item_duration_negative: the length is negative"


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_a_reference_to_a_rejected_row_is_counted(reference: Reference) -> None:
    rejected = {
        "tracks": track(2, popularity=101),
        "albums": track(2, album=album(2, popularity=-1)),
    }
    by_artist = artist(2, popularity=-1)
    rejected["artists"] = track(2, artists=[by_artist], album=album(2, artists=[by_artist]))
    assert case(entry(rejected[reference.to])).broken[reference.name]["rows_broken"] == 1
    assert reference.name not in case(entry(track(2))).broken


@pytest.mark.parametrize(("bad", "alarms"), [(19, False), (20, True)])
def test_a_rule_raises_an_alarm_beyond_what_is_tolerated(bad: int, alarms: bool) -> None:
    entries = [entry(track(n, popularity=101 if n < bad else 50)) for n in range(100)]
    curated = curate_entries(*entries)
    [row] = [row for row in curated.rows("quality_results") if row["rule"] == "track_popularity"]
    assert row["is_alarming"] is alarms
    alarming = curated.transformed.alarming
    assert alarming.get("track_popularity") == (bad if alarms else None)
    assert row["examples"].count(",") == 2


def test_the_raw_json_is_found_in_any_snapshot_and_page() -> None:
    first = frame(playlist([entry(track(1))]), playlist_id="first")
    pages = [[entry(track(2)), entry(track(3))], [entry(track(4)), entry(track(5, popularity=-1))]]
    long = frame(playlist([entry(track(9))]), *map(page_of, pages), playlist_id="long")
    curated = curate(b"junk", first, long)
    [row] = [row for row in curated.rows("quarantine") if row["code"] == "broken_rule"]
    assert (row["playlist_id"], row["entry_position"]) == ("long", 4)
    assert json.loads(row["raw"])["track"]["id"] == track(5)["id"]


def page_of(entries: list[Json]) -> Json:
    return {"items": entries, "total": 5, "offset": None}


def test_a_second_snapshot_of_a_playlist_is_quarantined_whole() -> None:
    once = frame(playlist([entry(track(1))]))
    again = frame(playlist([entry(track(2))]))
    curated = curate(once, again)
    assert [row["track_id"] for row in curated.items] == [track(1)["id"]]
    assert len(curated.rows("playlists")) == 1
    [row] = curated.rows("quarantine")
    assert (row["code"], row["table_name"]) == ("duplicate_snapshot", "playlists")
    assert row["raw"].encode() == again
    assert transform(part(once, again), KEY).snapshots == 2
