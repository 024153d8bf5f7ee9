"""Scaling as layers inside the model, so that it takes raw units and nobody can forget it."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.engine.backend import keras
from stridenet.spec import Preparation

Samples = npt.NDArray[np.floating]


class Preparer:
    """Fits preparations on the training samples, and on nothing else, as Keras layers.

    Args:
        kind: the preparation that a model gets when it does not ask for another.
        samples: gives them, shape (sample, channel), when they are needed: the training windows without their overlap
            (``Windows.without_overlap``), so that no sample counts twice.

    >>> prepare = Preparer("standardize", lambda: np.array([[0.0], [2.0]]))
    >>> np.asarray(prepare(np.array([[[0.0], [3.0]]], "float32"))).ravel().tolist()
    [-1.0, 2.0]
    """

    def __init__(self, kind: Preparation, samples: Callable[[], Samples]) -> None:
        self.kind, self.samples = kind, cache(samples)

    def __call__(self, x: Any, kind: Preparation | None = None) -> Any:
        """Applies a preparation to a tensor of windows (window, time, channel)."""
        kind = kind or self.kind
        return x if kind == "none" else apply(kind, x, self.samples())


def apply(kind: Preparation, x: Any, samples: Samples) -> Any:
    """Prepares a tensor of raw windows.

    Every kind works on each channel alone; a constant channel is centred and not scaled.

    ``standardize``: (x - mean) / standard deviation, ddof 0. ``normalize``: (x - min) / (max - min).
    ``standardize+normalize``: the first, then the second. ``power``: the Yeo-Johnson power transform that makes the
    samples most nearly normal, then standardized. ``robust``: (x - median) / interquartile range.

    Args:
        kind: the preparation's name; ``"none"`` gives x back.
        x: a tensor of (window, time, channel).
        samples: shape (sample, channel), what the preparation is fitted on.
    """
    if kind == "none":
        return x
    samples = np.asarray(samples, dtype=np.float64)
    constant = np.ptp(samples, axis=0) == 0  # told so, since rounding gives such a channel a deviation above zero

    def scale(x: Any, centre: npt.NDArray[np.float64], width: npt.NDArray[np.float64]) -> Any:
        return _scale(x, centre, np.where(constant | (width == 0), 1.0, width))

    if kind == "power":
        lambdas, samples = _yeo_johnson_fit(samples)
        x = _yeo_johnson(x, lambdas)
    if kind in ("normalize", "standardize+normalize"):
        # standardizing is linear, so min-max after it gives what min-max alone gives, but for rounding;
        # both steps are kept because that is what was asked for
        if kind == "standardize+normalize":
            mean, deviation = samples.mean(axis=0), np.where(constant, 1.0, samples.std(axis=0))
            x, samples = scale(x, mean, deviation), (samples - mean) / deviation
        return scale(x, samples.min(axis=0), np.ptp(samples, axis=0))
    if kind == "robust":
        low, middle, high = np.percentile(samples, [25, 50, 75], axis=0)
        return scale(x, middle, high - low)
    return scale(x, samples.mean(axis=0), samples.std(axis=0))


def _scale(x: Any, centre: npt.NDArray[np.float64], width: npt.NDArray[np.float64]) -> Any:
    """(x - centre) / width; Normalization computes this from a mean and a variance."""
    return keras.layers.Normalization(axis=-1, mean=centre.tolist(), variance=(width**2).tolist())(x)


def _yeo_johnson_fit(samples: Samples) -> tuple[list[float], npt.NDArray[np.float64]]:
    """Each channel's exponent by maximum likelihood, and the transformed samples."""
    from sklearn.preprocessing import PowerTransformer

    fitted = PowerTransformer(method="yeo-johnson", standardize=False).fit(samples)
    return [float(v) for v in fitted.lambdas_], fitted.transform(samples)


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
