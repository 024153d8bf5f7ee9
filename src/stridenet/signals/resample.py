"""Recordings at another rate."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy.signal import resample_poly

from stridenet.errors import SettingError
from stridenet.signals.recording import Recording

_MOST = 1000  # a ratio of larger numbers needs a filter longer than most recordings


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
    ratio = Fraction(rate_hz / recording.rate_hz).limit_denominator(_MOST)
    if not 0 < ratio.numerator <= _MOST or not np.isclose(float(ratio), rate_hz / recording.rate_hz, rtol=1e-9):
        raise SettingError(
            f"resample: recording {recording.name!r} has {recording.rate_hz:g} Hz, and {rate_hz:g} Hz is no ratio of "
            f"whole numbers up to {_MOST} of it; choose a rate such as {recording.rate_hz / 2:g} Hz."
        )
    if not recording.n_samples:
        return replace(recording, rate_hz=float(rate_hz))
    first, last = recording.data[0], recording.data[-1]
    slope = (last - first) / max(1, recording.n_samples - 1)
    rest = recording.data - (first + slope * np.arange(recording.n_samples)[:, None])
    rest = resample_poly(rest, ratio.numerator, ratio.denominator, axis=0)
    data = rest + first + slope * (np.arange(len(rest))[:, None] / float(ratio))
    nearest = np.arange(len(data)) * ratio.denominator * 2 + ratio.numerator
    nearest = np.minimum(nearest // (2 * ratio.numerator), recording.n_samples - 1)
    return replace(recording, data=data, labels=recording.labels[nearest], rate_hz=float(rate_hz))
