"""What is given from Python is known again by its source and what it holds."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stridenet.engine.backend import keras
from stridenet.engine.identity import identity


class Mine(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    def __init__(self, limit: float) -> None:
        super().__init__()
        self.limit = limit


def closing_over(value: Any) -> Callable[[], Any]:
    return lambda: value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: Mine(1), lambda: Mine(2)),
        (lambda: keras.optimizers.SGD(0.1), lambda: keras.optimizers.SGD(0.2)),
        (lambda: closing_over(1), lambda: closing_over(2)),
        (lambda: [np.zeros(3)], lambda: [np.ones(3)]),
        (lambda: lambda y: y, lambda: lambda y: -y),
        (lambda: {"a": (1, None)}, lambda: {"a": (2, None)}),
        (lambda: keras.losses.kl_divergence, lambda: keras.losses.poisson),
        (lambda: eval("lambda x: x + 1"), lambda: eval("lambda x: x + 2")),
    ],
)
def test_the_same_is_the_same_and_another_another(one: Any, other: Any) -> None:
    assert identity(one()) == identity(one()) != identity(other())
