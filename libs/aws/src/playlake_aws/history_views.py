"""Tells the Glue Data Catalog of a deployment what a compaction brought into force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from playlake_aws.errors import AwsError, explained
from playlake_lake.compaction.publishing import publish_history

if TYPE_CHECKING:
    from playlake_aws.lake import AwsLake

_NO_VIEW: Final = "EntityNotFoundException"
_DENIED: Final = "AccessDeniedException"


def publish(lake: AwsLake) -> None:
    """Bring the views of the history to what is in force.

    Raises:
        AwsError: the deployment has no such views, or AWS refuses. What was compacted is in force.
    """
    names = lake.deployment.names
    with explained(lake.place):
        try:
            publish_history(
                lake.store, lake.aws.glue, names.glue_database, names.compacted_database
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code == _NO_VIEW:
                raise AwsError(
                    f"the lake is compacted, but the database {names.glue_database} has no views "
                    "of its history: deploy the template of this version, then compact again"
                ) from error
            if code == _DENIED:
                raise AwsError(
                    "the lake is compacted, but these credentials may not bring the views of its "
                    f"history up to date: allow glue:GetTable and glue:UpdateTable on the tables "
                    f"of {names.glue_database}, then compact again"
                ) from error
            raise
