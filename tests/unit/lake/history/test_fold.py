"""What each observation means for the history of a playlist. All observations are synthetic."""

from __future__ import annotations

import pytest
from synthetic_histories import contents, instant, shown

from playlake_contracts.outcomes import Outcome
from playlake_lake.history import (
    Change,
    ChangeKind,
    History,
    Instant,
    Metadata,
    Observation,
    State,
    advance,
    fold,
)

SILENT = [
    outcome
    for outcome in Outcome
    if outcome not in {Outcome.LANDED, Outcome.UNCHANGED, Outcome.GONE}
]


def landed(hour: int, text: str, metadata: Metadata | None = None) -> Observation:
    return Observation.landed(instant(hour), contents(text), metadata)


def unchanged(hour: int, since: Observation) -> Observation:
    return Observation.unchanged(instant(hour), since.instant.run_id, since.contents)


def gone(hour: int) -> Observation:
    return Observation.gone(instant(hour))


def hour_of(moment: Instant | None) -> int | None:
    return None if moment is None else int(moment.run_id.removeprefix("run"))


def changes(history: History) -> list[str]:
    """Each change as a text: the interval in hours, the kind, the entry or the values."""
    return [f"({hour_of(one.since)},{hour_of(one.seen)}] {said(one)}" for one in history.changes]


def said(change: Change) -> str:
    if change.entry is not None:
        return f"{change.kind} {shown((change.entry,))}"
    return f"{change.kind} {change.old}>{change.new}" if change.new else change.kind.value


def stays(history: History) -> list[str]:
    """Each membership as a text: entry, copy, joined in, left in, whether it is there."""
    return [
        f"{one.entry.known_as}#{one.joining.copy} "
        f"({hour_of(one.joining.last_missing)},{hour_of(one.joining.first_seen)}] "
        f"({hour_of(one.last_seen)},{hour_of(one.first_missing)}] {one.still_there}"
        for one in history.memberships
    ]


def test_a_playlist_without_observations_has_no_history() -> None:
    history = fold([])
    assert (history.changes, history.memberships, history.timeline) == ((), (), ())


def test_what_is_there_first_joined_at_an_unknown_time() -> None:
    history = fold([landed(1, "A B")])
    assert changes(history) == []
    assert stays(history) == ["A#1 (None,1] (1,None] True", "B#1 (None,1] (1,None] True"]


def test_entries_join_and_leave_between_two_observations() -> None:
    history = fold([landed(1, "A B"), landed(2, "B C"), landed(5, "C")])
    assert changes(history) == ["(1,2] removed A", "(1,2] added C", "(2,5] removed B"]
    assert stays(history) == [
        "A#1 (None,1] (1,2] False",
        "B#1 (None,1] (2,5] False",
        "C#1 (1,2] (5,None] True",
    ]


def test_unchanged_asserts_the_contents_again_at_its_own_time() -> None:
    first = landed(1, "A")
    history = fold([first, unchanged(2, first), unchanged(3, first), landed(4, "B")])
    assert changes(history) == ["(3,4] removed A", "(3,4] added B"]
    assert stays(history) == ["A#1 (None,1] (3,4] False", "B#1 (3,4] (4,None] True"]


def test_unchanged_after_an_imported_run_asserts_the_older_contents() -> None:
    first = landed(1, "A")
    history = fold([first, landed(2, "B"), unchanged(3, first)])
    assert changes(history) == [
        "(1,2] removed A", "(1,2] added B", "(2,3] removed B", "(2,3] added A",
    ]  # fmt: skip
    assert stays(history)[-1] == "A#2 (2,3] (3,None] True"


def test_unchanged_since_a_run_that_the_lake_lacks_asserts_nothing_and_is_counted() -> None:
    lost = Observation.unchanged(instant(3), "expired", None)
    history = fold([landed(1, "A"), lost, landed(4, "A")])
    assert stays(history) == ["A#1 (None,1] (4,None] True"]
    assert [(row.runs, row.silent, row.unresolved) for row in history.timeline] == [(3, 1, 1)]
    only = fold([lost])
    assert stays(only) == []
    assert [(row.standing, row.unresolved) for row in only.timeline] == [("unknown", 1)]


def test_unchanged_needs_no_contents_while_those_of_its_run_are_in_force() -> None:
    first = landed(1, "A B hole")
    short = [Observation.unchanged(instant(hour), "run00001", None) for hour in (2, 3)]
    assert fold([first, *short]) == fold([first, unchanged(2, first), unchanged(3, first)])


