"""Anyone's splitter, of scikit-learn's kind: what it draws, as numbers of windows, or why it cannot serve."""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.errors import SplitError, short
from stridenet.signals.windows import Windows
from stridenet.signals.wording import listed

Index = npt.NDArray[np.int64]


def drawn_by(splitter: Any, windows: Windows) -> list[tuple[Index, Index]]:
    """The windows that are left and the windows that are tested, of each fold.

    Args:
        splitter: its ``split(x, y, groups)`` gives two at a time, as numbers of windows or as masks.
        windows: all windows; their people are the groups.

    Raises:
        SplitError: it is no such splitter, or what it gives is no test.
    """
    name = getattr(splitter, "__name__", type(splitter).__name__)
    if isinstance(splitter, type):
        raise SplitError(f"splitter {name} is a class; give an object of it, as in {name}(...).")
    if not hasattr(splitter, "split"):
        raise SplitError(f"splitter {name} has no method split(x, y, groups); give one of scikit-learn's splitters.")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The groups parameter is ignored")  # which the result tells
            drawn = [
                (_numbers(rest, len(windows), name), _numbers(tested, len(windows), name))
                for rest, tested in splitter.split(windows.x, windows.y, windows.group)
            ]
    except SplitError:
        raise
    except Exception as error:  # anyone's code
        raise SplitError(f"splitter {name} cannot divide these windows: {str(error).rstrip('.')}.") from None
    if not drawn or min(len(one) for _, one in drawn) == 0:
        raise SplitError(f"splitter {name} tests no window{' in a fold' if drawn else ''}; give one that does.")
    tested = np.concatenate([one for _, one in drawn])
    if len(np.unique(tested)) < len(tested):
        raise SplitError(
            f"splitter {name} tests windows several times; give one whose folds are apart, and ask for more repeats."
        )
    for rest, one in drawn:
        if len(both := np.intersect1d(rest, one)):
            windows_said = listed([str(i) for i in both])
            raise SplitError(f"splitter {name} trains and tests the same windows (windows {windows_said}).")
    return drawn


def _numbers(given: Any, n: int, name: str) -> Index:
    """What a splitter gives of one side, as numbers of windows."""
    found = np.asarray(given)
    if found.dtype == bool and found.shape == (n,):
        return np.flatnonzero(found)
    whole = np.asarray(found, np.int64)
    if found.dtype == bool or found.ndim != 1 or not np.array_equal(whole, found):
        raise SplitError(
            f"splitter {name} gives {short(given)} as a side; numbers of windows are needed, or a mask of all {n}."
        )
    if lost := whole[(whole < 0) | (whole >= n)].tolist():
        raise SplitError(f"splitter {name} gives window {lost[0]}, and windows are numbered from 0 to {n - 1}.")
    return whole
