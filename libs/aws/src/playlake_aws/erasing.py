"""What an erasure removes on AWS beside the objects of a lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_aws.dead_letters import forget, held
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX

if TYPE_CHECKING:
    from playlake_aws.dead_letters import DeadLetter
    from playlake_aws.lake import AwsLake
    from playlake_lake.erasure.scope import Scope
    from playlake_lake.erasure.subject import Subject


def remove_elsewhere(lake: AwsLake, erased: Subject | Scope) -> tuple[int, int]:
    """Remove dead letters, and the results of queries.

    Results are files of Athena, which may have any row, so all of them go.

    Args:
        lake: the lake.
        erased: what a letter has to name.

    Returns:
        the numbers of letters and of results.

    Errors of botocore are raised as they are.
    """
    url = lake.queue_url(lake.deployment.names.dead_letter_queue)
    with held(lake.aws.sqs, url) as letters:
        naming = [each for each in letters if _names(each, erased)]
        forget(lake.aws.sqs, url, naming)
    results = list(lake.store.versions(QUERY_RESULTS_PREFIX))
    lake.store.remove_for_good(results)
    return len(naming), len(results)


def drop_iceberg(lake: AwsLake) -> None:
    """Take the Iceberg tables of a lake out of the Glue Data Catalog.

    Errors of botocore are raised as they are.
    """
    glue, database = lake.aws.glue, lake.deployment.names.iceberg_database
    try:
        pages = list(glue.get_paginator("get_tables").paginate(DatabaseName=database))
    except glue.exceptions.EntityNotFoundException:
        return
    for table in (table for page in pages for table in page["TableList"]):
        glue.delete_table(DatabaseName=database, Name=table["Name"])


def _names(letter: DeadLetter, erased: Subject | Scope) -> bool:
    texts = [letter.body, *(str(each.get("StringValue")) for each in letter.attributes.values())]
    return any(erased.is_named_in(text.encode()) for text in texts)