def test_unchanged_contents_are_not_compared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    second = landed(2, "A hole")
    state = fold([landed(1, "A B"), second]).state
    monkeypatch.delattr("playlake_lake.history.folding.difference")
    assert advance(state, unchanged(3, second)).changes == []


@pytest.mark.parametrize("outcome", [*SILENT, Outcome.LANDED])
def test_other_outcomes_and_incomplete_snapshots_assert_nothing(outcome: Outcome) -> None:
    silent = Observation.silent(instant(2), outcome)
    history = fold([landed(1, "A"), silent, landed(3, "B")])
    assert changes(history) == ["(1,3] removed A", "(1,3] added B"]
    assert stays(history) == ["A#1 (None,1] (1,3] False", "B#1 (1,3] (3,None] True"]
    assert [row.silent for row in history.timeline] == [1, 0]


def test_gone_opens_a_gap_and_removes_no_entry() -> None:
    observed = [landed(1, "A B"), gone(2), gone(3)]
    history = fold(observed)
    assert changes(history) == ["(1,2] gone"]
    assert stays(history) == ["A#1 (None,1] (1,None] None", "B#1 (None,1] (1,None] None"]
    history = fold([*observed, landed(5, "A C")])
    assert changes(history) == [
        "(1,2] gone", "(1,5] returned", "(1,5] removed B", "(1,5] added C",
    ]  # fmt: skip
    assert stays(history) == [
        "B#1 (None,1] (1,5] False",
        "A#1 (None,1] (5,None] True",
        "C#1 (1,5] (5,None] True",
    ]


def test_a_playlist_that_was_gone_at_first_returns() -> None:
    history = fold([gone(1), landed(2, "A")])
    assert changes(history) == ["(None,1] gone", "(None,2] returned"]
    assert stays(history) == ["A#1 (None,2] (2,None] True"]


def test_an_entry_that_comes_again_has_a_second_membership() -> None:
    history = fold([landed(1, "A"), landed(2, ""), landed(3, "A A")])
    assert stays(history) == [
        "A#1 (None,1] (1,2] False",
        "A#2 (2,3] (3,None] True",
        "A#3 (2,3] (3,None] True",
    ]


def test_an_entry_that_was_readded_between_two_observations_stays() -> None:
    history = fold([landed(1, "A@1"), landed(2, "A@2"), landed(3, "A@3")])
    assert changes(history) == ["(1,2] readded A@2", "(2,3] readded A@3"]
    (stay,) = history.memberships
    assert (stay.joining.readded, shown((stay.entry,))) == (2, "A@3")


def test_an_unavailable_entry_keeps_its_membership_and_its_identity() -> None:
    history = fold([landed(1, "A@1:u B@2:u"), landed(2, "A@1:u null@2")])
    assert changes(history) == ["(1,2] unavailable null(B)@2:u"]
    assert stays(history)[1] == "B#1 (None,1] (2,None] True"
    history = fold([landed(3, "A@1:u B@2:u")], history.state)
    assert changes(history) == ["(2,3] available B@2:u"]
    assert stays(history)[1] == "B#1 (None,1] (3,None] True"


def test_an_entry_that_was_never_available_is_one_membership_once_it_is() -> None:
    history = fold([landed(2, "A@1:u null@2"), landed(3, "B@2:u A@1:u"), landed(4, "A@1:u")])
    assert changes(history) == [
        "(2,3] moved B@2:u", "(2,3] available B@2:u", "(3,4] removed B@2:u",
    ]  # fmt: skip
    assert stays(history)[0] == "B#1 (None,2] (3,4] False"


def test_what_becomes_available_in_the_place_of_another_entry_is_another_entry() -> None:
    history = fold([landed(1, "A@1:u"), landed(2, "null@1"), landed(3, "B@1:u")])
    assert [change.kind for change in history.changes] == ["unavailable", "removed", "added"]
    assert stays(history) == ["A#1 (None,1] (2,3] False", "B#1 (2,3] (3,None] True"]


def test_a_hole_is_believed_to_be_what_it_was() -> None:
    history = fold([landed(1, "A B C"), landed(2, "A hole C"), landed(3, "A B C")])
    assert changes(history) == []
    assert stays(history)[1] == "B#1 (None,1] (3,None] True"
    assert len(history.timeline) == 1
    moved = fold([landed(1, "A B C"), landed(2, "A hole C"), landed(3, "A X C")])
    assert changes(moved) == ["(2,3] removed B", "(2,3] added X"]


