"""A network whose answer is the mean of several heads' answers, with each head's answer beside it."""

from typing import Any

from stridenet.engine.backend import keras
from stridenet.errors import SettingError


class Heads:
    """The same variables, asked for the answer and for each head's.

    Args:
        model: a Keras model.
        heads: the outputs inside it that its answer is the mean of.
    """

    def __init__(self, model: Any, heads: list[Any]) -> None:
        self._both = keras.Model(model.input, [model.output, *heads])
        self._places = [
            _places(getattr(model, kind), getattr(self._both, kind))
            for kind in ("trainable_variables", "non_trainable_variables")
        ]

    def stateless_call(self, weights: list[Any], others: list[Any], x: Any, **how: Any) -> tuple[Any, ...]:
        """As ``keras.Model.stateless_call``; the outputs are the answer and then those of the heads."""
        given = [[values[i] for i in places] for values, places in zip((weights, others), self._places, strict=True)]
        said, after, *rest = self._both.stateless_call(*given, x, **how)
        back = self._places[1]
        return said, [after[back.index(i)] for i in range(len(others))], *rest


def heads_of(model: Any) -> Heads | None:
    """Its heads; None of a model with one, which a dense layer ends.

    Raises:
        SettingError: its last layer is neither that nor ``keras.layers.Average``.
    """
    last = made_by(model.output)
    if isinstance(last, keras.layers.Dense):
        return None
    if not isinstance(last, keras.layers.Average):
        raise SettingError(
            f"train.heads = true: the last layer of {model.name} must be keras.layers.Average over its heads, and "
            f"is {type(last).__name__}; leave train.heads out."
        )
    return Heads(model, last.input)


def made_by(tensor: Any) -> Any:
    """The layer or operation that a tensor of a model comes from; None where it does not say."""
    return getattr(getattr(tensor, "_keras_history", None), "operation", None)


def _places(mine: list[Any], theirs: list[Any]) -> list[int]:
    number = {id(variable): i for i, variable in enumerate(mine)}
    return [number[id(variable)] for variable in theirs]
