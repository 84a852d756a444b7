"""The code of every error has the destination of the error's branch of the tree."""

import inspect
import re

import pytest

from playlake_contracts.errors import Destination, ErrorCode, PlaylakeError
from playlake_transformer import errors

BRANCHES: dict[type[PlaylakeError], Destination] = {
    errors.RetryError: Destination.RETRY,
    errors.RejectError: Destination.REJECT,
}
CLASSES: list[type[PlaylakeError]] = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, PlaylakeError) and found is not PlaylakeError
]
LEAVES = [found for found in CLASSES if not found.__subclasses__()]


@pytest.mark.parametrize("error", LEAVES)
def test_every_error_has_a_code(error: type[PlaylakeError]) -> None:
    assert error("why").info is error.code.info


def test_no_two_errors_share_a_code() -> None:
    assert len({error.code for error in LEAVES}) == len(LEAVES)


@pytest.mark.parametrize("error", LEAVES)
def test_an_error_has_the_destination_of_its_branch(error: type[PlaylakeError]) -> None:
    branches = [where for branch, where in BRANCHES.items() if issubclass(error, branch)]
    assert error.code.info.destination in (branches or [Destination.EXIT])


def drawn() -> dict[str, str]:
    """Each error of the tree in the module's docstring, with its parent."""
    parents, path = {}, {-1: ""}
    for indent, name in re.findall(r"^([ │├└─]*)(\w+Error)\b", errors.__doc__ or "", re.MULTILINE):
        path = {depth: above for depth, above in path.items() if depth < len(indent)}
        parents[name] = path[max(path)]
        path[len(indent)] = name
    return parents


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    assert drawn() == {"PlaylakeError": ""} | {
        found.__name__: found.__mro__[1].__name__ for found in CLASSES
    }


def test_every_code_of_a_retry_or_a_reject_has_an_error_class() -> None:
    raised = {error.code for error in LEAVES}
    expected = {code for code in ErrorCode if code.info.destination in BRANCHES.values()}
    assert expected <= raised
