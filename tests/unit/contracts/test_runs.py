import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playlake_contracts.runs import RunId

MOMENT = datetime(2026, 11, 21, 6, tzinfo=UTC)

moments = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - `timezones` adds it
    lambda moment: moment.replace(microsecond=0)
)
run_ids = st.builds(RunId, moments, st.from_regex(r"[a-z2-7]{6}", fullmatch=True))
digests = st.text("0123456789abcdef", min_size=8, max_size=64)

modest = settings(max_examples=40)


@given(run_ids)
@modest
def test_a_run_id_is_equal_after_writing_and_parsing(run_id: RunId) -> None:
    assert RunId.parse(str(run_id)) == run_id


@given(run_ids, run_ids)
@modest
def test_run_ids_and_their_texts_have_the_same_order(one: RunId, other: RunId) -> None:
    assert (one < other) == (str(one) < str(other))


@given(moments, digests)
@modest
def test_a_run_derives_the_same_id_when_it_is_started_again(moment: datetime, digest: str) -> None:
    assert RunId.derive("spotify", moment, digest) == RunId.derive("spotify", moment, digest)


def test_the_id_of_a_known_run_never_changes() -> None:
    assert str(RunId.derive("spotify", MOMENT)) == "20261121T060000Z-wrjkwl"


def test_fractions_of_a_second_and_the_time_zone_do_not_change_the_run_id() -> None:
    local = MOMENT.astimezone(timezone(timedelta(hours=2))).replace(microsecond=999_999)
    assert RunId.derive("spotify", local) == RunId.derive("spotify", MOMENT)


@given(moments, moments)
@modest
def test_runs_of_different_times_have_different_ids(one: datetime, other: datetime) -> None:
    assume(one != other)
    assert RunId.derive("spotify", one) != RunId.derive("spotify", other)


@given(digests, digests)
@modest
def test_runs_of_different_content_have_different_ids(one: str, other: str) -> None:
    assume(one != other)
    assert RunId.derive("import", MOMENT, one) != RunId.derive("import", MOMENT, other)


def test_runs_of_different_sources_have_different_ids() -> None:
    assert RunId.derive("spotify", MOMENT) != RunId.derive("import", MOMENT)


def test_a_run_belongs_to_the_utc_date_of_its_schedule() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert RunId.derive("spotify", late).snapshot_date == "2026-11-21"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20261121T060000Z",
        "20261121T060000Z-",
        "20261121T060000Z-k3x9a",
        "20261121T060000Z-k3x9abc",
        "20261121T060000Z-K3X2AB",
        "20261121T060000Z-k3x2a1",
        "20261121T060000Z-k3x2ab\n",
        " 20261121T060000Z-k3x2ab",
        "20261121T060000-k3x2ab",
        "2026-11-21T06:00:00Z-k3x2ab",
        "20261321T060000Z-k3x2ab",
        "20260230T060000Z-k3x2ab",
        "20261121T240000Z-k3x2ab",
        "20261121T060060Z-k3x2ab",
        "00001121T060000Z-k3x2ab",
        "09991121T060000Z-k3x2ab",
        "\uff12\uff10\uff12\uff161121T060000Z-k3x2ab",
        "20261121T060000Z-k3x2áb",
        "20261121T060000Z-../../",
        "20261121T060000Z-k%2Fab",
    ],
)
def test_a_hostile_run_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a run id like 20261121T060000Z-wrjkwl"):
        RunId.parse(text)


def parsed_slowly(text: str) -> tuple[datetime, str] | None:
    """A run id by strptime, and by writing it again; None if it is refused."""
    match = re.fullmatch(r"([0-9]{8}T[0-9]{6}Z)-([a-z2-7]{6})", text)
    try:
        moment = datetime.strptime(match[1] if match else "", "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    is_whole = match is not None and f"{moment:%Y%m%dT%H%M%SZ}-{match[2]}" == text
    return (moment, match[2]) if match and is_whole else None


def parsed(text: str) -> tuple[datetime, str] | None:
    try:
        found = RunId.parse(text)
    except ValueError:
        return None
    return found.scheduled_at, found.suffix


def around(low: int, high: int, digits: int) -> st.SearchStrategy[str]:
    """Numbers of so many digits, most of them at or just beyond the bounds."""
    edges = st.sampled_from([0, low, low + 1, high - 1, high, high + 1])
    return (edges | st.integers(0, 10**digits - 1)).map(lambda number: f"{number:0{digits}}")


texts_like_run_ids = st.builds(
    "{}{}{}T{}{}{}Z-{}".format,
    around(1000, 9998, 4),
    around(1, 12, 2),
    around(1, 31, 2),
    around(0, 24, 2),
    around(0, 60, 2),
    around(0, 61, 2),
    st.text("abz2789A\u0662\n", min_size=5, max_size=7) | st.just("k3x2ab"),
)


@given(texts_like_run_ids | run_ids.map(str) | st.text())
@settings(max_examples=500)
def test_parsing_refuses_and_reads_what_strptime_would(text: str) -> None:
    assert parsed(text) == parsed_slowly(text)


@pytest.mark.parametrize(
    "moment",
    [
        MOMENT.replace(tzinfo=None),
        MOMENT.replace(microsecond=1),
        MOMENT.replace(year=999),
        MOMENT.astimezone(timezone(timedelta(hours=2))),
    ],
    ids=["naive", "fraction", "year 999", "not UTC"],
)
def test_a_run_id_needs_whole_utc_seconds(moment: datetime) -> None:
    with pytest.raises(ValueError, match=r"is not a run id|has no time zone"):
        RunId(moment, "k3x2ab")


@pytest.mark.parametrize("suffix", ["", "k3x9ab", "K3X2AB", "k3x2a", "k3x2ab\n", "k/x2ab"])
def test_a_run_id_needs_a_valid_suffix(suffix: str) -> None:
    with pytest.raises(ValueError, match="is not a run id"):
        RunId(MOMENT, suffix)


def test_a_time_without_a_zone_is_refused_as_schedule() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        RunId.derive("spotify", MOMENT.replace(tzinfo=None))
