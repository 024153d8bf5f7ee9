"""Features of a series over time: its level, its spread, its shape, how fast it goes up and down."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
_FLAT = 1e-6
"""A series whose deviation is less than this share of its size is constant: the rest is rounding."""

NAMES = (
    "mean", "sd", "median absolute deviation", "min", "max", "rms", "interquartile range", "skewness", "kurtosis",
    "mean absolute difference", "crossings", "autocorrelation peak", "autocorrelation lag",
)  # fmt: skip
"""In the order of :func:`of`; differences and crossings are per second, the lag is in seconds."""


def of(x: npt.NDArray[np.float32], rate_hz: float) -> Iterator[Array]:
    """The features of series of shape (series, time), shape (series,) each.

    Source: Anguita et al. (ESANN 2013) for all but the crossings and the difference, which are of Figo et al. (Personal
    and Ubiquitous Computing 2010); the peak of the autocorrelation follows Bao and Intille (Pervasive 2004) and others.
    """
    ordered = np.sort(x, axis=1)
    first, middle, third = (_quantile(ordered, share) for share in (0.25, 0.5, 0.75))
    away = np.sort(np.abs(x - middle[:, None].astype(np.float32)), axis=1)
    mean = x.mean(axis=1, dtype=np.float64)
    centred = x - mean[:, None]
    second = np.einsum("ij,ij->i", centred, centred) / x.shape[1]
    sd = np.sqrt(second)
    rms = np.sqrt(second + mean**2)
    varies = sd > _FLAT * rms
    yield mean
    yield sd
    yield _quantile(away, 0.5)
    yield ordered[:, 0].astype(np.float64)
    yield ordered[:, -1].astype(np.float64)
    yield rms
    yield third - first
    scaled = np.where(varies, 1 / np.where(varies, sd, 1), 0)[:, None] * centred
    square = scaled * scaled
    yield np.einsum("ij,ij->i", square, scaled) / x.shape[1]
    yield np.einsum("ij,ij->i", square, square) / x.shape[1]
    yield rate_hz * np.abs(np.diff(x, axis=1)).sum(axis=1, dtype=np.float64) / max(x.shape[1] - 1, 1)
    above = scaled > 0
    yield rate_hz * np.count_nonzero(above[:, 1:] != above[:, :-1], axis=1) / max(x.shape[1] - 1, 1)
    yield from _autocorrelation_peak(scaled.astype(np.float32), rate_hz)


def _quantile(ordered: npt.NDArray[np.float32], share: float) -> Array:
    """Linear between the two values that it lies between, as NumPy's."""
    place = share * (ordered.shape[1] - 1)
    low = int(place)
    here = ordered[:, low].astype(np.float64)
    return np.asarray(here + (place - low) * (ordered[:, min(low + 1, ordered.shape[1] - 1)] - here))


def _autocorrelation_peak(scaled: npt.NDArray[np.float32], rate_hz: float) -> Iterator[Array]:
    """The highest autocorrelation after it first fell below 0, and its lag in seconds: how periodic, and how fast.

    Lags of more than half the series are not looked at; where it does not fall below 0 both are 0.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    n = scaled.shape[1]
    size = next_fast_len(2 * n, real=True)
    spectrum = rfft(scaled, size, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    lagged = irfft(power, size, axis=1)[:, : n // 2 + 1] / n
    lagged[~np.logical_or.accumulate(lagged < 0, axis=1)] = -1
    peak = lagged.argmax(axis=1)
    height = lagged[np.arange(len(lagged)), peak].astype(np.float64)
    yield np.where(height > 0, height, 0.0)
    yield np.where(height > 0, peak / rate_hz, 0.0)
