"""The control routes of faults, under /sandbox/faults."""

from http import HTTPStatus

from fastapi import APIRouter

from playlake_sandbox.faults.kinds import FaultRule
from playlake_sandbox.state import Current

router = APIRouter(prefix="/sandbox/faults", tags=["sandbox"])


@router.put("")
async def arm_faults(rules: list[FaultRule], sandbox: Current) -> list[FaultRule]:
    """Puts rules in force, in the place of all others; their counters begin at 0."""
    sandbox.faults.arm(rules)
    return rules


@router.get("")
async def read_faults(sandbox: Current) -> list[dict[str, object]]:
    """Lists the rules in force, with how many requests each matched and was applied to."""
    return [
        {**armed.rule.model_dump(mode="json"), "matched": armed.matched, "applied": armed.applied}
        for armed in sandbox.faults.armed
    ]


@router.delete("", status_code=HTTPStatus.NO_CONTENT)
async def disarm_faults(sandbox: Current) -> None:
    """Takes every rule out of force; what rules have changed stays as it is."""
    sandbox.faults.arm([])
