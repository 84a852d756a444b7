"""The compaction as a job of AWS Glue, and the schedule that starts it.

It is there instead of the compactor if the setting `compaction_engine` says so. A job that fails or
is stopped loses nothing: the next one goes on. Beside another compaction it does no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from playlake_infra.compute.compactor import allow_compaction
from playlake_infra.compute.glue_jobs import Program, add_job, job_role
from playlake_infra.compute.starting import When, schedule_job
from playlake_infra.data.catalog import glue_arn

if TYPE_CHECKING:
    from playlake_infra.compute.starting import Starts
    from playlake_infra.data.resources import Data
    from playlake_infra.settings import Settings


class CompactionJob(Construct):
    """The job.

    Attributes:
        job: the job.
        role: the role with which it calls AWS.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, data: Data, starts: Starts
    ) -> None:
        super().__init__(scope, name)
        program = Program(
            job=settings.names.compaction_job,
            description="Compacts the days that are over",
            folder="compaction",
            script="compact.py",
            workers=settings.compaction_workers,
        )
        self.role = job_role(self, program, data.storage)
        allow_compaction(self.role, data)
        self.job = add_job(self, settings, program, self.role, data.storage)
        if settings.is_compacted:
            # Days are those of UTC, wherever the user is.
            when = When("compact", program.description, settings.compaction, "UTC")
            schedule_job(self, starts, self.job, glue_arn(f"job/{program.job}"), when)
