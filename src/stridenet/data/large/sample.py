"""Some rows of a large table by which its columns are understood: its beginning, pieces of all of it, and what is odd.

What is said of a column because something never happens in it (it is constant, it follows the label, it is empty) may
be wrong as soon as one row says otherwise. So such rows are added, and columns are understood again by all of them.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.sheet import Sheet
from stridenet.data.understand.columns import Roles

_AROUND = 8  # rows that are kept with an odd one, so that its steps are seen
_MOST_VALUES = 64  # of a column that are kept with each label: one with more is no code
_MOST_ODD = 200  # slices of a column


@dataclass
class Sample:
    """Rows of one table, slices of it after each other.

    Args:
        head: rows of its beginning.
        each: rows of each later part.
    """

    head: int
    each: int
    _slices: list[Sheet] = field(default_factory=list)
    _n: int = 0
    _until: int = 0
    _next: int = 0
    _few: list[str] | None = None
    _seen: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    _n_odd: dict[str, int] = field(default_factory=dict)

    def take(self, part: Sheet, roles: Roles | None = None) -> None:
        """Some of the next part's rows, and those that may say something else of a column than those before.

        Args:
            part: of the table, in its order.
            roles: what the columns were taken for; None where that is not known.
        """
        n = part.frame.height
        if not n:
            return
        chosen = np.zeros(n, bool)
        fresh = int(np.searchsorted(part.lines, self._until, "right"))  # a second reading brings odd rows only
        if fresh < n:
            whole = fresh + max(0, self.head - self._n)
            chosen[fresh:whole] = True
            half = max(1, self.each // 2)
            for middle in (fresh + (n - fresh) // 3, n - half // 2):
                chosen[max(fresh, middle - half // 2) : middle + half // 2 + 1] = True
            self._until = int(part.lines[-1])
        for row in self._odd(part.frame, roles) if self._slices else ():
            chosen[max(0, row - _AROUND) : row + _AROUND] = True
        edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]]).astype(np.int8)))
        for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            follows = self._slices and int(part.lines[a]) == self._next
            self._slices.append(replace(_some(part, a, b - a), breaks=_breaks(part, a, b, follows=bool(follows))))
            self._n += b - a
            self._next = int(part.lines[b - 1]) + 1

    def sheet(self) -> Sheet:
        """All of them as one table, whose slices do not follow each other."""
        first = self._slices[0]
        frame = pl.concat([one.frame for one in _alike(self._slices)])
        heights = [one.frame.height for one in self._slices]
        begins = np.cumsum([0, *heights[:-1]]).tolist()
        breaks = {begin + row for begin, one in zip(begins, self._slices, strict=True) for row in one.breaks} - {0}
        lines: npt.NDArray[np.int64] = np.concatenate([one.lines for one in self._slices])
        return replace(first, frame=frame, lines=lines, breaks=tuple(sorted(breaks)), notes=())

    def _odd(self, frame: pl.DataFrame, roles: Roles | None) -> list[int]:
        """The first rows that hold what was not seen before, of the columns for which that may matter."""
        if self._few is None:
            self._few = [name for name in frame.columns if self._n_values(name) <= _MOST_VALUES]
        rows: list[int] = []
        for name in frame.columns:
            column = roles.found.get(name) if roles else None
            if self._n_odd.get(name, 0) > _MOST_ODD or (column and column.why == "you said so"):
                continue
            found: list[int] = []
            if frame[name].dtype == pl.String and self._is_number(name):
                slips = frame[name].str.strip_chars().cast(pl.Float64, strict=False).is_null()
                found = [int((slips & frame[name].is_not_null()).arg_max() or 0)]
            elif name in self._few and not (column and column.role == "channel"):
                beside = [roles.one("label"), roles.one("person")] if roles else [*self._few]
                for other in {one for one in beside if one} | {name}:
                    found += self._new(frame, name, other)
            self._n_odd[name] = self._n_odd.get(name, 0) + len(found)
            rows += found
        return rows

    def _is_number(self, name: str) -> bool:
        return all(one.frame[name].dtype.is_numeric() or _is_empty(one.frame[name]) for one in self._slices)

    def _n_values(self, name: str) -> int:
        return sum(one.frame[name].n_unique() for one in self._slices[:8])

    def _new(self, frame: pl.DataFrame, name: str, other: str) -> list[int]:
        """The first rows with a value that was not seen beside that of the other column."""
        if (name, other) not in self._seen:
            self._seen[name, other] = set()
            for one in self._slices:
                self._new(one.frame, name, other)
        seen = self._seen[name, other]
        rows: list[int] = []
        cells = frame.select(pl.col(name).alias("one"), pl.col(other).alias("other")).with_row_index("row")
        unique = cells.filter(pl.col("one").is_not_null()).unique(["one", "other"], keep="first", maintain_order=True)
        for row, *values in unique.iter_rows():
            if len(rows) == _MOST_VALUES:
                break
            key = (str(values[0]), str(values[1]))
            if key not in seen:
                seen.add(key)
                rows.append(int(row))
        return rows


def _some(part: Sheet, first: int, n: int) -> Sheet:
    return replace(
        part,
        frame=part.frame.slice(first, n).rechunk(),
        lines=part.lines[first : first + n].copy(),
    )


def _breaks(part: Sheet, first: int, end: int, *, follows: bool) -> tuple[int, ...]:
    """Rows of a slice that do not go on from the row before."""
    within = {row - first for row in part.breaks if first <= row < end}
    return tuple(sorted(within | (set() if follows else {0})))


def _alike(slices: list[Sheet]) -> list[Sheet]:
    """Slices whose columns have one type each: text where any is text, else fractions where any is."""
    types: dict[str, pl.DataType] = {}
    for name in slices[0].frame.columns:
        found = {one.frame[name].dtype for one in slices if not _is_empty(one.frame[name])}
        if len({one.frame[name].dtype for one in slices}) > 1:
            one_type = found.pop() if len(found) == 1 else None
            numbers = all(dtype.is_numeric() for dtype in found) and bool(found)
            types[name] = one_type or (pl.Float64() if numbers else pl.String())
    return [replace(one, frame=one.frame.cast(types)) for one in slices] if types else slices  # type: ignore[arg-type]


def _is_empty(cells: pl.Series) -> bool:
    return cells.null_count() == len(cells)
