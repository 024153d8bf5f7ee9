"""What the numbers of a column look like: a clock, a counter, a code, or something that was measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

_MOST_VALUES = 1000
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Stretches:
    """The rows of one file, those of one person and recording after each other.

    Args:
        order: shape (row,), the rows in that order.
        starts: the places in it where another stretch begins.
    """

    order: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Look:
    """How a column of numbers looks, over all files that have it.

    Args:
        n: cells with a number.
        whole: whether all are whole numbers.
        values: how many different ones there are, at most 1,000.
        constant: whether there is one value only.
        even_step: the one step between rows of one stretch, where there is one; else 0.
        rises: share of the steps that go up.
        changes: share of the steps that change the value at all.
        within: whether it changes within any stretch.
    """

    n: int
    whole: bool
    values: int
    constant: bool
    even_step: float
    rises: float
    changes: float
    within: bool

    @property
    def one_way(self) -> bool:
        """Whether it only ever rises, or only ever falls, as uneven clocks, batteries and counters of steps do."""
        ways = min(self.rises, self.changes - self.rises)
        return self.n >= 20 and self.within and ways <= 0.002 * self.changes

    @property
    def counts(self) -> bool:
        """Whether it goes up by the same step from row to row, as counters and clocks do."""
        return self.n > 3 and self.even_step > 0

    @property
    def numbers_stretches(self) -> bool:
        """Whether it holds few whole numbers, each for long: as the numbers of trials, people and activities do."""
        return self.n >= 20 and self.whole and not self.constant and self.values <= 50 and self.changes < 0.02


def look(columns: Sequence[pl.Series], stretches: Sequence[Stretches]) -> Look:
    """Looks at one column of several files.

    Args:
        columns: the column in each file.
        stretches: the rows of each file that follow each other.
    """
    arrays = [
        column.cast(pl.Float64, strict=False).to_numpy()[one.order]
        for column, one in zip(columns, stretches, strict=True)
    ]
    inner = [
        np.delete(np.diff(array), one.starts[(one.starts > 0) & (one.starts < len(array))] - 1)
        for array, one in zip(arrays, stretches, strict=True)
    ]
    steps = np.concatenate(inner) if inner else np.zeros(0)
    steps = steps[np.isfinite(steps)]
    seen: set[float] = set()
    n, whole = 0, True
    for array in arrays:
        finite = array[np.isfinite(array)]
        n += len(finite)
        whole = whole and bool((finite == np.floor(finite)).all())
        if len(seen) < _MOST_VALUES:
            seen |= set(np.unique(finite)[:_MOST_VALUES].tolist())
    return Look(
        n=n,
        whole=whole,
        values=min(len(seen), _MOST_VALUES),
        constant=len(seen) <= 1,
        even_step=_even_step(steps, arrays),
        rises=float((steps > 0).mean()) if len(steps) else 0.0,
        changes=float((steps != 0).mean()) if len(steps) else 0.0,
        within=bool((steps != 0).any()),
    )


def _even_step(steps: npt.NDArray[np.float64], arrays: Sequence[npt.NDArray[np.float64]]) -> float:
    """The step, where all but a few in a thousand are the same; the digits of the numbers are allowed for."""
    if len(steps) < 3:
        return 0.0
    step = float(np.median(steps))
    largest = max((float(np.nanmax(np.abs(array))) for array in arrays if len(array)), default=0.0)
    allowed = max(abs(step) * 1e-3, largest * 4 * np.finfo(np.float64).eps, _SAME)
    return step if step > 0 and float((np.abs(steps - step) > allowed).mean()) < 0.005 else 0.0


def tells_label(columns: Sequence[pl.Series], labels: Sequence[pl.Series | None]) -> bool:
    """Whether a column is a function of the label that tells some labels apart: a code of the answer.

    Args:
        columns: the column in each file.
        labels: the label of each row, as text; None where a file has none.
    """
    of: dict[str, set[object]] = {}
    n = 0
    for column, label in zip(columns, labels, strict=True):
        if label is None:
            continue
        pairs = pl.DataFrame({"value": column.cast(pl.String), "label": label}).drop_nulls()
        n += pairs.height
        pairs = pairs.unique()
        if pairs.height > _MOST_VALUES:
            return False
        for value, name in pairs.iter_rows():
            of.setdefault(name, set()).add(value)
        if any(len(values) > 1 for values in of.values()):
            return False
    if n == len(of):  # a label in one row each has one value of anything
        return False
    return len(of) > 1 and len({next(iter(values)) for values in of.values()}) > 1


def one_value_each(keys: Sequence[pl.Series], columns: Sequence[pl.Series]) -> bool:
    """Whether all rows of one key have one value, over all files."""
    pairs = [
        pl.DataFrame({"key": key.cast(pl.String), "value": column.cast(pl.Float64)}).unique()
        for key, column in zip(keys, columns, strict=True)
    ]
    rows = pl.concat(pairs).drop_nulls().unique()
    return bool(rows.height and rows["key"].n_unique() == rows.height)


def same_clock(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> bool:
    """Whether two columns of seconds tell the same time: they span the same and rise together."""
    both = np.isfinite(one) & np.isfinite(other)
    one, other = one[both], other[both]
    if len(one) < 3:
        return True
    a, b = one - one[0], other - other[0]
    span = max(abs(a).max(), abs(b).max())
    usual = float(np.median(np.abs(np.diff(a)))) or span / len(a)
    return bool(span == 0 or np.abs(a - b).max() <= max(0.02 * span, 2 * usual))
