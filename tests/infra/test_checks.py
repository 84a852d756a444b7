"""The rules of cfn-lint and of cdk-nag's AwsSolutions pack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs
from cdk_nag import AwsSolutionsChecks
from cfnlint import lint  # type: ignore[import-untyped]  # it publishes no types
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]  # likewise
from synthesised import VARIANTS

from playlake_infra.stack import PlaylakeStack
from playlake_infra.synth import assemble, new_app, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_infra.synth import Template


def test_cfn_lint_finds_nothing(template: Template) -> None:
    found = lint(rendered(template), config=ManualArgs(regions=["us-east-1"]))
    assert [str(match) for match in found] == []


def test_cfn_lint_reports_a_wrong_template() -> None:
    wrong = '{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"Colour": "red"}}}}'
    assert lint(wrong) != []


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_finding_of_cdk_nag_is_suppressed_with_a_reason(variant: str, tmp_path: Path) -> None:
    report = _nag_report(variant, tmp_path)
    assert report["violations"] == []
    reasons = [found["reason"] for found in report["suppressedViolations"]]
    assert reasons
    assert all(len(reason.split()) > 5 for reason in reasons)


def test_cdk_nag_reports_a_wrong_stack(tmp_path: Path) -> None:
    app = new_app(str(tmp_path))
    aws_sqs.Queue(cdk.Stack(app, "Wrong"), "Queue")
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match="AwsSolutions-SQS4"):
        app.synth()


def _nag_report(variant: str, folder: Path) -> dict[str, list[dict[str, str]]]:
    app = new_app(str(folder))
    PlaylakeStack(app, VARIANTS[variant])
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    report = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))
    (nag,) = (r for r in report["pluginReports"] if r["pluginName"] == "AwsSolutions")
    return dict(nag)


def test_a_suppression_leaves_no_trace_in_the_template(tmp_path: Path) -> None:
    assert "cdk_nag" not in rendered(assemble(VARIANTS["thrifty"], tmp_path))
