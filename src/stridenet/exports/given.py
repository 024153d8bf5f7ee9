"""A trained model as every export takes it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stridenet.exports.about import About
from stridenet_runtime.program import Program

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Vectors:
    """Windows (window, time, channel) in raw units and what Keras answers to them (window, class)."""

    x: Floats
    y: Floats


@dataclass(frozen=True, eq=False)
class Measured:
    """What integers are calibrated on and what they cost.

    Args:
        train: windows of people that the model was trained on.
        test: windows of people that it never saw.
        labels: of those, class numbers.
    """

    train: Floats
    test: Floats
    labels: npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Given:
    """A trained model.

    Args:
        about: what it takes and gives.
        program: its steps.
        keras: the model as Keras saved it; None where the model file was made without.
        golden: what every export must answer.
        measured: reads training and test windows; gives None where the data is not here.
    """

    about: About
    program: Program
    keras: bytes | None
    golden: Vectors
    measured: Callable[[], Measured | None] = lambda: None
