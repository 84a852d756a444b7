"""What every rule says: which requests a fault applies to, and how often."""

from fnmatch import fnmatchcase
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Method = Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]+$")]


class Rule(BaseModel):
    """When a fault applies; by default to the next request that matches, once.

    Whatever `path` says, a rule only matches what its kind can touch.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    touches: ClassVar[str] = "*"

    path: str = Field(default="*", description="Glob that the request's path matches.")
    method: Method | None = Field(default=None, description="Method of the request; null is any.")
    first: int = Field(default=1, ge=1, description="First matching request that it applies to.")
    times: int | None = Field(default=1, ge=1, description="How often it applies; null is always.")
    probability: float = Field(default=1, ge=0, le=1, description="How likely it applies.")

    def matches(self, method: str, path: str) -> bool:
        """Tells whether the rule is about such a request."""
        globs = (self.touches, self.path)
        return self.method in {None, method} and all(fnmatchcase(path, glob) for glob in globs)
