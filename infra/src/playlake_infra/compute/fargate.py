"""The task sizes that Fargate offers."""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
_FARGATE_MEMORY_MIB: Final = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16_384 + 1, 1024)),
}


class Fargate(BaseModel):
    """The size of a task.

    Attributes:
        cpu: CPU units; 1024 are one vCPU.
        memory_mib: memory in MiB.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu: Literal[256, 512, 1024, 2048]
    memory_mib: int

    @model_validator(mode="after")
    def _is_offered(self) -> Self:
        offered = _FARGATE_MEMORY_MIB[self.cpu]
        if self.memory_mib not in offered:
            sizes = ", ".join(map(str, offered))
            raise ValueError(
                f"Fargate does not offer {self.cpu} CPU units with {self.memory_mib} MiB: "
                f"set memory_mib to one of {sizes}"
            )
        return self
