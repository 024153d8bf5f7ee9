"""What the documents did and what they printed: facts, in one table.

A: "How to Develop 1D Convolutional Neural Network Models for Human Activity Recognition". B: "Introduction to 1D
Convolutional Neural Networks in Keras for Time Sequences". C: "Understanding 1D and 3D Convolution Neural Network". D:
"Conv1D nuts and bolts".
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as a document prints it: percent, mean and standard deviation (ddof 0) over repeats."""

    mean: float
    sd: float
    repeats: int = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One setting of an experiment.

    Args:
        label: how the picture names it.
        settings: what differs from a plain ``run uci-har``, by dotted name.
        printed: the document's figure; None for a row that is ours.
        why: why the row is there, when the document has no figure for it.
        parameters: how many parameters the document prints.
    """

    label: str
    settings: dict[str, Any]
    printed: Printed | None = None
    why: str = ""
    parameters: int | None = None


@dataclass(frozen=True, slots=True)
class Experiment:
    """One section of a document: some rows, side by side."""

    section: str
    title: str
    rows: tuple[Row, ...]
    data: str = "uci-har"
    base: dict[str, Any] = field(default_factory=dict)


_A1 = (91.347, 91.551, 90.804, 90.058, 89.752, 90.940, 91.347, 87.547, 92.637, 91.890)
_A6 = (91.788, 92.942, 91.551, 91.415, 90.974, 91.992, 92.162, 89.888, 92.671, 91.415)


def _of(scores: tuple[float, ...]) -> Printed:
    return Printed(float(np.mean(scores)), float(np.std(scores)), len(scores))


def _filters(n: int, mean: float, sd: float) -> Row:
    return Row(str(n), {"model.settings.filters": n}, Printed(mean, sd))


def _kernel(n: int, mean: float, sd: float) -> Row:
    return Row(str(n), {"model.settings.kernel_size": n}, Printed(mean, sd))


_ONE = {"model.settings.convolutions": 1}
_OFF, _ON = Printed(90.451, 0.785), Printed(91.517, 0.965)

TRAINED: dict[str, Experiment] = {
    experiment.section: experiment
    for experiment in (
        Experiment("A1", "The baseline", (Row("cnn", {}, _of(_A1), parameters=411_650),)),
        Experiment(
            "A3",
            "Standardizing off and on",
            (
                Row("off", {}, _OFF),
                Row("on", {"prepare": "standardize"}, _ON),
                Row("off, one convolution", _ONE, _OFF, "the section's listing shows one Conv1D layer"),
                Row("on, one convolution", {**_ONE, "prepare": "standardize"}, _ON, "the section's listing shows one"),
            ),
        ),
        Experiment(
            "A4",
            "The number of filters",
            (
                _filters(8, 89.148, 0.790),
                _filters(16, 90.383, 0.613),
                _filters(32, 90.356, 1.039),
                _filters(64, 90.098, 0.615),
                _filters(128, 91.032, 0.702),
                _filters(256, 90.706, 0.997),
            ),
        ),
        Experiment(
            "A5",
            "The kernel size",
            (
                _kernel(2, 90.176, 0.724),
                _kernel(3, 90.275, 1.277),
                _kernel(5, 91.853, 1.249),
                _kernel(7, 91.347, 0.852),
                _kernel(11, 91.456, 0.743),
            ),
            base={"train.epochs": 15},
        ),
        Experiment(
            "A6",
            "Heads side by side",
            (
                Row("three heads", {"model.name": "multihead"}, _of(_A6), parameters=1_189_442),
                Row(
                    "one head, 192 filters",
                    {"model.settings.filters": 192},
                    why="the document says a fair comparison gives the single head as many filters",
                ),
            ),
        ),
    )
}
