"""Own data from Python: data frames of any library, and arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from stridenet.data.formats.arrays import cases
from stridenet.data.formats.names import without_unit
from stridenet.data.formats.nested import unnested
from stridenet.data.formats.text import unit_of
from stridenet.data.sheet import Cases, Known, Sheet
from stridenet.errors import DataError, SettingError, short
from stridenet.spec import ReadSpec


def sheet_of(frame: Any) -> Sheet:
    """A data frame of pandas, polars, PyArrow or any library that narwhals knows, as a sheet.

    Args:
        frame: a row a sample; pandas' index is no column.

    Raises:
        SettingError: it is no data frame.
    """
    import narwhals.stable.v2 as nw

    try:
        wrapped = nw.from_native(frame, eager_only=True)
    except TypeError:
        raise SettingError(
            f"{type(frame).__name__}: own data is given as a path, a data frame (pandas, polars, PyArrow) or an array "
            "(window, time, channel)."
        ) from None
    columns: dict[str, pl.Series] = {}
    units: dict[str, str] = {}
    for column in wrapped.iter_columns():
        name, unit = without_unit(str(column.name))
        name = name.strip() or str(column.name)
        if name in columns:
            raise DataError(f"the data frame has two columns named {short(name)}; rename one of them.")
        columns[name] = _series(name, column)
        if unit:
            units[name] = unit_of(unit)
    plain, told = unnested(pl.DataFrame(list(columns.values())))
    known = {name: Known("left out", "an index that a program wrote") for name in columns if name.startswith("__index")}
    return Sheet(name="data frame", frame=plain, form="data frame", units=units, known=known, notes=told)


def _series(name: str, column: Any) -> pl.Series:
    import narwhals.stable.v2 as nw

    if isinstance(native := column.to_native(), pl.Series):
        series = native.alias(name)
    elif column.dtype.is_numeric():
        values = column.to_numpy()
        series = pl.Series(name, values.astype(np.float64) if values.dtype == object else values, nan_to_null=True)
    elif column.dtype in (nw.Datetime, nw.Date):
        series = pl.Series(name, column.cast(nw.Datetime("ns")).to_numpy().astype("datetime64[ns]"))
    else:
        series = pl.Series(name, [None if _none(cell) else str(cell) for cell in column.to_list()], dtype=pl.String)
    if series.dtype in (pl.Categorical, pl.Enum):
        series = series.cast(pl.String)
    if series.dtype.is_float():
        series = series.fill_nan(None).cast(pl.Float64)
    elif series.dtype.is_integer():
        series = series.cast(pl.Int64, strict=False)
    elif series.dtype == pl.Boolean:
        series = series.cast(pl.Int64)
    return series


def _none(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and cell != cell) or str(cell) in ("NaT", "<NA>")


def of_arrays(x: Any, y: Sequence[Any] | None, groups: Sequence[Any] | None, said: ReadSpec) -> Cases | Sheet:
    """Arrays as cases, where a window is the first axis; or one recording of (time, channel)."""
    data = np.asarray(x)
    if data.ndim == 2 and y is None:
        names = list(said.channels or [f"channel_{i}" for i in range(1, data.shape[1] + 1)])
        if len(names) != data.shape[1]:
            raise DataError(f"an array of {data.shape[1]} channels, but {len(names)} names; give one for each.")
        frame = pl.DataFrame({name: data[:, i].astype(np.float64) for i, name in enumerate(names)})
        return Sheet(name="array", frame=frame.fill_nan(None), form="NumPy array")
    return cases(x, y, groups, said.layout, "the array", name="array", channels=said.channels, rate_hz=said.rate_hz)
