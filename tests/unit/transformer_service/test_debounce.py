from datetime import UTC, datetime, timedelta

from playlake_transformer.crawling import Debounce

START = datetime(2026, 11, 21, 6, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def debounce() -> Debounce:
    return Debounce(quiet=60 * SECOND, at_latest=900 * SECOND)


def test_nothing_is_due_while_nothing_happens() -> None:
    assert debounce().due_at() is None


def test_an_action_is_due_once_it_has_been_quiet() -> None:
    burst = debounce()
    burst.note(START)
    burst.note(START + 30 * SECOND)
    assert burst.due_at() == START + 90 * SECOND


def test_a_burst_without_end_does_not_put_the_action_off_for_ever() -> None:
    burst = debounce()
    for second in range(0, 3600, 10):
        burst.note(START + second * SECOND)
    assert burst.due_at() == START + 900 * SECOND


def test_an_action_that_was_taken_is_due_again_after_the_next_event() -> None:
    burst = debounce()
    burst.note(START)
    burst.clear()
    assert burst.due_at() is None
    burst.note(START + 500 * SECOND)
    assert burst.due_at() == START + 560 * SECOND
