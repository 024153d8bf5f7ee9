"""Who is drawn: windows, people or recordings, in shares or in folds. Every draw has a seed."""

import re
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.errors import SplitError
from stridenet.signals.windows import Windows

Index = npt.NDArray[np.int64]
Chosen = npt.NDArray[np.bool_]


def sessions(windows: Windows) -> npt.NDArray[np.str_]:
    """Shape (window,): the recording that each window is from; the stretches between its gaps are one."""
    names = np.array([re.sub(r"#\d+$", "", name) for name in windows.recordings])
    drawn: npt.NDArray[np.str_] = names[windows.recording]
    return drawn


def share_of_groups(group: npt.NDArray[np.str_], share: float, seed: int, side: str, noun: str = "people") -> Chosen:
    """Which windows are of a random share of the groups; at least one group is on each side.

    Raises:
        SplitError: nobody would be left to train.
    """
    n_groups = len(np.unique(group))
    n = min(max(1, round(share * n_groups)), n_groups)
    if n_groups - n < 1:
        nobody = "nobody" if noun == "people" else "nothing"
        raise SplitError(
            f"a {side} share of {share:g} of {n_groups} {noun} leaves {nobody} to train; choose a smaller share."
        )
    from sklearn.model_selection import GroupShuffleSplit  # a worker is handed its split

    _, drawn = next(GroupShuffleSplit(1, test_size=n, random_state=seed).split(group, groups=group))
    return np.isin(group, np.unique(group[drawn]))


def share_of_windows(y: npt.NDArray[np.int64], share: float, seed: int) -> Chosen:
    """Which windows are drawn at random, of each class as large a share.

    Raises:
        SplitError: a class has too few windows.
    """
    from sklearn.model_selection import StratifiedShuffleSplit

    try:
        _, drawn = next(StratifiedShuffleSplit(1, test_size=share, random_state=seed).split(y, y))
    except ValueError as error:
        reason = str(error).rstrip(".")
        raise SplitError(f"a random share of {share:g} of {len(y)} windows cannot be drawn: {reason}.") from None
    return np.isin(np.arange(len(y)), drawn)


def folds_of_groups(
    y: npt.NDArray[np.int64], group: npt.NDArray[np.str_], n_folds: int, seed: int, noun: str = "people"
) -> list[Index]:
    """The windows of each fold; no group is in two, and classes are spread as evenly as groups allow.

    Raises:
        SplitError: fewer groups than folds.
    """
    n_groups = len(np.unique(group))
    if n_folds > n_groups:
        raise SplitError(f"{n_folds} folds of {n_groups} {noun}: at most one fold for each; ask for fewer folds.")
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    if n_folds == n_groups:
        return [np.flatnonzero(group == one) for one in _by_name(group)]
    drawn = _tested(StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed), y, group)
    if min(map(len, drawn)) == 0:  # it spreads classes, and may leave a fold without anyone
        drawn = _tested(GroupKFold(n_folds, shuffle=True, random_state=seed), y, group)
    return drawn


def folds_of_windows(y: npt.NDArray[np.int64], n_folds: int, seed: int) -> list[Index]:
    """The windows of each random fold.

    Raises:
        SplitError: more folds than windows of the commonest class.
    """
    from sklearn.model_selection import StratifiedKFold

    if n_folds > np.bincount(y).max():
        raise SplitError(f"{n_folds} random folds of {len(y)} windows: no class has so many; ask for fewer folds.")
    return _tested(StratifiedKFold(n_folds, shuffle=True, random_state=seed), y, None)


def _tested(splitter: Any, y: npt.NDArray[np.int64], group: npt.NDArray[np.str_] | None) -> list[Index]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a class has fewer windows than folds; the result counts them
        return [np.sort(tested) for _, tested in splitter.split(y, y, group)]


def blocks_in_time(windows: Windows, index: Index, n_blocks: int) -> npt.NDArray[np.int64]:
    """Shape (window of the index,): which of so many equally long stretches in time each is in.

    Each person's windows of each class are counted by themselves, recording after recording, so that every block has
    something of all.
    """
    place, n = _place_in_time(windows, index)
    return place * n_blocks // n


def last_in_time(windows: Windows, index: Index, share: float) -> Chosen:
    """Which windows are in the last share of each person's windows of each class."""
    place, n = _place_in_time(windows, index)
    return place >= n - np.round(share * n)


def _place_in_time(windows: Windows, index: Index) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Of each window its number within those of its person and class, in time, and how many those are."""
    _, person = np.unique(windows.group[index], return_inverse=True)
    of = person * (int(windows.y.max(initial=0)) + 1) + windows.y[index]
    order = np.lexsort((windows.start[index], windows.recording[index], of))
    n = np.bincount(of)
    first = np.concatenate([[0], np.cumsum(n)[:-1]])
    place = np.empty(len(index), np.int64)
    place[order] = np.arange(len(index)) - first[of[order]]
    return place, n[of]


def _by_name(group: npt.NDArray[np.str_]) -> Iterator[str]:
    from stridenet.signals.windows import by_number

    yield from by_number(map(str, np.unique(group)))
