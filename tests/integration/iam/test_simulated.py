"""Decisions of IAM for calls that MiniStack checks against another resource than AWS does.

MiniStack checks a crawler as a table, a table as its database, a new database as the catalog, and a
task as its cluster, has no `iam:PassRole`, and checks a log group without the log stream. So these
tests use IAM's simulator with the deployed policies.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from playlake.local_aws.resources import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Callable


class Row(NamedTuple):
    role: str
    decision: str
    action: str
    resource: str

    def __str__(self) -> str:
        return " ".join(self)


ROWS = [Row(*row) for row in json.loads(Path(__file__).with_name("simulated.json").read_bytes())]
_FIGURES = {"allowed": "simulated allowed", "implicitDeny": "simulated denied"}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_simulated_decision_is_that_of_the_table(
    row: Row,
    client_of: Callable[[str, str], Any],
    role_names: dict[str, str],
    record_property: Callable[[str, object], None],
) -> None:
    names = role_names | {"account": ACCOUNT, "region": REGION}
    (result,) = client_of("root", "iam").simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:role/{role_names[row.role]}",
        ActionNames=[row.action],
        ResourceArns=[row.resource.format_map(names)],
    )["EvaluationResults"]
    assert result["EvalDecision"] == row.decision
    record_property("iam", _FIGURES[row.decision])
