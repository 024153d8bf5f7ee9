"""Recordings at another rate."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from stridenet.errors import SettingError
from stridenet.signals.recording import Recording

_Data = npt.NDArray[np.float32] | npt.NDArray[np.float64]
MOST = 1000  # a ratio of larger numbers needs a filter longer than most recordings


def resample(recording: Recording, rate_hz: float) -> Recording:
    """The same recording at another rate, low-pass filtered first so that nothing folds back.

    The filter is SciPy's: a Kaiser window (5.0) of zero phase. A straight line from the first sample to the last is
    taken off before and put back after, so that gravity does not ring at the ends. A sample takes the label of the
    old sample nearest in time, the later one of two.

    Args:
        recording: any rate.
        rate_hz: samples per second of what comes back.

    Returns:
        n_samples · rate_hz / recording.rate_hz samples, rounded up; the first stands where the first stood.

    Raises:
        SettingError: a rate that is not above 0, or is no ratio of whole numbers up to 1000 of the recording's.

    >>> r = Recording("r", "anna", np.ones((100, 1)), ("x",), ("g",), 50.0, np.zeros(100, int), ("still",))
    >>> resample(r, 20).n_samples, bool(np.allclose(resample(r, 20).data, 1))
    (40, True)
    """
    if not (np.isfinite(rate_hz) and rate_hz > 0):
        raise SettingError(f"resample: the rate is {rate_hz} Hz; it must be above 0.")
    ratio = Fraction(rate_hz / recording.rate_hz).limit_denominator(MOST)
    if not 0 < ratio.numerator <= MOST or not np.isclose(float(ratio), rate_hz / recording.rate_hz, rtol=1e-9):
        raise SettingError(
            f"resample: recording {recording.name!r} has {recording.rate_hz:g} Hz, and {rate_hz:g} Hz is no ratio of "
            f"whole numbers up to {MOST} of it; choose a rate such as {recording.rate_hz / 2:g} Hz."
        )
    return by_ratio(recording, ratio, rate_hz)


def by_ratio(recording: Recording, ratio: Fraction, rate_hz: float) -> Recording:
    """The same recording with ``ratio`` times as many samples, which is said to be at ``rate_hz``."""
    if not recording.n_samples:
        return replace(recording, rate_hz=float(rate_hz))
    data = polyphase(recording.data, ratio.numerator, ratio.denominator)
    nearest = np.arange(len(data)) * ratio.denominator * 2 + ratio.numerator
    nearest = np.minimum(nearest // (2 * ratio.numerator), recording.n_samples - 1)
    return replace(recording, data=data, labels=recording.labels[nearest], rate_hz=float(rate_hz))


def polyphase(data: _Data, up: int, down: int) -> _Data:
    """``up / down`` times as many samples, low-pass filtered, a straight line from end to end left as it is.

    Args:
        data: shape (time, channel), not empty.
        up: whole number.
        down: whole number.
    """
    first, last = data[0], data[-1]
    slope = (last - first) / max(1, len(data) - 1)
    rest = data - (first + slope * np.arange(len(data))[:, None])
    rest = resample_poly(rest, up, down, axis=0)
    filtered: _Data = rest + first + slope * (np.arange(len(rest))[:, None] * (down / up))
    return filtered
