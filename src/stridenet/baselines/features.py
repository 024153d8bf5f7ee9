"""Hand-made features of windows: what is measured of each channel and of each sensor, in time and by frequency."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.baselines import _spectrum, _time
from stridenet.errors import DataError, SettingError
from stridenet.signals.places import Places
from stridenet.signals.triads import Triad, triads
from stridenet.signals.windows import Windows

Array = npt.NDArray[np.float32]
_VALUES = 1 << 19
"""So many values of the signal are looked at together: a few megabytes, whatever the windows."""
_PAIRS = ((0, 1, "xy"), (0, 2, "xz"), (1, 2, "yz"))


class Features(NamedTuple):
    """Numbers that describe windows.

    Args:
        values: shape (window, feature), float32.
        names: one per feature: the channel's or the sensor's name, and what is measured.
    """

    values: Array
    names: tuple[str, ...]


def features(windows: Windows, *, edges: Sequence[float] | None = None) -> Features:
    """Hand-made features of each window, of nothing but that window, so that they may be computed before any split.

    Of each channel, and of the magnitude of each sensor with three axes (by the channels' names): mean, standard
    deviation, median absolute deviation, min, max, root mean square (the square root of the energy), interquartile
    range, skewness, kurtosis, mean absolute difference per second, crossings of the mean per second, height and lag of
    the autocorrelation's peak, entropy, centroid and peak of the spectrum, root mean square in bands of frequencies.
    Of each such sensor: the mean of its axes' absolute values, correlations between its axes, and the angle of its mean
    to each axis in radians (the tilt, where it holds gravity). What has no meaning in a constant window is 0.

    Args:
        windows: any; their rate says what a frequency is.
        edges: where bands of frequencies meet, in Hz, ascending; by default 1, 1.5, 2, 3, 5 and 7 times every power of
            ten. A band without a frequency of the window has no feature.

    Raises:
        SettingError: edges that do not ascend.

    Source: Anguita et al., "A public domain dataset for human activity recognition using smartphones" (ESANN 2013);
    Figo et al., "Preprocessing techniques for context recognition from accelerometer data" (Personal and Ubiquitous
    Computing 14, 2010); Bao and Intille, "Activity recognition from user-annotated acceleration data" (Pervasive 2004).

    >>> from stridenet.signals.simulation import simulate
    >>> from stridenet.signals.windows import cut
    >>> found = features(cut(simulate(n_people=1), length=128))
    >>> found.values.shape[1] == len(found.names), found.names[0]
    (True, 'total_acc_x mean')
    """
    return Features(
        compute(windows.x, windows.rate_hz, windows.channels, edges=edges),
        names(windows.length, windows.rate_hz, windows.channels, edges=edges),
    )


def names(
    length: int, rate_hz: float, channels: Sequence[str], *, edges: Sequence[float] | None = None
) -> tuple[str, ...]:
    """The names of what :func:`compute` gives."""
    sensors = triads(channels)
    each = (*_time.NAMES, *_spectrum.names(_bands(rate_hz, length, edges)))
    series = [*channels, *(_of(sensor, "magnitude") for sensor in sensors)]
    more = (
        *("mean of absolute values",),
        *(f"correlation {pair}" for *_, pair in _PAIRS),
        *(f"angle to {axis}" for axis in "xyz"),
    )
    return (
        *(f"{name} {what}" for name in series for what in each),
        *(_of(sensor, what) for sensor in sensors for what in more),
    )


def compute(
    x: npt.ArrayLike | Places, rate_hz: float, channels: Sequence[str], *, edges: Sequence[float] | None = None
) -> Array:
    """The same of windows as an array.

    Args:
        x: shape (window, time, channel).
        rate_hz: samples per second.
        channels: the channels' names, which tell which of them are the axes of one sensor.
        edges: see :func:`features`.

    Returns:
        Shape (window, feature), float32.

    Raises:
        DataError: not such an array, or not so many channels.
    """
    given = x if isinstance(x, Places) else np.asarray(x, np.float32)
    if given.ndim != 3 or given.shape[2] != len(channels) or not given.shape[1]:
        raise DataError(
            f"features: expected windows (window, time, channel) of {len(channels)} channels, found shape "
            f"{given.shape}; an estimator that begins with FeatureTransformer takes windows.x as it is."
        )
    n, length, _ = given.shape
    sensors, chosen = triads(channels), _bands(rate_hz, length, edges)
    found = np.empty((n, len(names(length, rate_hz, channels, edges=edges))), np.float32)
    block = max(1, _VALUES // (length * (len(channels) + len(sensors))))
    for begin in range(0, n, block):
        part = found[begin : begin + block]
        series = _series(np.asarray(given[begin : begin + block], np.float32), sensors)
        rows = series.reshape(-1, length)
        each = np.stack([*_time.of(rows, rate_hz), *_spectrum.of(rows, rate_hz, chosen)], axis=-1)
        whole = each.reshape(len(part), -1)
        part[:, : whole.shape[1]] = whole
        for i, column in enumerate((c for sensor in sensors for c in _sensor(series, sensor)), whole.shape[1]):
            part[:, i] = column
    return found


def _series(x: Array, sensors: Sequence[Triad]) -> Array:
    """Channels, then magnitudes: shape (window, series, time)."""
    axes = [np.square(x[:, :, list(sensor.places)], dtype=np.float64).sum(axis=2) for sensor in sensors]
    more = [np.sqrt(square).astype(np.float32)[:, None] for square in axes]
    return np.concatenate([x.swapaxes(1, 2), *more], axis=1)


def _sensor(series: Array, sensor: Triad) -> Iterator[npt.NDArray[np.float64]]:
    """What is measured of three axes together: shape (window,) each."""
    x = series[:, list(sensor.places)].astype(np.float64)
    yield np.abs(x).mean(axis=(1, 2)) * 3
    mean = x.mean(axis=2)
    centred = x - mean[:, :, None]
    covariance = np.einsum("nit,njt->nij", centred, centred) / x.shape[2]
    variance = np.einsum("nii->ni", covariance)
    varies = variance > 1e-12 * (variance + mean**2)
    for i, j, _ in _PAIRS:
        both = varies[:, i] & varies[:, j]
        yield np.where(both, covariance[:, i, j] / np.sqrt(np.where(both, variance[:, i] * variance[:, j], 1)), 0)
    norm = np.sqrt((mean**2).sum(axis=1))
    for axis in range(3):
        points = norm > 0
        yield np.where(points, np.arccos(np.clip(mean[:, axis] / np.where(points, norm, 1), -1, 1)), 0)


def _bands(rate_hz: float, length: int, edges: Sequence[float] | None) -> list[_spectrum.Band]:
    if edges is not None and (len(edges) < 2 or (np.diff(edges) <= 0).any()):
        raise SettingError(f"features: edges = {list(edges)}: bands need two frequencies or more in Hz, ascending.")
    return _spectrum.bands(rate_hz, length, edges)


def _of(sensor: Triad, what: str) -> str:
    return f"{sensor.name} {what}".strip()
