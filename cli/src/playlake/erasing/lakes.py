"""What an erasure needs of a lake, in a folder or on AWS: its objects, and what is made of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.folder import explained
from playlake_backfill.folder_place import FolderPlace
from playlake_contracts.keys import ICEBERG_PREFIX
from playlake_iceberg.available import KEPT_RUNS
from playlake_lake.compaction.closed import MARGIN
from playlake_lake.erasure.compacted import compact_anew
from playlake_lake.erasure.erase import Derived

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playlake.lakes.aws import AwsLake
    from playlake.lakes.folder import FolderLake
    from playlake.lakes.iceberg import IcebergLake
    from playlake_backfill.places import Place
    from playlake_compaction.places import Compactable
    from playlake_lake.erasure.scope import Scope
    from playlake_lake.erasure.store import ErasableStore
    from playlake_lake.erasure.subject import Subject


@dataclass(frozen=True, slots=True)
class ErasableLake:
    """A lake that something can be erased from.

    Attributes:
        store: its objects.
        place: the lake, as what commits opens it.
        compactable: the lake, as it is compacted.
        iceberg: opens its Iceberg tables; may raise a `CommandError`.
        drop_iceberg: takes the Iceberg tables out of their catalog.
        elsewhere: removes dead letters that name what is erased, and results of queries.
        explained: turns the errors of the store's client into a `CommandError`.
        say: takes a sentence for a person.
    """

    store: ErasableStore
    place: Place
    compactable: Compactable
    iceberg: Callable[[], IcebergLake]
    drop_iceberg: Callable[[], None]
    elsewhere: Callable[[Subject | Scope], tuple[int, int]]
    explained: Callable[[], AbstractContextManager[None]]
    say: Callable[[str], None]

    def derived(self) -> Derived:
        """What is made from its tables."""
        return Derived(self.compact, self.adopt, self.elsewhere)

    def compact(self, subject: Subject | None = None) -> int:
        """Make again what is compacted and has changed, and remove the old files at once."""
        compaction = self.compactable.compaction(datetime.now(UTC), MARGIN)
        return compact_anew(self.store, compaction, subject)

    def publish(self) -> int:
        """Tell the catalog that nothing is compacted any more."""
        self.compactable.publish()
        return 0

    def adopt(self) -> None:
        """Make the Iceberg tables anew, if there are some.

        Their metadata has bounds of columns, also of files that left, so none of it is kept.
        """
        keys = list(self.store.versions(ICEBERG_PREFIX))
        if not keys:
            return
        self.drop_iceberg()
        self.store.remove_for_good(keys)
        try:
            self.iceberg().sync(KEPT_RUNS, lambda _: None)
        except CommandError as error:
            self.say(
                f"The Iceberg tables were removed, and are not made again ({error}): run "
                "`playlake iceberg sync`."
            )


def erasable_folder(lake: FolderLake, say: Callable[[str], None]) -> ErasableLake:
    """A lake in a folder that something can be erased from.

    Args:
        lake: the lake.
        say: takes a sentence for a person.
    """
    from playlake.lakes.iceberg import IcebergLake  # noqa: PLC0415 - loads pyarrow
    from playlake_compaction.places import FolderPlace as CompactablePlace  # noqa: PLC0415

    folder = lake.folder
    with explained():
        compactable = CompactablePlace(folder).open()
    return ErasableLake(
        store=folder,
        place=FolderPlace(folder),
        compactable=compactable,
        iceberg=partial(IcebergLake.of_folder, folder),
        drop_iceberg=lambda: None,
        elsewhere=lambda _: (0, 0),
        explained=explained,
        say=say,
    )


def erasable_on_aws(lake: AwsLake, say: Callable[[str], None]) -> ErasableLake:
    """A lake on AWS that something can be erased from; see `erasable_folder`."""
    from playlake.lakes.iceberg import IcebergLake  # noqa: PLC0415 - loads pyarrow
    from playlake_aws.erasable_store import ErasableS3  # noqa: PLC0415 - loads boto3
    from playlake_aws.erasing import drop_iceberg, remove_elsewhere  # noqa: PLC0415 - likewise
    from playlake_aws.errors import explained as explained_there  # noqa: PLC0415 - likewise
    from playlake_backfill.buckets_place import BucketsPlace  # noqa: PLC0415 - likewise
    from playlake_compaction.on_s3 import compactable  # noqa: PLC0415 - likewise

    names = lake.deployment
    store = ErasableS3(lake.aws.s3, names.raw_bucket, names.curated_bucket)

    @contextmanager
    def explained_twice() -> Iterator[None]:
        with explained(), explained_there(lake.place):
            yield

    return ErasableLake(
        store=store,
        place=BucketsPlace(lake.deployment),
        compactable=compactable(lake),
        iceberg=partial(IcebergLake.on_aws, lake),
        drop_iceberg=partial(drop_iceberg, lake),
        elsewhere=partial(remove_elsewhere, lake),
        explained=explained_twice,
        say=say,
    )
