"""What surrounds a lake, as the page shows and mends it, by what the commands use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.lakes.folder import FolderLake
from playlake.lakes.folder_delivery import FolderDelivery
from playlake_lake.side_by_side import unseen
from playlake_web.adapters.pipelines import AwsPipeline, FolderPipeline, Mending

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake.lakes.aws import AwsLake
    from playlake.lakes.lake import Lake
    from playlake_web.pipeline import Pipeline


def pipeline_of(
    lake: Lake, say: Callable[[str], None], go_on: Callable[[], None] | None = None
) -> Pipeline:
    """What surrounds a lake, wherever it is.

    Args:
        lake: the lake.
        say: tells the person at the terminal something.
        go_on: transforms what is announced, where no service does that; None where one does.
    """
    if isinstance(lake, FolderLake):
        return FolderPipeline(Mending(FolderDelivery(lake, say), is_awaited=True, days=None))
    from playlake_aws.delivery import AwsDelivery  # noqa: PLC0415 - loads boto3

    on_aws: AwsLake = lake  # type: ignore[assignment]  # there is no third place
    return AwsPipeline(on_aws, Mending(AwsDelivery(on_aws, unseen), go_on, go_on is not None))
