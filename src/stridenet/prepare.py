"""Scaling as layers inside the model, so that it takes raw units and nobody can forget it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.engine import keras
from stridenet.spec import Preparation


def layers(kind: Preparation, samples: npt.NDArray[np.floating]) -> list[Any]:
    """The layers that prepare raw windows, fitted on the samples given and on nothing else.

    ``standardize`` subtracts each channel's mean and divides by its standard deviation (ddof 0); a constant channel is
    only centred.

    Args:
        kind: the preparation's name.
        samples: shape (sample, channel), the training windows without their overlap (``Windows.without_overlap``), so
            that no sample counts twice.

    Returns:
        Keras layers, to be applied in order; none for ``"none"``.

    >>> layer, = layers("standardize", np.array([[0.0], [2.0]]))
    >>> np.asarray(layer(np.array([[[0.0], [3.0]]]))).ravel().tolist()
    [-1.0, 2.0]
    """
    if kind == "none":
        return []
    mean = samples.mean(axis=0, dtype=np.float64)
    variance = samples.var(axis=0, dtype=np.float64)
    variance[variance == 0] = 1.0
    return [keras.layers.Normalization(axis=-1, mean=mean.tolist(), variance=variance.tolist(), name="standardize")]
