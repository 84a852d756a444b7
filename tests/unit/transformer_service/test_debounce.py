from datetime import UTC, datetime, timedelta

from playlake_transformer.debounce import Debounce

START = datetime(2026, 11, 21, 6, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def debounce() -> Debounce:
    return Debounce(quiet=60 * SECOND, at_latest=900 * SECOND)


def test_nothing_is_due_without_events() -> None:
    assert debounce().due_at() is None


def test_an_action_is_due_after_a_quiet_time() -> None:
    burst = debounce()
    burst.note(START)
    burst.note(START + 30 * SECOND)
    assert burst.due_at() == START + 90 * SECOND


def test_continuous_events_do_not_delay_the_action_forever() -> None:
    burst = debounce()
    for second in range(0, 3600, 10):
        burst.note(START + second * SECOND)
    assert burst.due_at() == START + 900 * SECOND


def test_after_an_action_the_next_event_makes_it_due_again() -> None:
    burst = debounce()
    burst.note(START)
    burst.clear()
    assert burst.due_at() is None
    burst.note(START + 500 * SECOND)
    assert burst.due_at() == START + 560 * SECOND
