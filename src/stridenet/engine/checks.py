"""What windows, labels and answers must be: arrays of whole and finite numbers, refused in a sentence each."""

from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError
from stridenet.signals.places import Places
from stridenet.system.mapped import in_file

Array = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
Shape = tuple[int | None, ...]
_BLOCK = 4096  # windows


def either(x: Any, shape: Shape) -> Array | Places:
    """Windows as a model takes them: an array, see :func:`windows`, or :func:`places`."""
    return places(x, shape) if isinstance(x, Places) else windows(x, shape)


def places(x: Places, shape: Shape) -> Places:
    """The same of windows that are not gathered yet; what was read into a file was looked at before.

    Raises:
        DataError: they are not of that shape, or hold NaN or infinite values.
    """
    if not is_flat(x.shape, shape) and not _fits(x.shape[1:], shape):
        raise DataError(_other_shape(x.shape, shape))
    if not all(np.isfinite(_sum(signal)) for signal in x.used() if in_file(signal) is None):
        for first in range(0, len(x), _BLOCK):
            _refuse_what_is_not_finite(x[first : first + _BLOCK], first, x.size)
    return x


def is_flat(came: tuple[int, ...], shape: Shape) -> bool:
    """Whether a model takes as one vector what came as (window, time, channel)."""
    return len(shape) == 1 and len(came) == 3 and shape[0] == came[1] * came[2]


def windows(x: Any, shape: Shape) -> Array:
    """Windows as a model takes them, whole and finite.

    Args:
        x: shape (window, time, channel); a flat model's may be (window, time x channel) too.
        shape: what the model takes, without the window's axis; None is any size.

    Raises:
        DataError: they are not of that shape, or hold text, NaN or infinite values.

    >>> windows([[[1, 2]], [[3, np.nan]]], (1, 2))
    Traceback (most recent call last):
    stridenet.errors.DataError: 1 of 4 values is missing, NaN or infinite, the first in window 1, sample 0, channel 1: \
leave such windows out or fill the gaps.
    """
    array = _numbers(x, shape)
    flat = is_flat(array.shape, shape)
    if not flat and not _fits(array.shape[1:], shape):
        raise DataError(_other_shape(array.shape, shape))
    if not np.isfinite(_sum(array)):
        _refuse_what_is_not_finite(array)
    return array.reshape(len(array), array.shape[1] * array.shape[2]) if flat else array


def _numbers(x: Any, shape: Shape) -> Array:
    """As an array of single precision; nothing but numbers is taken for a number."""
    try:
        raw = np.asarray(x)
    except ValueError:  # of unequal lengths
        raise DataError(_uneven(x, shape)) from None
    if raw.dtype.kind not in "biuf":
        cells = raw.ravel()
        kind = type(x).__name__ if raw.ndim == 0 else f"text ({str(cells[0])!r})" if raw.dtype.kind in "US" else ""
        kind = kind or (f"a {type(cells[0]).__name__}" if raw.dtype == object else str(raw.dtype))
        raise DataError(f"the windows hold {kind}: an array of numbers is needed, as windows.x of stridenet.Windows.")
    with np.errstate(over="ignore"):  # what becomes infinite is refused
        return raw.astype(np.float32, copy=False)


def _fits(came: Shape, shape: Shape) -> bool:
    return len(came) == len(shape) and all(b is None or a == b for a, b in zip(came, shape, strict=True))


def _other_shape(came: tuple[int, ...], shape: Shape) -> str:
    said = f"windows of shape {came[1:]} came, and the model takes {shape}"
    if len(came) == 3 and _fits(came[:0:-1], shape):
        return f"{said}: samples and channels look swapped; give x.transpose(0, 2, 1)."
    if _fits(came, shape):
        return f"{said}: this looks like a single window; give x[np.newaxis], or ask predict_one."
    if len(came) == 4 and _fits(came[2:], shape):
        return f"{said}: there is an axis too many; give the windows as (window, time, channel)."
    if len(shape) == 1:
        return f"{said}, a flat one: samples times channels must be {shape[0]}; cut windows of that length."
    return f"{said} (samples, channels): cut windows of that length, with these channels."


def _uneven(x: Any, shape: Shape) -> str:
    """Says which window differs, or which of its samples."""
    takes = f"the model takes {shape[0] if len(shape) == 2 else shape}"
    for i, window in enumerate(x):
        try:
            size: tuple[int, ...] = np.shape(window)
        except ValueError:
            counts = [np.size(sample) for sample in window]
            odd = next(t for t, n in enumerate(counts) if n != counts[0])
            return (
                f"window {i}, sample {odd} has {counts[odd]} channels, and sample 0 has {counts[0]}: every sample "
                "needs a value of each channel."
            )
        if not _fits(size, shape) and not (len(shape) == 1 and np.prod(size) == shape[0]):
            what = f"{size[0]} samples" if len(size) == 2 and size[0] != shape[0] else f"the shape {size}"
            return f"window {i} has {what}, {takes}: cut all windows to one length."
    return f"the windows are of unequal shapes, {takes}: cut all windows to one length."


