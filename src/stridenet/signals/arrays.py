"""Windows from arrays that came cut: shapes checked, classes numbered."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, short
from stridenet.signals.recording import check_finite

Index = npt.NDArray[np.int64]
Layout = Literal["ntc", "nct"]
"""The order of the axes window (n), time (t) and channel (c)."""
UNKNOWN = "unknown"
"""The one person of windows of whom nobody says whose they are: no split by person can be made of them."""
ALONE = "windows from "
"""So begin the names of recordings that nobody named: which windows are of one is only guessed."""
_LOOKED_AT = 200  # windows
_FEW = 50
"""Values of numbers with a fraction that may still be classes."""


def fields(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    groups: npt.ArrayLike | None = None,
    *,
    recordings: npt.ArrayLike | None = None,
    layout: Layout = "ntc",
    channels: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    rate_hz: float | None = None,
    classes: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The fields of the windows that :meth:`stridenet.signals.windows.Windows.from_arrays` is asked for.

    Raises:
        DataError: what does not fit together.
    """
    data = _windows(x, layout, channels)
    n, _, n_channels = data.shape
    names = tuple(channels or (f"channel {i + 1}" for i in range(n_channels)))
    if units is not None and len(units) != n_channels:
        raise DataError(f"from_arrays: {n_channels} channels, but {len(units)} units; give one for each channel.")
    if rate_hz is not None and not (np.isfinite(rate_hz) and rate_hz > 0):
        raise DataError(f"from_arrays: rate_hz is {rate_hz}: samples per second must be above 0.")
    check_finite(data, names, "from_arrays")
    label, found = _classes(_one_each(y, "y", data.shape), classes)
    people = np.full(n, UNKNOWN) if groups is None else named(_one_each(groups, "groups", data.shape))
    _refuse_alike(people.tolist(), "groups")
    if classes is None:
        _refuse_alike(found, "y")
    said = None if recordings is None else named(_one_each(recordings, "recordings", data.shape))
    whole = people if said is None else np.array([f"{who}/{one}" for who, one in zip(people, said, strict=True)])
    recording, start = _continued(data, whole)
    first = np.flatnonzero(start == 0)
    return {
        "x": data,
        "y": label,
        "group": people,
        "recording": recording,
        "start": start,
        "recordings": tuple(f"{ALONE}{i}" if said is None else f"{whole[i]}#{i}" for i in first.tolist()),
        "channels": names,
        "units": tuple(units or [""] * n_channels),
        "classes": found,
        "rate_hz": float(rate_hz or 1.0),
        "source": "arrays from Python",
    }


def _continued(x: npt.NDArray[np.float32], people: npt.NDArray[np.str_]) -> tuple[Index, Index]:
    """Which windows go on where the one before them is: a number for each recording so found, and starts within it.

    Only where most windows of the beginning hold their predecessor's end, all by the same step.
    """
    n = len(x)
    alone = np.arange(n, dtype=np.int64), np.zeros(n, np.int64)
    some = x[:_LOOKED_AT]
    again = (some[:-1, 1:] == some[1:, :1]).all(axis=2)  # (window, step - 1): the next one's first sample is here
    told = again[again.sum(axis=1) == 1]  # what does not move agrees everywhere
    votes = told.sum(axis=0)
    if not votes.size or votes.max() * 2 < len(again):
        return alone
    step = int(votes.argmax()) + 1
    fresh = np.ones(n, bool)
    for i in range(1, n):
        fresh[i] = people[i] != people[i - 1] or not np.array_equal(x[i, :-step], x[i - 1, step:])
    recording = np.cumsum(fresh) - 1
    return recording, (alone[0] - np.flatnonzero(fresh)[recording]) * step


def _windows(x: npt.ArrayLike, layout: Layout, channels: Sequence[str] | None) -> npt.NDArray[np.float32]:
    if layout not in ("ntc", "nct"):
        raise DataError(
            f"from_arrays: layout is {layout!r}: give 'ntc' for (window, time, channel), or 'nct' for (window, "
            "channel, time)."
        )
    try:
        raw = np.asarray(x)
    except ValueError:
        raise DataError("from_arrays: the windows in x are of unequal lengths; cut all to one length.") from None
    axes = "(window, time, channel)" if layout == "ntc" else "(window, channel, time)"
    if raw.dtype.kind not in "biuf":
        raise DataError(f"from_arrays: x holds {raw.dtype}, not numbers; an array of {axes} is needed.")
    if raw.ndim != 3:
        do = {
            1: "cut the signal into windows first",
            2: "for windows of one channel give x[..., np.newaxis], and a single recording must be cut first",
        }.get(raw.ndim, "there are too many axes")
        raise DataError(f"from_arrays: x has the shape {raw.shape}, and {axes} is needed: {do}.")
    if not raw.size:
        raise DataError(f"from_arrays: x has the shape {raw.shape}, which holds no values.")
    other = "nct" if layout == "ntc" else "ntc"
    n_time, n_channels = raw.shape[1:] if layout == "ntc" else raw.shape[:0:-1]
    if channels is not None and len(channels) != n_channels:
        hint = f"; the axes seem swapped: give layout={other!r}" if len(channels) == n_time else ""
        raise DataError(f"from_arrays: x has {n_channels} channels, but {len(channels)} names came{hint}.")
    if channels is None and n_channels > n_time:
        raise DataError(
            f"from_arrays: x of shape {raw.shape} is {n_time} samples of {n_channels} channels in layout {layout!r}, "
            f"and the axes seem swapped: give layout={other!r}, or name the channels with channels= if it is right."
        )
    ordered = raw if layout == "ntc" else raw.transpose(0, 2, 1)
    with np.errstate(over="ignore"):  # what becomes infinite is refused
        return np.ascontiguousarray(ordered, np.float32)


