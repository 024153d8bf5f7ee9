"""The filters of UCI HAR, over whole recordings and sample by sample, with the same numbers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.signal import butter

from stridenet.errors import DataError
from stridenet.signals.recording import Recording
from stridenet.signals.triads import triads
from stridenet_runtime.chain import RATE_HZ
from stridenet_runtime.chain import Chain as FilterChain

_Floats = npt.NDArray[np.float64]

_SAME = 1e-3  # of a rate: clocks that are set alike differ by this


def low_pass(order: int, hz: float, rate_hz: float = RATE_HZ) -> _Floats:
    """A causal Butterworth low-pass as second-order sections, which give the published windows' last digits."""
    sections: _Floats = butter(order, hz, fs=rate_hz, output="sos")
    return sections


class Chain(FilterChain):
    """The runtime's :class:`stridenet_runtime.chain.Chain`, whose errors are those of data."""

    def push(self, samples: npt.NDArray[np.floating]) -> _Floats:
        """See the runtime's.

        Raises:
            DataError: another number of channels, or a value that is not finite.
        """
        with _told():
            return super().push(samples)

    @classmethod
    def restored(cls, state: Mapping[str, npt.NDArray[np.floating]]) -> Self:
        """See the runtime's.

        Raises:
            DataError: a part of the state is missing or of another shape.
        """
        with _told():
            return super().restored(state)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise DataError(str(error)) from None


def chain(recording: Recording) -> Recording:
    """A whole recording through UCI HAR's filters; what ``--filter uci-har`` means.

    Args:
        recording: 50 Hz, with one accelerometer and at most one gyroscope (``acc_x`` ..., ``gyro_x`` ...); other
            channels do not come back.

    Returns:
        As many samples, in double precision and with 7 digits, of total_acc, body_acc and, with a gyroscope,
        body_gyro.

    Raises:
        DataError: another rate, no accelerometer, or more than one.
    """
    where = f"recording {recording.name!r}"
    if abs(recording.rate_hz / RATE_HZ - 1) > _SAME:
        raise DataError(
            f"{where} has {recording.rate_hz:g} Hz, but UCI HAR's filters are made for 50 Hz; resample it with "
            "--even 50."
        )
    sensors = [_one(recording, "acceleration"), _one(recording, "rotation")]
    places = [place for sensor in sensors if sensor for place in sensor]
    if not sensors[0]:
        raise DataError(
            f"{where}: UCI HAR's filters need an accelerometer's three axes, such as acc_x, acc_y and acc_z, among the "
            f"channels {', '.join(recording.channels)}; choose them with --channels, or leave --filter out."
        )
    live = Chain(gyroscope=bool(sensors[1]))
    data = np.concatenate([live.push(recording.data[:, places].astype(np.float64)), live.flush()])
    kinds = ("total_acc", "body_acc", "body_gyro")[: data.shape[1] // 3]
    units = [recording.units[place] for place in places]
    return replace(
        recording,
        data=data,
        channels=tuple(f"{kind}_{axis}" for kind in kinds for axis in "xyz"),
        units=(*units[:3], *units),
    )


def _one(recording: Recording, kind: str) -> tuple[int, ...]:
    found = [triad for triad in triads(recording.channels) if triad.kind == kind]
    if len(found) > 1:
        raise DataError(
            f"recording {recording.name!r}: UCI HAR's filters take one sensor of {kind}, but there are {len(found)} "
            f"({', '.join(triad.name for triad in found)}); choose one with --channels."
        )
    return found[0].places if found else ()