def _sum(array: Array) -> float:
    with np.errstate(all="ignore"):
        return float(np.add.reduce(array, axis=None))


def _refuse_what_is_not_finite(array: Array, first: int = 0, size: int | None = None) -> None:
    """Of windows that begin with the number ``first``, of so many values in all."""
    bad = ~np.isfinite(array)
    n = int(bad.sum())
    if n:  # else it was the sum alone that is too large
        window, *at = (int(i[0]) for i in np.nonzero(bad))
        place = f"sample {at[0]}, channel {at[1]}" if len(at) == 2 else f"value {at[0]}"
        raise DataError(
            f"{n} of {size or array.size} values {'is' if n == 1 else 'are'} missing, NaN or infinite, the first in "
            f"window {first + window}, {place}: leave such windows out or fill the gaps."
        )


def labels(y: Any, n_windows: int, n_classes: int) -> Labels:
    """Class numbers from 0, one for each window.

    Raises:
        DataError: they are not.

    >>> labels([1, 2, 3], 3, 3)
    Traceback (most recent call last):
    stridenet.errors.DataError: the labels go from 1 to 3, and the model's 3 classes from 0 to 2: give y - 1.
    """
    try:
        array = np.asarray(y)
    except ValueError:
        raise DataError(f"the labels are of unequal lengths: {_one_each(n_classes)}.") from None
    if array.dtype.kind in "OUST":
        raise DataError(
            f"the labels are text or objects ({str(array.ravel()[0]) if array.size else ''!r}): "
            f"{_one_each(n_classes)}; names, y = np.unique(y, return_inverse=True) numbers them."
        )
    if array.ndim != 1:
        hot = array.ndim == 2 and array.shape[1] > 1
        what, do = ("looks one-hot", "y.argmax(axis=1)") if hot else ("is not (window,)", "y.ravel()")
        raise DataError(f"the labels have the shape {array.shape}, which {what}: give {do}.")
    if array.dtype.kind not in "biu":
        raise DataError(f"the labels are {array.dtype}: {_one_each(n_classes)}; whole numbers, as y.astype(int).")
    if len(array) != n_windows:
        raise DataError(f"{len(array)} labels came for {n_windows} windows: {_one_each(n_classes)}.")
    if not n_windows:
        raise DataError("there are no windows to train on: give at least one.")
    low, high = int(array.min()), int(array.max())
    if low == 1 and high == n_classes:
        raise DataError(
            f"the labels go from 1 to {high}, and the model's {n_classes} classes from 0 to {high - 1}: give y - 1."
        )
    if low < 0 or high >= n_classes:
        odd = low if low < 0 else high
        raise DataError(f"a label is {odd}, and the model has {n_classes} classes: {_one_each(n_classes)}.")
    return array.astype(np.int64, copy=False)


def soft_targets(p: Any, n_windows: int, n_classes: int) -> Array:
    """Probabilities (window, class) that are learnt in place of classes.

    Raises:
        DataError: they are not.

    >>> soft_targets([[0.5, 0.7]], 1, 2)
    Traceback (most recent call last):
    stridenet.errors.DataError: the soft targets of window 0 add up to 1.2: probabilities, which add to 1, are needed.
    """
    array = np.asarray(p)
    if array.dtype.kind not in "biuf" or array.shape != (n_windows, n_classes):
        raise DataError(
            f"the soft targets are {array.dtype} of shape {array.shape}: a probability of each of {n_classes} classes "
            f"is needed for each of {n_windows} windows."
        )
    total = array.sum(axis=1)
    bad = ~(np.isclose(total, 1, atol=1e-3) & (array >= 0).all(axis=1))
    if bad.any():
        odd = int(bad.argmax())
        said = f"add up to {total[odd]:.3g}" if (array[odd] >= 0).all() else "hold what is below 0 or no number"
        raise DataError(f"the soft targets of window {odd} {said}: probabilities, which add to 1, are needed.")
    return array.astype(np.float32, copy=False)


def _one_each(n_classes: int) -> str:
    return f"a class number from 0 to {n_classes - 1} is needed for each window"


def answers(p: Array) -> Array:
    """Probabilities that are numbers.

    Raises:
        DataError: the model gives NaN for some window.
    """
    if not np.isfinite(p).all():
        odd = np.flatnonzero(~np.isfinite(p).all(axis=-1)) if p.ndim == 2 else np.zeros(1, int)
        raise DataError(
            f"the model's answer for window {int(odd[0])} is no number ({len(odd)} such): its training diverged, or "
            "the values are far from those it was trained on; give raw units as in training."
        )
    return p
