"""The base of facts."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """A fact about a lake. The texts under its attributes are the API's documentation."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)
