"""The filters of UCI HAR, over whole recordings and sample by sample, with the same numbers."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from stridenet.errors import DataError
from stridenet.signals.recording import Recording
from stridenet.signals.triads import triads

_Floats = npt.NDArray[np.float64]

RATE_HZ = 50.0
_SAME = 1e-3  # of a rate: clocks that are set alike differ by this
_DIGITS = 7


def low_pass(order: int, hz: float, rate_hz: float = RATE_HZ) -> _Floats:
    """A causal Butterworth low-pass as second-order sections, which give the published windows' last digits."""
    sections: _Floats = butter(order, hz, fs=rate_hz, output="sos")
    return sections


NOISE = low_pass(10, 20.0)
GRAVITY = low_pass(3, 0.3)
OFFSET = low_pass(2, 0.1)


class Chain:
    """UCI HAR's filters on a live stream at 50 Hz.

    Each channel goes through a median of three samples, then a low-pass at 20 Hz: ``total_acc``. Less its gravity (a
    low-pass at 0.3 Hz) it is ``body_acc``; a gyroscope less its offset (0.1 Hz) is ``body_gyro``. All start from 0.
    The median needs the sample that follows, so the answer to a sample comes with the next one; :meth:`flush` gives
    the last, whose follower is taken for 0.

    Args:
        gyroscope: whether three channels of it follow the accelerometer's three.

    Source: found by fitting UCI HAR's windows to HAPT's raw recordings; no paper states it this exactly.

    >>> chain = Chain(gyroscope=False)
    >>> chain.push(np.ones((3, 3))).shape, chain.push(np.ones((1, 3))).shape, chain.flush().shape
    ((2, 6), (1, 6), (1, 6))
    """

    def __init__(self, *, gyroscope: bool = True) -> None:
        self.n_in = 6 if gyroscope else 3
        self._last = np.zeros((2, self.n_in))  # the two samples before the next one
        self._begun = np.zeros(1)
        self._noise = np.zeros((len(NOISE), 2, self.n_in))
        self._gravity = np.zeros((len(GRAVITY), 2, 3))
        self._offset = np.zeros((len(OFFSET), 2, self.n_in - 3))

    def push(self, samples: npt.NDArray[np.floating]) -> _Floats:
        """The answers to all samples but the newest.

        Args:
            samples: shape (time, channel), the next ones, however many: accelerometer x, y, z, then gyroscope.

        Returns:
            Shape (time, 9), or (time, 6) without a gyroscope: total_acc, body_acc and body_gyro, each x, y, z; one
            row less at first.

        Raises:
            DataError: another number of channels, or a value that is not finite.
        """
        if samples.ndim != 2 or samples.shape[1] != self.n_in:
            raise DataError(f"uci-har: expected samples of (time, {self.n_in}), found shape {samples.shape}.")
        if not np.isfinite(samples).all():
            raise DataError("uci-har: a sample is missing or infinite, after which no answer would be finite; fill it.")
        around = np.concatenate([self._last, samples])
        clean = _median(around)[0 if self._begun[0] else 1 :]
        self._last = around[-2:].copy()
        self._begun[:] = self._begun[0] or len(samples) > 0
        return self._filter(clean) if len(clean) else np.zeros((0, self.n_in + 3))

    def flush(self) -> _Floats:
        """The answer to the last sample, which ends the stream; nothing where there was none."""
        if not self._begun[0]:
            return np.zeros((0, self.n_in + 3))
        return self.push(np.zeros((1, self.n_in)))

    @property
    def state(self) -> dict[str, _Floats]:
        """All that the next answer depends on, to go on from later; a copy."""
        return {name: getattr(self, f"_{name}").copy() for name in _STATE}

    @classmethod
    def restored(cls, state: Mapping[str, npt.NDArray[np.floating]]) -> "Chain":
        """A chain that goes on from a state.

        Raises:
            DataError: a part of the state is missing or of another shape.
        """
        last = state.get("last")
        chain = cls(gyroscope=last is not None and last.shape[-1:] == (6,))
        for name in _STATE:
            part, own = state.get(name), getattr(chain, f"_{name}")
            if part is None or part.shape != own.shape:
                raise DataError(f"uci-har: the state's {name!r} is missing or damaged; begin a new chain.")
            own[...] = part
        return chain

    def _filter(self, clean: _Floats) -> _Floats:
        total, self._noise = sosfilt(NOISE, clean, axis=0, zi=self._noise)
        acc = total[:, :3]
        gravity, self._gravity = sosfilt(GRAVITY, acc, axis=0, zi=self._gravity)
        parts = [acc, acc - gravity]
        if self.n_in == 6:
            offset, self._offset = sosfilt(OFFSET, total[:, 3:], axis=0, zi=self._offset)
            parts.append(total[:, 3:] - offset)
        return _rounded(np.hstack(parts))


_STATE = ("last", "begun", "noise", "gravity", "offset")


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


def _median(around: _Floats) -> _Floats:
    """Of each sample and the two beside it; two rows less."""
    before, here, after = around[:-2], around[1:-1], around[2:]
    return np.maximum(np.minimum(before, here), np.minimum(np.maximum(before, here), after))


def _rounded(values: _Floats) -> _Floats:
    """To 7 significant digits."""
    with np.errstate(divide="ignore"):
        exponent = np.floor(np.log10(np.abs(values)))
    scale = 10.0 ** (_DIGITS - 1 - np.where(np.isfinite(exponent), np.maximum(exponent, -200), 0))
    return np.rint(values * scale) / scale
