"""Names of accounts, and the ids and states of their runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from playlake_contracts.accounts import may_be_of, run_id_of
from playlake_contracts.keys import details_key, state_key
from playlake_contracts.runs import RunId
from playlake_contracts.sources.account_names import check_account

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)


@pytest.mark.parametrize("name", ["a", "ada", "the-team-2", "a" * 32])
def test_a_name_is_taken(name: str) -> None:
    assert check_account(name) == name


@pytest.mark.parametrize("name", ["", "Ada", "2", "a b", "../x", "a" * 33, "ä", "a_b"])
def test_another_text_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of an account: use up to 32"):
        check_account(name)


def test_no_account_is_named_like_a_source() -> None:
    with pytest.raises(ValueError, match="youtube is the name of a source"):
        check_account("youtube")


def test_runs_of_one_moment_differ_by_account_and_are_as_before_without() -> None:
    assert run_id_of("spotify", AT, None) == RunId.derive("spotify", AT)
    found = {run_id_of("spotify", AT, name) for name in (None, "ada", "bo")}
    assert len(found) == 3
    assert run_id_of("spotify", AT, "ada") in found


def test_an_id_tells_whether_a_run_is_of_an_account_with_a_name() -> None:
    ids = {name: run_id_of("spotify", AT, name) for name in (None, "ada", "bo")}
    found = [name for name, run_id in ids.items() if may_be_of("spotify", "ada", run_id)]
    assert found == ["ada"]
    assert all(may_be_of("spotify", None, run_id) for run_id in ids.values())


def test_each_account_has_a_state_of_its_own() -> None:
    assert state_key("spotify") == "state/source=spotify/playlists.json"
    assert state_key("spotify", "ada") == "state/source=spotify/account=ada/playlists.json"
    assert details_key("spotify", "ada") == "state/source=spotify/account=ada/details.json"
    with pytest.raises(ValueError, match="is not a name of an account"):
        state_key("spotify", "../ada")
