"""Whatever may wake somebody up, or stand in a log, is explained in docs/operations.md."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from playlake_contracts.errors import Destination, ErrorCode
from playlake_contracts.outcomes import Outcome

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
TEMPLATES = sorted((ROOT / "infra" / "template").glob("*.json"))
SERVICES = ("compactor", "extractor", "transformer")
LOGGED = re.compile(r'\b(?:_?log\.(?:info|warning|error|exception)|tell|write)\(\s*"(\w+)"')
HASH = re.compile(r"[0-9A-F]{8}$")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_alarm_is_explained(template: Path) -> None:
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"]
    names = {
        resource["Properties"].get("AlarmName")
        or resource["Properties"].get("Name")
        or HASH.sub("", logical_id)
        for logical_id, resource in resources.items()
        if resource["Type"] in {"AWS::CloudWatch::Alarm", "AWS::Events::Rule"}
    }
    assert len(names) > 6
    assert {name for name in names if f"`{name}`" not in PAGE} == set()


def test_every_outcome_is_explained() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section("Outcomes"), re.MULTILINE)
    assert sorted(rows) == sorted(outcome.value for outcome in Outcome)


def test_every_exit_status_is_explained() -> None:
    rows = re.findall(r"^\| (\d+) \|", section("Exit status"), re.MULTILINE)
    known = {code.info.exit_status for code in ErrorCode if code.info.exit_status is not None}
    assert {int(row) for row in rows} == known | {0, 1, 143}


def test_every_code_of_a_dead_letter_is_explained() -> None:
    table = section("Dead letters")
    codes = {code.value for code in ErrorCode if code.info.destination is Destination.REJECT}
    assert {code for code in codes if f"`{code}`" not in table} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_of_the_log_is_explained(service: str) -> None:
    sources = (ROOT / "services" / service / "src").rglob("*.py")
    found = [LOGGED.findall(path.read_text(encoding="utf-8")) for path in sources]
    events = {event for events in found for event in events}
    assert len(events) > 5
    assert {event for event in events if f"`{event}`" not in section("Logs")} == set()


def section(heading: str) -> str:
    """A section of the page."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
