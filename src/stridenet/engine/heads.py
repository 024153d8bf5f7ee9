"""A network whose answer is the mean of several heads' answers, with each head's answer beside it."""

from typing import Any

from stridenet.engine.backend import keras
from stridenet.errors import SettingError


class Heads:
    """The same variables, asked for the answer and for each head's.

    Args:
        model: a Keras model whose last layer is ``keras.layers.Average``.

    Raises:
        SettingError: it is another.
    """

    def __init__(self, model: Any) -> None:
        last = getattr(getattr(model.output, "_keras_history", None), "operation", None)
        if not isinstance(last, keras.layers.Average):
            raise SettingError(
                f"train.heads = true: the last layer of {model.name} must be keras.layers.Average over its heads, and "
                f"is {type(last).__name__}; leave train.heads out."
            )
        self._both = keras.Model(model.input, [model.output, *last.input])
        self._places = [
            _places(getattr(model, kind), getattr(self._both, kind))
            for kind in ("trainable_variables", "non_trainable_variables")
        ]

    def stateless_call(self, weights: list[Any], others: list[Any], x: Any, **how: Any) -> tuple[Any, ...]:
        """As ``keras.Model.stateless_call``; the outputs are the answer and then those of the heads."""
        there, back = self._places[0], self._places[1]
        given = [[values[i] for i in places] for values, places in zip((weights, others), (there, back), strict=True)]
        said, after, *rest = self._both.stateless_call(*given, x, **how)
        in_order = [after[back.index(i)] for i in range(len(others))]
        return said, in_order, *rest


def heads_of(model: Any) -> Heads | None:
    """Its heads; None of a model with one, which ``keras.layers.Average`` does not end."""
    last = getattr(getattr(model.output, "_keras_history", None), "operation", None)
    return None if last is not None and last.__class__.__name__ == "Dense" else Heads(model)


def _places(mine: list[Any], theirs: list[Any]) -> list[int]:
    number = {id(variable): i for i, variable in enumerate(mine)}
    return [number[id(variable)] for variable in theirs]
