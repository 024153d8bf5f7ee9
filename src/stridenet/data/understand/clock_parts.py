"""A time that several columns tell together: hour, minute and second, or seconds and nanoseconds."""

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.understand import words as known
from stridenet.data.understand.columns import Roles, typed
from stridenet.data.understand.words import words
from stridenet.errors import DataError, short

_COARSE = known.TIME | {"second", "minute", "minutes", "min", "mins", "hour", "hours", "h", "stunde", "stunden"}
_UNITS_S = (1.0, 60.0, 3600.0)
_FULL = 0.8
"""Of a unit, to which a part must go before it begins again."""
_FEWEST = 3
_MOSTLY = 0.9


def refuse_parts(roles: Roles, fine: str, seconds: npt.NDArray[np.float64]) -> None:
    """Refuses a clock that begins again with each second, minute or hour that another column counts.

    Args:
        roles: of the columns.
        fine: the column that is to be the time.
        seconds: what it says in the longest sheet, from its own zero.

    Raises:
        DataError: another column tells the rest of the time.
    """
    falls = np.flatnonzero(np.diff(seconds) < 0)
    if len(falls) < _FEWEST:
        return
    highest = float(seconds.max())
    if not any(_FULL * unit <= highest <= unit for unit in _UNITS_S):
        return
    sheet = max(roles.sheets, key=lambda one: one.frame.height)
    for name in roles.names:
        cells = sheet.frame[name]
        if name == fine or not cells.dtype.is_integer() or not set(words(name)) & _COARSE:
            continue
        if len(cells) == len(seconds) and _counts_on(cells, falls):
            parts = [one for one in roles.names if one == fine or set(words(one)) & _COARSE]
            raise DataError(
                f"{roles.where}: columns {short(name)} and {short(fine)} tell the time together, for the second begins "
                "again wherever the first goes on; write one column of seconds, or of dates, in their place, or leave "
                f"them out and give the rate (--drop {typed(','.join(parts))} --rate-hz 50)."
            )


def _counts_on(cells: pl.Series, falls: npt.NDArray[np.int64]) -> bool:
    """Whether a column goes on by one at these steps, or begins again itself, and stays as it is at all others."""
    steps = np.diff(cells.fill_null(0).cast(pl.Int64).to_numpy())
    changes = np.flatnonzero(steps)
    both = len(np.intersect1d(changes, falls))
    goes_on = (steps[falls] == 1) | (steps[falls] < 0)
    return both >= _MOSTLY * max(len(changes), len(falls)) and float(goes_on.mean()) >= _MOSTLY
