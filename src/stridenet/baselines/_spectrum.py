"""Features of a series by its frequencies, in Hz whatever the rate."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
Band = tuple[float, float]


def bands(rate_hz: float, length: int, edges: Sequence[float] | None = None) -> list[Band]:
    """The bands in Hz, from above the first to the second, that some frequency of such a window falls in.

    Args:
        rate_hz: samples per second.
        length: samples in a window.
        edges: where bands meet, in Hz; by default 1, 1.5, 2, 3, 5 and 7 times every power of ten.

    >>> bands(50, 128)[:4], bands(50, 128)[-1]
    ([(0.3, 0.5), (0.7, 1.0), (1.0, 1.5), (1.5, 2.0)], (20.0, 30.0))
    """
    frequencies = np.fft.rfftfreq(length, 1 / rate_hz)[1:]
    if not len(frequencies):
        return []
    if edges is None:
        low, high = (int(np.floor(np.log10(f))) for f in (frequencies[0], frequencies[-1]))
        edges = [float(f"{step}e{power}") for power in range(low - 1, high + 2) for step in _STEPS]
    return [(a, b) for a, b in pairwise(edges) if ((frequencies > a) & (frequencies <= b)).any()]


def names(chosen: Sequence[Band]) -> tuple[str, ...]:
    """In the order of :func:`of`; centroid and peak are in Hz, the rms of a band is in the channel's unit."""
    return ("spectral entropy", "spectral centroid", "peak frequency", *(f"rms {a:g}-{b:g} Hz" for a, b in chosen))


def of(x: npt.NDArray[np.float32], rate_hz: float, chosen: Sequence[Band]) -> Iterator[Array]:
    """The features of series of shape (series, time), shape (series,) each; the mean is taken away first.

    The squares of the bands' rms add up to the series' variance, where the bands hold all its frequencies (Parseval).

    Source: Bao and Intille (Pervasive 2004) for the entropy, Anguita et al. (ESANN 2013) for the mean frequency, the
    strongest frequency and the energy in bands.
    """
    from scipy.fft import rfft

    n = x.shape[1]
    centred = x - x.mean(axis=1, dtype=np.float64)[:, None].astype(np.float32)
    spectrum = rfft(centred, axis=1)[:, 1:]
    frequencies = np.fft.rfftfreq(n, 1 / rate_hz)[1:]
    power = np.square(spectrum.real, dtype=np.float64) + np.square(spectrum.imag, dtype=np.float64)
    power *= 2 / n**2
    if n % 2 == 0:
        power[:, -1:] /= 2  # the highest frequency stands for itself alone
    total = power.sum(axis=1)
    size = np.square(np.abs(x).max(axis=1), dtype=np.float64)
    varies = total > 1e-12 * size  # see _FLAT of the series over time
    share = np.where(varies, 1 / np.where(varies, total, 1), 0)[:, None] * power
    log = np.log(np.where(share > 0, share, 1))
    yield -np.einsum("ij,ij->i", share, log) / np.log(max(len(frequencies), 2))
    yield share @ frequencies
    yield np.where(varies, frequencies[power.argmax(axis=1)], 0.0) if len(frequencies) else np.zeros(len(x))
    for low, high in chosen:
        yield np.sqrt(power[:, (frequencies > low) & (frequencies <= high)].sum(axis=1))
