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
    with pytest.raises(ValueError):  # noqa: PT011 - strptime words some of these itself
        RunId.parse(text)


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
