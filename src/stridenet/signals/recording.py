"""A recording: what one person's sensors measured, without a gap, with a label per sample."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError
from stridenet.signals.cards import Card
from stridenet.signals.wording import channels_with_units, listed, sized, words
from stridenet.system.mapped import forget

UNLABELLED = -1
_AT_ONCE = 1 << 18
LARGEST = 3.4028235e38
"""Of a measured value: windows hold single precision, in which more is infinite."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One person's sensors over one unbroken stretch of time.

    A gap in time ends a recording; the reader starts a new one after it.

    Args:
        name: where it came from, for messages and for tracing a window back (``"exp01_user01"``).
        group: the person; no group is ever on two sides of a split.
        data: shape (time, channel), float, finite in single precision.
        channels: one name per channel.
        units: one unit per channel (``"g"``, ``"rad/s"``).
        rate_hz: samples per second.
        labels: shape (time,), the class of each sample from 0, or ``-1`` where there is none.
        classes: the names of the classes, in the order of their numbers.
        start_s: where it begins, in seconds from the beginning of what it is a piece of.
        clock_s: what the recorder's clock said then, in seconds: since 1970 where ``dated``; None where it had none.
        dated: whether that clock has dates.

    Raises:
        DataError: shapes that do not fit together, or a value that is not finite in single precision.

    >>> import numpy as np
    >>> Recording("walk", "anna", np.zeros((4, 1)), ("x",), ("g",), 50.0, np.zeros(4, int), ("walking",)).duration_s
    0.08
    """

    name: str
    group: str
    data: npt.NDArray[np.float32] | npt.NDArray[np.float64]
    channels: tuple[str, ...]
    units: tuple[str, ...]
    rate_hz: float
    labels: npt.NDArray[np.integer]
    classes: tuple[str, ...] = field(default=())
    start_s: float = 0.0
    clock_s: float | None = None
    dated: bool = False

    def __post_init__(self) -> None:
        where = f"recording {self.name!r}"
        if self.data.ndim != 2:
            raise DataError(f"{where}: expected an array of (time, channel), found shape {self.data.shape}.")
        n_samples, n_channels = self.data.shape
        if len(self.channels) != n_channels or len(self.units) != n_channels:
            raise DataError(
                f"{where}: {n_channels} channels in the data, but {len(self.channels)} channel names "
                f"and {len(self.units)} units; give one of each per channel."
            )
        if self.labels.shape != (n_samples,):
            raise DataError(
                f"{where}: {n_samples} samples, but labels of shape {self.labels.shape}; give one per sample."
            )
        if not (np.isfinite(self.rate_hz) and self.rate_hz > 0):
            raise DataError(f"{where}: the rate is {self.rate_hz} Hz; it must be above 0.")
        low, high = _ends(self.labels) if n_samples else (UNLABELLED, UNLABELLED)
        if low < UNLABELLED or high >= len(self.classes):
            raise DataError(
                f"{where}: labels from {low} to {high}, but {len(self.classes)} classes; "
                "labels count from 0, and -1 means none."
            )
        check_finite(self.data, self.channels, where, rate_hz=self.rate_hz)

    def __repr__(self) -> str:
        return str(self._card())

    def _repr_html_(self) -> str:
        return self._card().html()

    def _card(self) -> Card:
        seconds = [(name, int((self.labels == c).sum()) / self.rate_hz) for c, name in enumerate(self.classes)]
        said = [f"{words(name)} {s:.4g} s" for name, s in seconds if s]
        facts = [
            ("person", self.group),
            ("length", sized(self.n_samples, self.rate_hz)),
            ("channels", channels_with_units(self.channels, self.units)),
            ("labels", listed(said, 12) or "none"),
        ]
        return Card(f"Recording {self.name}", facts)

    @property
    def n_samples(self) -> int:
        """Number of time steps."""
        return int(self.data.shape[0])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.n_samples / self.rate_hz


def _ends(values: npt.NDArray[Any]) -> tuple[Any, Any]:
    """The smallest and the largest value; what is mapped counts as our memory a block at a time."""
    found = []
    for first in range(0, len(values), _AT_ONCE):
        block = values[first : first + _AT_ONCE]
        found.append((block.min(), block.max()))
        forget(block)
    low, high = zip(*found, strict=True)
    return np.min(low), np.max(high)


def check_finite(
    data: npt.NDArray[np.floating], channels: Sequence[str], where: str, *, rate_hz: float | None = None
) -> None:
    """Refuses missing, infinite and too large values, and says in which channel and where the first one is.

    Args:
        data: shape (..., time, channel).
        channels: the channels' names.
        where: how the message begins.
        rate_hz: gives the place in seconds as well.

    Raises:
        DataError: a value is NaN, infinite, or infinite in single precision.
    """
    if not data.size:
        return
    with np.errstate(invalid="ignore"):
        low, high = _ends(data)  # the cheap way to know
    if low >= -LARGEST and high <= LARGEST:
        return
    bad = ~(np.abs(data) <= LARGEST)
    channel = int(np.flatnonzero(bad.reshape(-1, bad.shape[-1]).any(axis=0))[0])
    first = np.argwhere(bad[..., channel])[0]
    place = f"sample {first[-1]}" if len(first) == 1 else f"window {first[0]}, sample {first[-1]}"
    if rate_hz is not None and len(first) == 1:
        place += f", {first[-1] / rate_hz:.2f} s"
    raise DataError(
        f"{where}, channel {channels[channel]!r}: {int(bad[..., channel].sum())} of {bad[..., channel].size} values "
        f"are missing, infinite or beyond single precision (first at {place}); fill or cut them out of the file, or "
        "leave the recording out."
    )
