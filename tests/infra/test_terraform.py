"""The example of infra/terraform names what the template has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playlake_infra.synth import Template

_EXAMPLE = Path(__file__).parents[2] / "infra" / "terraform" / "main.tf"


def test_the_example_passes_parameters_that_the_template_has(template: Template) -> None:
    (block,) = re.findall(r"parameters = \{(.*?)\}", _EXAMPLE.read_text("utf-8"), re.DOTALL)
    passed = re.findall(r"^\s*(\w+)\s*=", block, re.MULTILINE)
    assert len(passed) == 2
    assert set(passed) <= set(template["Parameters"])


def test_a_template_needs_nothing_but_cloudformation(template: Template) -> None:
    assert "BootstrapVersion" not in template["Parameters"]
    assert "cdk-hnb659fds" not in str(template), "an asset of the CDK's bootstrap"


def test_the_page_has_every_parameter(template: Template) -> None:
    page = (_EXAMPLE.parents[2] / "docs" / "governed-accounts.md").read_text("utf-8")
    assert all(f"`{name}`" in page for name in template["Parameters"])
