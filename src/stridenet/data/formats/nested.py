"""Columns whose cells hold several values: axes become columns of their own, all else is left out and told."""

import polars as pl

from stridenet.errors import short

_AXES = ("x", "y", "z")
_QUATERNION = frozenset((*_AXES, "w"))


def unnested(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The frame without columns of objects and of lists, and what is told of them.

    A list of three numbers in each row is taken for three axes, unless the column is named after one of them: then they
    are samples, whose times nothing tells.

    Args:
        frame: as its file has it.

    >>> frame, told = unnested(pl.DataFrame({"t": [0, 1], "acc": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]}))
    >>> frame.columns, told
    (['t', 'acc_x', 'acc_y', 'acc_z'], ("column 'acc' holds three numbers in each row, taken for x, y and z",))
    """
    told: list[str] = []
    while nested := [column.name for column in frame if column.dtype.is_nested()]:
        name = nested[0]
        parts = _parts(frame[name], told)
        at = frame.columns.index(name)
        before, after = frame[:, :at], frame[:, at + 1 :]
        taken = {*before.columns, *after.columns}
        for part in parts:
            while part.name in taken:
                part = part.rename(f"{part.name}_")
            taken.add(part.name)
            before = before.with_columns(part)
        frame = pl.concat([before, after], how="horizontal") if after.width else before
    return frame, tuple(told)


def _parts(column: pl.Series, told: list[str]) -> list[pl.Series]:
    name = column.name
    if isinstance(column.dtype, pl.Struct):
        fields = column.struct.unnest()
        if {one.lower() for one in fields.columns} <= _QUATERNION and all(one.is_numeric() for one in fields.dtypes):
            return [part.rename(f"{name}.{part.name}") for part in fields]
        told.append(f"column {short(name)} holds objects ({short(str(column[0]), 40)}) and is left out")
        return []
    lists = column.arr.to_list() if column.dtype == pl.Array else column
    numbers = isinstance(lists.dtype, pl.List) and lists.dtype.inner is not None and _is_number(lists.dtype)
    lengths = lists.list.len().drop_nulls()
    if numbers and len(lengths) and (lengths == len(_AXES)).all() and name.rstrip().lower()[-1:] not in _AXES:
        told.append(f"column {short(name)} holds three numbers in each row, taken for x, y and z")
        return [lists.list.get(i, null_on_oob=True).rename(f"{name}_{axis}") for i, axis in enumerate(_AXES)]
    told.append(
        f"column {short(name)} holds lists ({short(str(column[0]), 40)}) and is left out; write a row for each "
        "sample, and a column for each axis"
    )
    return []


def _is_number(dtype: pl.List) -> bool:
    return isinstance(dtype.inner, pl.DataType) and dtype.inner.is_numeric()
