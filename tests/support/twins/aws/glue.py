"""The twin of Glue: partitions of tables, and crawlers of which one crawl runs at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from twins.aws.answers import Answer, Request, answer, client_error, moment, seconds

CRAWL_SECONDS = 60.0


@dataclass(slots=True)
class Crawler:
    """A crawler, and when its crawls were started, in seconds of the event loop."""

    name: str
    changed_at: float
    started_at: list[float] = field(default_factory=list)
    takes: float = CRAWL_SECONDS

    @property
    def is_running(self) -> bool:
        """Whether a crawl has not ended yet."""
        return bool(self.started_at) and seconds() < self.started_at[-1] + self.takes

    def described(self) -> dict[str, Any]:
        """How Glue describes it: the last crawl that has ended, if there is one."""
        ended = [at for at in self.started_at if at + self.takes <= seconds()]
        last = {"Status": "SUCCEEDED", "StartTime": moment(ended[-1])} if ended else None
        described: dict[str, Any] = {
            "Name": self.name,
            "State": "RUNNING" if self.is_running else "READY",
            "LastUpdated": moment(self.changed_at),
            "CreationTime": moment(self.changed_at),
        }
        return described if last is None else {**described, "LastCrawl": last}


class GlueTwin:
    """All tables and crawlers, and the methods of a client of Glue."""

    def __init__(self) -> None:
        self.partitions: dict[tuple[str, str], dict[tuple[str, ...], dict[str, Any]]] = {}
        self.crawlers: dict[str, Crawler] = {}

    async def create_database(self, **request: Any) -> Answer:  # noqa: ANN401  a request has any fields
        """Create a database: that of a table is not checked."""
        del request
        return answer()

    async def create_table(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Create a table without partitions."""
        self.partitions[request["DatabaseName"], request["TableInput"]["Name"]] = {}
        return answer()

    async def batch_create_partition(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Create partitions; those that exist are errors of a successful answer."""
        held = self._table("BatchCreatePartition", request)
        errors = []
        for partition in request["PartitionInputList"]:
            values = tuple(partition["Values"])
            if values in held:
                errors.append(_error(values, "AlreadyExistsException"))
            else:
                held[values] = dict(partition)
        return answer(Errors=errors)

    async def batch_update_partition(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Replace partitions; those that are missing are errors of a successful answer."""
        held = self._table("BatchUpdatePartition", request)
        errors = []
        for entry in request["Entries"]:
            values = tuple(entry["PartitionValueList"])
            if values in held:
                held[values] = dict(entry["PartitionInput"])
            else:
                errors.append(_error(values, "EntityNotFoundException"))
        return answer(Errors=errors)

    async def get_partition(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Describe a partition."""
        found = self._table("GetPartition", request).get(tuple(request["PartitionValues"]))
        if found is None:
            raise client_error("GetPartition", "EntityNotFoundException", 400)
        return answer(Partition=found)

    async def create_crawler(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Create a crawler that has never run."""
        self.crawlers[request["Name"]] = Crawler(request["Name"], changed_at=seconds())
        return answer()

    async def get_crawler(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Describe a crawler."""
        return answer(Crawler=self._crawler("GetCrawler", request).described())

    async def start_crawler(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Start a crawl unless one is running."""
        crawler = self._crawler("StartCrawler", request)
        if crawler.is_running:
            raise client_error("StartCrawler", "CrawlerRunningException", 400)
        crawler.started_at.append(seconds())
        return answer()

    def _table(self, operation: str, request: Request) -> dict[tuple[str, ...], dict[str, Any]]:
        held = self.partitions.get((request["DatabaseName"], request["TableName"]))
        if held is None:
            raise client_error(operation, "EntityNotFoundException", 400)
        return held

    def _crawler(self, operation: str, request: Request) -> Crawler:
        crawler = self.crawlers.get(request["Name"])
        if crawler is None:
            raise client_error(operation, "EntityNotFoundException", 400)
        return crawler


def _error(values: tuple[str, ...], code: str) -> dict[str, Any]:
    return {"PartitionValues": list(values), "ErrorDetail": {"ErrorCode": code}}
