import pytest

from playlake_contracts.errors import ERRORS, Destination, ErrorCode, PlaylakeError


def test_every_code_is_explained_and_every_explanation_has_a_code() -> None:
    assert set(ERRORS) == set(ErrorCode)


@pytest.mark.parametrize("code", ErrorCode)
def test_a_code_is_its_name_in_lower_case(code: ErrorCode) -> None:
    assert code.value == code.name.lower()


@pytest.mark.parametrize("code", ErrorCode)
def test_a_meaning_is_one_sentence(code: ErrorCode) -> None:
    meaning = ERRORS[code].meaning
    assert meaning[0].isupper()
    assert meaning.endswith(".")
    assert "\n" not in meaning


@pytest.mark.parametrize("code", ErrorCode)
def test_what_ends_the_process_and_nothing_else_has_an_exit_status(code: ErrorCode) -> None:
    info = ERRORS[code]
    assert (info.exit_status is not None) == (info.destination is Destination.EXIT)


def test_exit_statuses_tell_the_codes_apart() -> None:
    statuses = [info.exit_status for info in ERRORS.values() if info.exit_status is not None]
    assert sorted(set(statuses)) == [74, 75, 77, 78]  # of sysexits.h


@pytest.mark.parametrize("code", ErrorCode)
def test_what_is_retried_is_retryable_and_what_is_rejected_is_not(code: ErrorCode) -> None:
    info = ERRORS[code]
    if info.destination is Destination.RETRY:
        assert info.retryable
    if info.destination in {Destination.REJECT, Destination.QUARANTINE}:
        assert not info.retryable


def test_an_error_knows_what_its_code_means() -> None:
    class DeniedError(PlaylakeError):
        code = ErrorCode.FORBIDDEN

    assert DeniedError().info is ERRORS[ErrorCode.FORBIDDEN]