def test_a_hole_that_can_be_read_later_was_there_all_the_time() -> None:
    history = fold([landed(1, "A C"), landed(2, "A hole C"), landed(3, "A B C")])
    assert changes(history) == ["(1,2] added hole", "(2,3] available B"]
    assert stays(history)[1] == "B#1 (1,2] (3,None] True"


def test_a_time_that_one_run_did_not_send_is_remembered() -> None:
    history = fold([landed(1, "A@1"), landed(2, "A"), landed(3, "A@1")])
    assert changes(history) == []
    assert shown(fold([landed(1, "A@1"), landed(2, "A")]).state.contents) == "A@1"


def test_positions_are_those_of_the_first_and_the_last_observation() -> None:
    first = landed(1, "A B C")
    history = fold([first, landed(2, "B C A"), landed(3, "B C")])
    ended = history.memberships[0]
    assert (ended.joining.position, ended.position) == (0, 2)
    assert [stay.position for stay in history.memberships[1:]] == [0, 1]


def test_metadata_is_compared_with_the_last_value_that_was_sent() -> None:
    history = fold(
        [
            landed(1, "", Metadata(name="one", public=True)),
            landed(2, "", Metadata(description="new")),  # sent for the first time: no change
            landed(3, "", None),
            landed(4, "", Metadata(name="two", public=False)),
        ]
    )
    assert changes(history) == ["(3,4] name one>two", "(3,4] public true>false"]
    assert history.state.metadata == Metadata("two", "new", public=False)


def test_the_timeline_has_a_row_for_each_stretch_without_changes() -> None:
    first, second = landed(2, "A"), landed(6, "A B")
    history = fold(
        [
            Observation.silent(instant(1), Outcome.FORBIDDEN),
            first,
            unchanged(3, first),
            Observation.silent(instant(4), Outcome.TORN),
            landed(5, "A", Metadata(name="a refresh")),
            second,
            gone(7),
            gone(8),
            unchanged(9, second),
        ]
    )
    rows = [
        (row.standing, hour_of(row.first), hour_of(row.last), row.entries, row.runs, row.silent)
        for row in history.timeline
    ]
    assert rows == [
        ("unknown", 1, 1, None, 1, 1),
        ("there", 2, 5, 1, 4, 1),
        ("there", 6, 6, 2, 1, 0),
        ("gone", 7, 8, None, 2, 0),
        ("there", 9, 9, 2, 1, 0),
    ]
    assert [row.contents_of for row in history.timeline if row.standing == "there"] == [
        "run00002", "run00006", "run00006",
    ]  # fmt: skip


def test_runs_of_one_time_are_ordered_by_their_ids() -> None:
    at = instant(1).at
    two = [Observation.landed(Instant(at, name), contents(text)) for name, text in ("bB", "aA")]
    assert [change.kind for change in fold(two).changes] == [ChangeKind.REMOVED, ChangeKind.ADDED]
    assert shown(fold(two).state.contents) == "B"


def test_a_repeated_observation_changes_nothing() -> None:
    observed = [landed(1, "A"), landed(2, "B")]
    assert fold([*observed, *observed]) == fold(observed)


def test_two_observations_of_one_run_are_refused() -> None:
    with pytest.raises(ValueError, match=r"run00001 has two different observations.*: give each"):
        fold([landed(1, "A"), landed(1, "B")])


@pytest.mark.parametrize("hour", [1, 2])
def test_an_observation_before_the_checkpoint_is_refused(hour: int) -> None:
    state = fold([landed(1, "A"), landed(2, "B")]).state
    with pytest.raises(ValueError, match="is not later than the checkpoint, run run00002"):
        advance(state, landed(hour, "C"))


def test_advance_gives_what_an_observation_adds() -> None:
    step = advance(State(), landed(1, "A"))
    assert (step.changes, step.memberships, step.timeline) == ([], [], [])
    step = advance(step.state, landed(2, "B"))
    assert [change.kind for change in step.changes] == [ChangeKind.REMOVED, ChangeKind.ADDED]
    assert [stay.entry.identity for stay in step.memberships] == ["A"]
    assert [stay.entry.identity for stay in step.state.memberships()] == ["B"]
    assert [row.contents_of for row in step.timeline] == ["run00001"]
