"""Collects the rows of one table in chunks of Arrow arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
        """Keep one row for each key, in the order of their entries; return whether any was removed.

        The row of the last entry counts, and of two rows of one entry the one that was added last.
        A nameless row counts only if its key has no other. A row without a key is removed.
        """
        numbers, has_name = self.numbers, _is_filled(self.arrays["name"])
        kept = np.sort(_last_places(self.arrays[key], np.lexsort((numbers, has_name))))
        if np.any(np.diff(numbers) < 0):
            kept = kept[np.argsort(numbers[kept], kind="stable")]
        self._keep(kept)
        return len(kept) < len(numbers)

    def keep_numbers(self, kept: Numbers) -> None:
        """Keep the rows of some entries."""
        self._keep(np.flatnonzero(np.isin(self.numbers, kept)))

    def _keep(self, places: Numbers) -> None:
        if not np.array_equal(places, np.arange(len(self.numbers))):
            rows = pa.array(places)
            self._arrays = [{name: array.take(rows) for name, array in self.arrays.items()}]
            self._numbers = [self.numbers[places]]


def _last_places(keys: pa.Array, order: Numbers) -> Numbers:
    """For each key the place of its last occurrence in an order; null and "" are no keys."""
    encoded = keys.dictionary_encode()
    without_key = len(encoded.dictionary)
    codes = pc.fill_null(encoded.indices, without_key).to_numpy()
    places = np.zeros(without_key + 1, np.intp)
    places[codes[order]] = order  # of equal codes, numpy keeps the value of the last
    return places[:-1][_is_filled(encoded.dictionary)]


def _is_filled(texts: pa.Array) -> NDArray[np.bool_]:
    """Which texts are neither null nor empty."""
    filled: pa.Array = pc.not_equal(pc.fill_null(texts, ""), "")
    return np.asarray(filled, np.bool_)
