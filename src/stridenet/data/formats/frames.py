"""Frames of any column types as sheets: what Parquet, spreadsheets and JSON give."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.formats import names
from stridenet.data.formats.cells import column_of, told
from stridenet.data.formats.nested import unnested
from stridenet.data.sheet import Known, Sheet
from stridenet.errors import short

_INDEX = "__index_level_"


def sheet_of(
    frame: pl.DataFrame,
    name: str,
    where: str,
    *,
    form: str = "table",
    lines: npt.NDArray[np.int64] | None = None,
    notes: tuple[str, ...] = (),
) -> Sheet:
    """A frame as a sheet: numbers as Int64 or Float64, dates as Datetime, all else as text.

    Args:
        frame: as it was read.
        name: of the sheet.
        where: the file, for messages.
        form: the format's name, for people.
        lines: the line of each row.
        notes: what the reader has to say.

    Raises:
        DataError: two columns of one name.

    >>> import polars as pl
    >>> sheet = sheet_of(pl.DataFrame({"t [ms]": [0, 20], "x": ["0.5", "NA"]}), "a.xlsx", "file 'a.xlsx'")
    >>> sheet.frame.to_dict(as_series=False), sheet.units
    ({'t': [0, 20], 'x': [0.5, None]}, {'t': 'ms'})
    """
    frame, lists = unnested(frame)
    plain, units = names.plain_names(dict(enumerate(frame.columns)), where)
    columns, said, known = [], [*notes, *lists], dict[str, Known]()
    for i, column in enumerate(frame):
        title = plain[i]
        if column.dtype == pl.Duration:
            units[i] = "ns"
        values = _plain(column)
        if values is None:
            said.append(f"column {short(title)} holds {short(str(column.dtype))}, no numbers or text, and is left out")
            continue
        if values.dtype == pl.String:
            found = column_of(values, title)
            values = found.values
            if found.unit:
                units.setdefault(i, found.unit)
            if found.odd:
                at = int(lines[found.odd.row]) if lines is not None else found.odd.row + 1
                said.append(told(found.odd, title, at))
        if title.startswith(_INDEX) or counts_rows(title, values):
            known[title] = Known("left out", "a written index")
        columns.append(values.rename(title))
    kept = pl.DataFrame(columns)
    return Sheet(
        name=name,
        frame=kept,
        form=form,
        kind="samples" if kept.height else "nothing",
        why="" if kept.height else "it has no rows",
        lines=np.zeros(0, np.int64) if lines is None else lines,
        units={plain[i]: unit for i, unit in units.items() if plain[i] in kept.columns},
        known=known,
        notes=tuple(said),
    )


def counts_rows(name: str, column: pl.Series) -> bool:
    """Whether a column without a name of its own counts the rows: the index that data frames write."""
    if not names.is_unnamed(name) or column.dtype != pl.Int64 or column.null_count() or not len(column):
        return False
    return column[0] in (0, 1) and bool((column.diff().drop_nulls() == 1).all())


def _plain(column: pl.Series) -> pl.Series | None:
    """A column in one of the types of a sheet; None where it holds lists or bytes."""
    dtype = column.dtype
    if dtype in (pl.String, pl.Boolean, pl.Datetime):
        return column
    if dtype.is_integer():
        whole = column.cast(pl.Int64, strict=False)
        return whole if whole.null_count() == column.null_count() else column.cast(pl.Float64)
    if dtype.is_numeric():
        return column.cast(pl.Float64).fill_nan(None)
    if dtype == pl.Date:
        return column.cast(pl.Datetime("us"))
    if dtype == pl.Duration:
        return column.dt.total_nanoseconds()
    if dtype == pl.Null or dtype in (pl.Categorical, pl.Enum, pl.Time):
        return column.cast(pl.String)
    return None


def indices(frame: pl.DataFrame) -> Mapping[str, Known]:
    """The written indices of a table."""
    why = "a written index: it counts the rows"
    return {column.name: Known("left out", why) for column in frame if counts_rows(column.name, column)}
