"""Scaling as layers inside the model, so that it takes raw units and nobody can forget it."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.engine.backend import keras
from stridenet.spec import Preparation

Samples = npt.NDArray[np.floating]
_BLOCK = 1 << 21  # samples: of nine channels 150 MB


class Preparer:
    """Fits preparations on the training samples, and on nothing else, as Keras layers; each kind once.

    Args:
        kind: the preparation that a model gets when it does not ask for another.
        samples: gives them, shape (sample, channel), as one array or in pieces, when they are needed: the training
            windows without their overlap (``Windows.pieces``), so that no sample counts twice.

    >>> prepare = Preparer("standardize", lambda: np.array([[0.0], [2.0]]))
    >>> np.asarray(prepare(np.array([[[0.0], [3.0]]], "float32"))).ravel().tolist()
    [-1.0, 2.0]
    """

    def __init__(self, kind: Preparation, samples: Callable[[], Samples | Iterable[Samples]]) -> None:
        self.kind = kind
        self.fits = False
        """Whether more than scaling was fitted: then a model's program holds numbers of these samples."""
        self._fitted = cache(lambda kind: fitted(kind, samples()))

    def __call__(self, x: Any, kind: Preparation | None = None) -> Any:
        """Applies a preparation to a tensor of windows (window, time, channel)."""
        kind = kind or self.kind
        self.fits = self.fits or kind == "power"
        return self._fitted(kind)(x)


def apply(kind: Preparation, x: Any, samples: Samples | Iterable[Samples]) -> Any:
    """Prepares a tensor of raw windows (window, time, channel); see :func:`fitted`."""
    return fitted(kind, samples)(x)


def fitted(kind: Preparation, samples: Samples | Iterable[Samples]) -> Callable[[Any], Any]:
    """What prepares tensors of raw windows (window, time, channel).

    Every kind works on each channel alone; a constant channel is centred and not scaled.

    ``standardize``: (x - mean) / standard deviation, ddof 0. ``normalize``: (x - min) / (max - min).
    ``standardize+normalize``: the first, then the second. ``power``: the Yeo-Johnson power transform that makes the
    samples most nearly normal, then standardized. ``robust``: (x - median) / interquartile range.

    Args:
        kind: the preparation's name; ``"none"`` gives x back.
        samples: shape (sample, channel), what the preparation is fitted on, as one array or in pieces; of these no more
            than a block, or for ``power`` and ``robust`` one channel, is in memory at a time.
    """
    if kind == "none":
        return lambda x: x
    blocks = Blocks(samples)
    low, high = blocks.extremes()
    constant = low == high  # told so, since rounding gives such a channel a deviation above zero

    def scaled(centre: npt.NDArray[np.float64], width: npt.NDArray[np.float64]) -> Callable[[Any], Any]:
        width = np.where(constant | (width == 0), 1.0, width)
        return lambda x: _scale(x, centre, width)

    if kind == "power":
        lambdas, mean, deviation = _yeo_johnson_fit(blocks)
        standardize = scaled(mean, deviation)
        return lambda x: standardize(_yeo_johnson(x, lambdas))
    if kind == "normalize":
        return scaled(low, high - low)
    if kind == "robust":
        quarters = [np.percentile(blocks.channel(c), [25, 50, 75]) for c in range(len(low))]
        first, middle, third = np.stack(quarters, axis=1)
        return scaled(middle, third - first)
    mean, deviation = blocks.mean_and_deviation()
    standardize = scaled(mean, deviation)
    if kind == "standardize":
        return standardize
    # standardizing is linear, so min-max after it gives what min-max alone gives, but for rounding; both steps are kept
    # because that is what was asked for
    deviation = np.where(constant, 1.0, deviation)
    low, high = (low - mean) / deviation, (high - mean) / deviation
    normalize = scaled(low, high - low)
    return lambda x: normalize(standardize(x))


class Blocks:
    """Samples in blocks of double precision, of which one is in memory at a time.

    Args:
        samples: shape (sample, channel), at least one, as one array or in pieces.
    """

    def __init__(self, samples: Samples | Iterable[Samples]) -> None:
        self._pieces = [samples] if isinstance(samples, np.ndarray) else list(samples)
        self.n = sum(map(len, self._pieces))

    def __iter__(self) -> Iterator[npt.NDArray[np.float64]]:
        kept: list[Samples] = []
        for piece in self._pieces:
            for first in range(0, len(piece), _BLOCK):
                some = piece[first : first + _BLOCK]
                if kept and sum(map(len, kept)) + len(some) > _BLOCK:
                    yield np.concatenate(kept, dtype=np.float64)
                    kept = []
                kept.append(some)
        if kept:
            yield np.concatenate(kept, dtype=np.float64)

    @property
    def channels(self) -> int:
        """How many there are."""
        return int(self._pieces[0].shape[1])

    def channel(self, channel: int) -> npt.NDArray[np.float64]:
        """All samples of one channel."""
        return np.concatenate([piece[:, channel] for piece in self._pieces], dtype=np.float64)

    def extremes(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Each channel's smallest and largest value."""
        low, high = zip(*((block.min(axis=0), block.max(axis=0)) for block in self), strict=True)
        return np.min(low, axis=0), np.max(high, axis=0)

    def mean_and_deviation(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Each channel's mean and standard deviation, ddof 0."""
        mean = sum(block.sum(axis=0) for block in self) / self.n
        squares = sum(((block - mean) ** 2).sum(axis=0) for block in self)
        return mean, np.sqrt(squares / self.n)


def _scale(x: Any, centre: npt.NDArray[np.float64], width: npt.NDArray[np.float64]) -> Any:
    """(x - centre) / width; Normalization computes this from a mean and a variance."""
    return keras.layers.Normalization(axis=-1, mean=centre.tolist(), variance=(width**2).tolist())(x)


def _yeo_johnson_fit(blocks: Blocks) -> tuple[list[float], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Each channel's exponent by maximum likelihood, and mean and deviation of its transformed samples."""
    from sklearn.preprocessing import PowerTransformer

    found = []
    for channel in range(blocks.channels):
        samples = blocks.channel(channel)[:, np.newaxis]
        one = PowerTransformer(method="yeo-johnson", standardize=False).fit(samples)
        samples = one.transform(samples)
        found.append((float(one.lambdas_[0]), samples.mean(), samples.std()))
    lambdas, mean, deviation = zip(*found, strict=True)
    return list(lambdas), np.array(mean), np.array(deviation)


def _yeo_johnson(x: Any, lambdas: list[float]) -> Any:
    """The transform in Keras operations, so that it is saved and exported with the model.

    Source: Yeo and Johnson, "A new family of power transformations to improve normality or symmetry", 2000.
    """
    ops = keras.ops
    up = np.array([v if abs(v) > _TINY else 1.0 for v in lambdas], dtype="float32")
    down = np.array([2 - v if abs(2 - v) > _TINY else 1.0 for v in lambdas], dtype="float32")
    logs_up = np.array([abs(v) <= _TINY for v in lambdas], dtype="float32")
    logs_down = np.array([abs(2 - v) <= _TINY for v in lambdas], dtype="float32")
    above, below = ops.relu(x), ops.relu(-x)  # one of the two is zero, and both formulas give 0 for 0
    rise = (ops.power(above + 1.0, up) - 1.0) / up * (1 - logs_up) + ops.log1p(above) * logs_up
    fall = (ops.power(below + 1.0, down) - 1.0) / down * (1 - logs_down) + ops.log1p(below) * logs_down
    return rise - fall


_TINY = 1e-6
