"""Tables of which each row is a finished window already: they must not be cut as if their rows were samples."""

import re

from stridenet.data.understand.columns import Roles
from stridenet.data.understand.words import words
from stridenet.errors import DataError, short

_STATISTICS = frozenset(
    [
        "mean",
        "std",
        "sd",
        "mad",
        "iqr",
        "energy",
        "entropy",
        "arcoeff",
        "correlation",
        "skewness",
        "kurtosis",
        "meanfreq",
        "sma",
        "rms",
    ]
)
_SERIES = 8
_MANY = 32
"""So many numbered columns of one name are hardly channels."""


def refuse_features(roles: Roles) -> None:
    """Refuses a table without a clock whose columns are statistics or the samples of a window.

    Raises:
        DataError: it is one.
    """
    names = roles.open
    telling = [name for name in names if set(words(name)) & _STATISTICS]
    if len(telling) >= 2 and len(telling) * 2 >= len(names):
        raise DataError(
            f"{roles.where}: columns such as {short(telling[0])} are statistics of a window, so each row is a finished "
            "window and no sample: a network over time cannot be trained on it; give the recordings that it was made "
            "from."
        )
    wide = wide_columns(names)
    if roles.said.rate_hz is None and (len(wide) > 1 or any(len(one) >= _MANY for one in wide.values())):
        first = next(iter(wide.values()))
        raise DataError(
            f"{roles.where}: columns {short(first[0])} to {short(first[-1])} seem to be the samples of one window, so "
            "each "
            "row is a window: say so with --wide, or name the columns that are channels with --channels."
        )


def wide_columns(names: list[str], fewest: int = _SERIES) -> dict[str, list[str]]:
    """Columns that number the samples of a window, by channel, in order of their numbers.

    >>> wide_columns([f"acc_{i}" for i in range(1, 10)] + ["label"])["acc"][:2]
    ['acc_1', 'acc_2']
    """
    found: dict[str, dict[int, str]] = {}
    for name in names:
        if match := re.fullmatch(r"(.*?)[_\s.\[(-]*(\d+)[\])]?", name):
            found.setdefault(match[1], {})[int(match[2])] = name
    return {
        head: [one[i] for i in sorted(one)]
        for head, one in found.items()
        if len(one) >= fewest and max(one) - min(one) == len(one) - 1
    }
