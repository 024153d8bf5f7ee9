"""A table as a reader gives it, from the text of a file."""

import csv
import io
import re
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]
UNIT = re.compile(r"^(.*?)\s*\((s|ms|g|m/s\^2|rad/s|deg/s|µT|hPa|G)\)\s*$")
CANONICAL = {"µT": "uT", "G": "g"}


def _cells(cells: list[str]) -> pl.Series:
    given = pl.Series([cell.strip() or None for cell in cells], dtype=pl.String)
    for dtype in (pl.Int64, pl.Float64):
        values = given.cast(dtype, strict=False)
        if values.null_count() == given.null_count():
            return values
    return given


@pytest.fixture
def table() -> Table:
    def make(name: str, text: str, *, head: int = 0, names: bool = True, separator: str = ",") -> Sheet:
        lines = text.lstrip("\ufeff").splitlines()
        body = [(i, line) for i, line in enumerate(lines, start=1) if i > head and line.strip()]
        rows = [(i, row) for i, line in body for row in csv.reader(io.StringIO(line), delimiter=separator)]
        first = rows[0][1]
        columns = first if names else [f"column_{i}" for i in range(1, len(first) + 1)]
        rows = rows[1:] if names else rows
        units, frame = {}, {}
        for i, column in enumerate(columns):
            if not column:
                continue
            match = UNIT.match(column)
            plain = match[1] if match else column
            if match:
                units[plain] = CANONICAL.get(match[2], match[2])
            frame[plain] = _cells([row[i] if i < len(row) else "" for _, row in rows])
        return Sheet(
            name=name,
            frame=pl.DataFrame(frame),
            head=tuple(lines[:head]),
            lines=np.array([i for i, _ in rows], np.int64),
            units=units,
        )

    return make
