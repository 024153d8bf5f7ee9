"""From the samples of a sensor to the rows that windows are cut from: filtered where the model wants it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet_runtime.chain import Chain

Rows = npt.NDArray[np.float32]
LARGEST = 3.4028235e38
"""Of a measured value: windows hold single precision, in which more is infinite."""


class Front:
    """Samples in, as many rows out; those that are missing stay missing, and the filters begin anew after them.

    A sample is missing where one of its channels is NaN or no number of single precision. A row comes with the sample
    after it where there are filters, and at once where there are none.

    Args:
        n_channels: of a sample.
        filters: ``"none"`` or ``"uci-har"``.

    >>> front = Front(1, "none")
    >>> front.push(np.array([[1.0], [np.inf]])).tolist()
    [[1.0], [nan]]
    """

    def __init__(self, n_channels: int, filters: str = "none") -> None:
        if filters not in ("none", "uci-har"):
            raise ValueError(f"there are no filters {filters!r}; known: none, uci-har.")
        self.n_channels, self.filters = n_channels, filters
        self.begin()

    @property
    def n_rows(self) -> int:
        """Channels of a row."""
        return self._chain.n_out if self._chain else self.n_channels

    def begin(self) -> None:
        """Forgets what came before, as after a gap."""
        self._chain = Chain(gyroscope=self.n_channels == 6) if self.filters == "uci-har" else None

    def push(self, samples: npt.NDArray[Any]) -> Rows:
        """Rows (time, channel) of the next samples (time, channel); NaN where one is missing."""
        with np.errstate(invalid="ignore"):
            there = (np.abs(samples) <= LARGEST).all(axis=1)
        if self._chain is None:
            rows = np.full(samples.shape, np.nan, np.float32)
            rows[there] = samples[there]
            return rows
        edges = np.flatnonzero(np.diff(there)) + 1
        parts: list[npt.NDArray[Any]] = []
        for part, good in zip(np.split(samples, edges), np.split(there, edges), strict=True):
            if len(part) and good[0]:
                parts.append(self._chain.push(part))
            elif len(part):
                parts += [self.flush(), np.full((len(part), self._chain.n_out), np.nan)]
        return np.concatenate([np.zeros((0, self.n_rows)), *parts]).astype(np.float32)

    def flush(self) -> Rows:
        """The row that is still held back, if any; what follows begins anew."""
        if self._chain is None:
            return np.zeros((0, self.n_channels), np.float32)
        last = self._chain.flush().astype(np.float32)
        self.begin()
        return last

    @property
    def state(self) -> dict[str, npt.NDArray[np.float64]]:
        """All that the next row depends on; a copy."""
        return self._chain.state if self._chain else {}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Goes on from a state.

        Raises:
            ValueError: it is of other filters, or damaged.
        """
        if self._chain:
            chain = Chain.restored(state)
            if chain.n_in != self.n_channels:
                raise ValueError(f"the state is of {chain.n_in} channels, but the model takes {self.n_channels}.")
            self._chain = chain
