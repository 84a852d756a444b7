"""scripts/checkov_findings.py: what checkov finds has a reason in docs/security.md, and no more."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[3]


def _script() -> Any:  # noqa: ANN401 - a module
    path = CHECKOUT / "scripts" / "checkov_findings.py"
    spec = importlib.util.spec_from_file_location("checkov_findings", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()
# As checkov 3.3 writes it; synthetic.
REPORT = {
    "results": {
        "failed_checks": [
            {
                "check_id": check,
                "check_name": "Ensure something",
                "file_path": f"/{template}.json",
                "resource": "AWS::S3::Bucket.Synthetic",
            }
            for check, template in (
                ("CKV_AWS_1", "large"),
                ("CKV_AWS_1", "thrifty"),
                ("CKV2_A", "large"),
            )
        ]
    }
}


def test_a_finding_without_a_reason_and_a_reason_without_a_finding_are_named() -> None:
    found = SCRIPT.findings([REPORT])
    page = "| CKV_AWS_1 | a bucket | a reason |\n| CKV_AWS_2 | a bucket | a reason |\n"
    assert list(SCRIPT.differences(found, SCRIPT.explained(page))) == [
        (
            "CKV2_A finds 1, such as large: AWS::S3::Bucket.Synthetic (Ensure something): mend it, "
            "or give its reason in a row of docs/security.md"
        ),
        "CKV_AWS_2 finds nothing any more: remove its row from docs/security.md",
    ]


def test_what_is_explained_is_no_difference() -> None:
    found = SCRIPT.findings([REPORT])
    assert len(found["CKV_AWS_1"][1]) == 2
    assert list(SCRIPT.differences(found, {"CKV_AWS_1", "CKV2_A"})) == []


def test_the_page_has_a_reason_for_each_check() -> None:
    page = SCRIPT.PAGE.read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| CKV")]
    assert len(rows) == len(SCRIPT.explained(page)) >= 3
    assert all(len(reason.split()) > 5 for *_, reason, _ in rows)
