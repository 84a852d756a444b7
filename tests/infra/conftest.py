from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import synthesised

if TYPE_CHECKING:
    from playlake_infra.synth import Template


@pytest.fixture(params=synthesised.VARIANTS)
def template(request: pytest.FixtureRequest) -> Template:
    """The template of each preset and variant in turn."""
    return synthesised.template(request.param)


@pytest.fixture
def thrifty() -> Template:
    return synthesised.template("thrifty")


@pytest.fixture
def everything() -> Template:
    return synthesised.template("everything")
