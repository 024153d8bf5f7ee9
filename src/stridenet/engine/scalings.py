"""The numbers of a model's fixed scaling, as values of its program: folds scale each in its own way, and share one.

Keras' ``Normalization`` holds its mean and variance as constants. A program that holds them is another for each fold.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from stridenet.engine.backend import keras
from stridenet.engine.compiling import copied


def layers_of(model: Any) -> list[Any]:
    """The scaling layers of a model, in order; those of models inside it too, each once."""
    found: dict[int, Any] = {}
    for layer in getattr(model, "layers", ()):
        if type(layer) is keras.layers.Normalization and layer.input_mean is not None:
            found[id(layer)] = layer
        else:
            found |= {id(inner): inner for inner in layers_of(layer)}
    return list(found.values())


def values(layers: Sequence[Any]) -> list[Any]:
    """Mean and variance of each, as arrays that broadcast over windows."""
    return [value for layer in layers for value in (layer.mean, layer.variance)]


@contextmanager
def given(layers: Sequence[Any], numbers: Sequence[Any]) -> Iterator[None]:
    """Inside, the layers scale by these numbers, see :func:`values`; also by traced ones."""
    before = values(layers)
    _set(layers, numbers)
    try:
        yield
    finally:
        _set(layers, before)


def assign(layers: Sequence[Any], numbers: Sequence[Any]) -> None:
    """Lets the layers scale by these numbers from now on, also when their model is saved."""
    for i, layer in enumerate(layers):
        mean, variance = (np.asarray(value) for value in numbers[2 * i : 2 * i + 2])
        if not (np.array_equal(mean, layer.mean) and np.array_equal(variance, layer.variance)):
            kept = [mean.shape[axis] for axis in sorted(axis % mean.ndim for axis in layer.axis)]
            layer.input_mean, layer.input_variance = (value.reshape(kept).tolist() for value in (mean, variance))
    _set(layers, copied(list(numbers)))


def _set(layers: Sequence[Any], numbers: Sequence[Any]) -> None:
    for i, layer in enumerate(layers):
        layer.mean, layer.variance = numbers[2 * i : 2 * i + 2]
