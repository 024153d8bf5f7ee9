"""A trained model as every export takes it."""

from dataclasses import dataclass
from pathlib import Path

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
        keras_file: the model as Keras saved it.
        flat: whether Keras' model takes a window as one row of values.
        golden: what every export must answer.
        measured: training and test windows; None where the data is not here.
    """

    about: About
    program: Program
    keras_file: Path
    flat: bool
    golden: Vectors
    measured: Measured | None = None
