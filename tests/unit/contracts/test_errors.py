import pytest

from playlake_contracts.errors import Destination, ErrorCode, ErrorInfo, PlaylakeError
from playlake_contracts.outcomes import Outcome


@pytest.mark.parametrize("code", ErrorCode)
def test_a_code_is_its_name_in_lower_case(code: ErrorCode) -> None:
    assert code.value == code.name.lower()


@pytest.mark.parametrize("code", ErrorCode)
def test_a_meaning_is_one_sentence(code: ErrorCode) -> None:
    meaning = code.info.meaning
    assert meaning[0].isupper()
    assert meaning.endswith(".")
    assert "\n" not in meaning


@pytest.mark.parametrize("code", ErrorCode)
def test_a_code_has_an_exit_status_or_an_outcome_if_its_destination_needs_one(
    code: ErrorCode,
) -> None:
    info = code.info
    assert (info.exit_status is not None) == (info.destination is Destination.EXIT)
    assert (info.outcome is not None) == (info.destination is Destination.OUTCOME)


@pytest.mark.parametrize(
    ("destination", "outcome", "exit_status"),
    [
        (Destination.OUTCOME, None, None),
        (Destination.REJECT, Outcome.FAILED, None),
        (Destination.EXIT, None, None),
        (Destination.QUARANTINE, None, 78),
    ],
)
def test_a_code_without_its_outcome_or_exit_status_cannot_be_defined(
    destination: Destination, outcome: Outcome | None, exit_status: int | None
) -> None:
    with pytest.raises(ValueError, match="belongs to"):
        ErrorInfo(
            destination,
            retryable=False,
            meaning="Something.",
            outcome=outcome,
            exit_status=exit_status,
        )


def test_exit_statuses_are_those_of_sysexits() -> None:
    statuses = [code.info.exit_status for code in ErrorCode if code.info.exit_status is not None]
    assert sorted(set(statuses)) == [65, 69, 74, 75, 77, 78]  # of sysexits.h


@pytest.mark.parametrize("code", ErrorCode)
def test_retries_are_retryable_and_rejects_are_not(code: ErrorCode) -> None:
    info = code.info
    if info.destination is Destination.RETRY:
        assert info.retryable
    if info.destination in {Destination.REJECT, Destination.QUARANTINE}:
        assert not info.retryable


def test_an_error_has_the_meaning_of_its_code() -> None:
    class DeniedError(PlaylakeError):
        code = ErrorCode.FORBIDDEN

    assert DeniedError().info is ErrorCode.FORBIDDEN.info
