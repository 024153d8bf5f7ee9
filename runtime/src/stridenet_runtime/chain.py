"""UCI HAR's filter chain with NumPy alone: over whole recordings or sample by sample, with the same digits."""

from collections.abc import Mapping
from typing import Self

import numpy as np
import numpy.typing as npt

from stridenet_runtime.recursion import TILE, Floats, Section, filtered

RATE_HZ = 50.0

NOISE: tuple[Section, ...] = (  # Butterworth, 10th order, 20 Hz
    (0.12837301330223735, 0.2567460266044747, 0.12837301330223735, 1.0, 1.023716668584059, 0.2653833920695206),
    (1.0, 2.0, 1.0, 1.0, 1.0618968468751013, 0.3125766878303106),
    (1.0, 2.0, 1.0, 1.0, 1.1429805025399007, 0.41280159809618844),
    (1.0, 2.0, 1.0, 1.0, 1.2772114832789292, 0.5787202149760926),
    (1.0, 2.0, 1.0, 1.0, 1.4817841285386752, 0.8315859108540888),
)
GRAVITY: tuple[Section, ...] = (  # 3rd order, 0.3 Hz
    (6.4518491290909294e-06, 1.2903698258181859e-05, 6.4518491290909294e-06, 1.0, -0.9629940509502153, 0.0),
    (1.0, 1.0, 0.0, 1.0, -1.9616121845004821, 0.9630069546484734),
)
OFFSET: tuple[Section, ...] = (  # 2nd order, 0.1 Hz
    (3.913020539914434e-05, 7.826041079828868e-05, 3.913020539914434e-05, 1.0, -1.9822289297925284, 0.9823854506141251),
)
_AT_ONCE = 32  # tiles, which stay in the processor's cache
_STATE = ("last", "begun", "held", "noise", "gravity", "offset")