def _one_each(values: npt.ArrayLike, what: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """One value for each window, none of them missing."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise DataError(f"from_arrays: {what} is of unequal lengths; one value for each window is needed.") from None
    if array.ndim != 1:
        hot = array.ndim == 2 and array.shape[0] == shape[0] and array.shape[1] > 1
        do = "it looks one-hot, give y.argmax(axis=1)" if hot and what == "y" else f"give {what}.ravel()"
        raise DataError(f"from_arrays: {what} has the shape {array.shape}, not one value for each window: {do}.")
    if len(array) != shape[0]:
        swapped = "; the axes of x seem swapped, windows come first" if len(array) in shape[1:] else ""
        raise DataError(
            f"from_arrays: {len(array)} values of {what} came for {shape[0]} windows; one for each is needed{swapped}."
        )
    missing = np.array([_missing(one) for one in array.tolist()])
    if missing.any():
        raise DataError(
            f"from_arrays: {int(missing.sum())} of {len(array)} values of {what} are missing (the first: window "
            f"{int(missing.argmax())}); leave these windows out of x, y and groups."
        )
    return array


def _missing(one: Any) -> bool:
    try:
        return one is None or bool(one != one) or one in ("", np.inf, -np.inf)
    except TypeError:  # what is missing in pandas answers no question
        return True


def named(groups: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """People as text, whatever they are called by.

    >>> named([1, "anna", 2.0]).tolist()
    ['1', 'anna', '2']
    """
    array = groups if isinstance(groups, np.ndarray) else np.asarray(groups, object)  # which keeps numbers apart
    return array if array.dtype.kind == "U" else np.array([_text(one) for one in array.tolist()], np.str_)


def _refuse_alike(names: Sequence[str], what: str) -> None:
    """Refuses two people, or two classes, whose names nobody tells apart."""
    known: dict[str, str] = {}
    for name in sorted(set(names)):
        other = known.setdefault(" ".join(name.split()).casefold(), name)
        if other != name:
            raise DataError(
                f"from_arrays: {what} holds {short(other)} and {short(name)}, which differ by capitals or blanks; "
                "write them alike if they are the same, or give one another name."
            )


def whole_numbers(values: npt.ArrayLike, what: str) -> Index:
    """What counts something, one for each window.

    Raises:
        DataError: they are no whole numbers.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "iu" and array.size:
        raise DataError(
            f"windows: {what} holds {array.dtype} and counts from 0, so it needs whole numbers; "
            "Windows.from_arrays() takes names and any numbers."
        )
    return array.astype(np.int64, copy=False)


def _classes(y: npt.NDArray[Any], given: Sequence[str] | None) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """The number of each window's class, and the classes' names."""
    values = y.tolist()
    numeric = y.dtype.kind in "iuf"
    if y.dtype.kind == "f" and len(set(values)) > _FEW and any(one != round(one) for one in values):
        raise DataError(
            f"from_arrays: y holds {len(set(values))} different numbers with fractions, which are measured values and "
            "no classes; put them into classes, as np.digitize does, or give them as text if each is a class."
        )
    if given is None:
        found = tuple(_text(one) for one in sorted(set(values), key=None if numeric else str))
    else:
        found = tuple(map(_text, given))
        if len(set(found)) != len(found):
            raise DataError("from_arrays: a name comes twice in classes; each class needs a name of its own.")
        if numeric and not {_text(one) for one in values} <= set(found):
            if any(one != round(one) for one in values) or min(values) < 0 or max(values) >= len(found):
                raise DataError(
                    f"from_arrays: y goes from {_text(min(values))} to {_text(max(values))}, and numbers of "
                    f"{len(found)} classes go from 0 to {len(found) - 1}; give such numbers, or names in classes."
                )
            return y.astype(np.int64), found
        if strange := sorted({_text(one) for one in values} - set(found)):
            raise DataError(f"from_arrays: {strange[0]!r} in y is not among the classes ({', '.join(found)}); name it.")
    number = {name: i for i, name in enumerate(found)}
    return np.array([number[_text(one)] for one in values], dtype=np.int64), found


def _text(value: Any) -> str:
    """A class or a person as a name: 1.0 is ``1``."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
