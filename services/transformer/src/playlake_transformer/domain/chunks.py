"""Collects the rows of one table in chunks of Arrow arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from playlake_transformer.domain.occurrences import last_places

if TYPE_CHECKING:
    from playlake_transformer.domain.occurrences import Numbers

Arrays = dict[str, pa.Array]


class Chunks:
    """The rows of a table, each with the number of its entry."""

    def __init__(self) -> None:
        self._arrays: list[Arrays] = []
        self._numbers: list[Numbers] = []

    def add(self, arrays: Arrays, numbers: Numbers) -> None:
        """Append rows."""
        self._arrays.append(arrays)
        self._numbers.append(numbers)

    @property
    def arrays(self) -> Arrays:
        """The columns."""
        if len(self._arrays) > 1:
            names = self._arrays[0]
            columns = {name: [arrays[name] for arrays in self._arrays] for name in names}
            self._arrays = [{name: pa.concat_arrays(chunks) for name, chunks in columns.items()}]
        return self._arrays[0]

    @property
    def numbers(self) -> Numbers:
        """The number of each row's entry."""
        if len(self._numbers) > 1:
            self._numbers = [np.concatenate(self._numbers)]
        return self._numbers[0]

    def keep_latest(self, key: str) -> bool:
        """Keep one row for each key, by the rule of `last_places`; return whether any was removed.

        Within a chunk each key has one row already.
        """
        if len(self._arrays) == 1:
            return False
        nameless = pc.equal(pc.fill_null(self.arrays["name"], ""), "")
        marks = nameless.to_pylist() if pc.any(nameless).as_py() else None
        return self._keep(last_places(self.arrays[key].to_pylist(), marks))

    def keep_numbers(self, kept: Numbers) -> None:
        """Keep the rows of some entries."""
        self._keep(np.flatnonzero(np.isin(self.numbers, kept)))

    def _keep(self, places: Numbers) -> bool:
        if len(places) == len(self.numbers):
            return False
        rows = pa.array(places)
        self._arrays = [{name: array.take(rows) for name, array in self.arrays.items()}]
        self._numbers = [self.numbers[places]]
        return True