class Chain:
    """UCI HAR's filters on a live stream at 50 Hz.

    Each channel goes through a median of three samples, then a low-pass at 20 Hz: ``total_acc``. Less its gravity (a
    low-pass at 0.3 Hz) it is ``body_acc``; a gyroscope less its offset (0.1 Hz) is ``body_gyro``. All start from 0,
    and answers have 7 digits. The median needs the sample that follows, so the answer to a sample comes with the next
    one; :meth:`flush` gives the last, whose follower is taken for 0. Whatever the chunks, the digits are the same.

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
        self._held = np.zeros((0, self.n_in))  # what is there of the present tile, after the median
        self._noise = np.zeros((2 * len(NOISE), self.n_in))
        self._gravity = np.zeros((2 * len(GRAVITY), 3))
        self._offset = np.zeros((2 * len(OFFSET), self.n_in - 3))

    @property
    def n_out(self) -> int:
        """Channels that come back: 9, or 6 without a gyroscope."""
        return self.n_in + 3

    def push(self, samples: npt.NDArray[np.floating]) -> Floats:
        """The answers to all samples but the newest.

        Args:
            samples: shape (time, channel), the next ones, however many: accelerometer x, y, z, then gyroscope.

        Returns:
            Shape (time, 9), or (time, 6) without a gyroscope: total_acc, body_acc and body_gyro, each x, y, z; one
            row less at first.

        Raises:
            ValueError: another number of channels, or a value that is not finite.
        """
        if samples.ndim != 2 or samples.shape[1] != self.n_in:
            raise ValueError(f"uci-har: expected samples of (time, {self.n_in}), found shape {samples.shape}.")
        if not np.isfinite(samples).all():
            raise ValueError(
                "uci-har: a sample is missing or infinite, after which no answer would be finite; fill it."
            )
        around = np.concatenate([self._last, samples])
        clean = _median(around)[0 if self._begun[0] else 1 :]
        self._last = around[-2:].copy()
        self._begun[:] = self._begun[0] or len(samples) > 0
        return self._filter(clean)

    def flush(self) -> Floats:
        """The answer to the last sample, which ends the stream; nothing where there was none."""
        if not self._begun[0]:
            return np.zeros((0, self.n_out))
        return self.push(np.zeros((1, self.n_in)))

    @property
    def state(self) -> dict[str, Floats]:
        """All that the next answer depends on, to go on from later; a copy."""
        return {name: getattr(self, f"_{name}").copy() for name in _STATE}

    @classmethod
    def restored(cls, state: Mapping[str, npt.NDArray[np.floating]]) -> Self:
        """A chain that goes on from a state.

        Raises:
            ValueError: a part of the state is missing or of another shape.
        """
        last = state.get("last")
        chain = cls(gyroscope=last is not None and last.shape[-1:] == (6,))
        for name in _STATE:
            part, own = state.get(name), getattr(chain, f"_{name}")
            fits = part is not None and (
                part.shape == own.shape
                or (name == "held" and part.ndim == 2 and part.shape[1] == chain.n_in and len(part) < TILE)
            )
            if part is None or not fits:
                raise ValueError(f"uci-har: the state's {name!r} is missing or damaged; begin a new chain.")
            setattr(chain, f"_{name}", np.array(part, np.float64))
        return chain

    def _filter(self, clean: Floats) -> Floats:
        old = len(self._held)
        waiting = np.concatenate([self._held, clean])
        out = []
        while len(waiting) >= TILE:
            some = min(len(waiting) // TILE, _AT_ONCE)
            tiles, waiting = np.split(waiting, [some * TILE])
            out.append(self._tiles(tiles.reshape(some, TILE, self.n_in), keep=True))
        self._held = waiting.copy()
        if len(waiting):
            padded = np.zeros((1, TILE, self.n_in))
            padded[0, : len(waiting)] = waiting
            out.append(self._tiles(padded, keep=False)[: len(waiting)])
        return rounded(np.concatenate([np.zeros((0, self.n_out)), *out])[old:])

    def _tiles(self, tiles: Floats, *, keep: bool) -> Floats:
        """Whole tiles; what is kept is where the next ones begin."""
        total, noise = filtered(NOISE, tiles, self._noise)
        acc, gyro = np.ascontiguousarray(total[..., :3]), np.ascontiguousarray(total[..., 3:])
        slow, gravity = filtered(GRAVITY, acc, self._gravity)
        parts, offset = [acc, acc - slow], self._offset
        if self.n_in == 6:
            slow, offset = filtered(OFFSET, gyro, self._offset)
            parts.append(gyro - slow)
        if keep:
            self._noise, self._gravity, self._offset = noise, gravity, offset
        return np.concatenate(parts, axis=2).reshape(-1, self.n_out)


def _median(around: Floats) -> Floats:
    """Of each sample and the two beside it; two rows less."""
    before, here, after = around[:-2], around[1:-1], around[2:]
    return np.maximum(np.minimum(before, here), np.minimum(np.maximum(before, here), after))


_DIGITS, _SMALLEST, _LARGEST = 7, -200, 308
_POWERS = 10.0 ** np.arange(_SMALLEST, _LARGEST + 1)
_SCALES = 10.0 ** (_DIGITS - 1 - np.arange(_SMALLEST, _LARGEST + 1, dtype=np.float64))
_BINARY = np.floor((np.arange(-1100, 1100) - 1) * np.log10(2)).astype(np.int64)  # of the smallest with an exponent


def rounded(values: Floats) -> Floats:
    """To 7 significant digits.

    >>> rounded(np.array([1.23456789, -123456.789, 0.0])).tolist()
    [1.234568, -123456.8, 0.0]
    """
    size = np.abs(values)
    place = np.clip(_BINARY[np.frexp(size)[1] + 1100] - _SMALLEST, 0, _LARGEST - _SMALLEST - 1)
    place += size >= _POWERS[place + 1]
    scale = _SCALES[place]
    return np.asarray(np.rint(values * scale) / scale)
