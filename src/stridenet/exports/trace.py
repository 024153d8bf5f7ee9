"""A Keras model as a program: its graph is walked once, and every layer says its steps."""

from functools import partial
from typing import Any

import numpy as np

from stridenet.engine.backend import keras
from stridenet.errors import ExportError
from stridenet.exports.building import Builder, Symbol
from stridenet.exports.folding import folded
from stridenet.exports.layers import LAYERS
from stridenet.exports.tensor_operations import TENSOR_OPERATIONS
from stridenet_runtime.errors import ProgramError
from stridenet_runtime.program import Program


def trace(model: Any, *, window: tuple[int, int] | None = None) -> Program:
    """The program of a trained model, which answers as the model does.

    Args:
        model: a functional or sequential Keras model of one input and one output.
        window: samples and channels of a window, where the model takes it as one row of values; by default what the
            layer after its input makes of it.

    Raises:
        ExportError: a layer has no runtime form; it is named, with its class.

    >>> model = keras.Sequential([keras.Input((8, 2)), keras.layers.GlobalAveragePooling1D(), keras.layers.Softmax()])
    >>> [node.op for node in trace(model).nodes]
    ['mean', 'softmax']
    """
    if not hasattr(model, "inputs") or len(model.inputs or ()) != 1 or len(model.outputs or ()) != 1:
        raise ExportError(
            f"model {getattr(model, 'name', '?')} ({type(model).__name__}): it has no runtime form, for it is not a "
            "functional or sequential model of one input and one output; only Keras runs it."
        )
    shape = tuple(model.input_shape[1:])
    length, n_channels = window or _window(model, shape)
    build = Builder(length, n_channels)
    given = build.windows if len(shape) == 2 else build.reshape(build.windows, (length * n_channels,))
    if given.shape != shape:
        raise ExportError(f"model {model.name}: it takes {shape} values, and a window has {(length, n_channels)}.")
    answer = _through(model, given, build)
    if not isinstance(answer, Symbol) or len(answer.shape) != 1:
        raise ExportError(f"model {model.name}: it has no runtime form, for it does not give one value a class.")
    program = folded(build.finish(answer))
    try:
        program.check()
    except ProgramError as error:
        raise ExportError(f"model {model.name}: it has no runtime form ({error}).") from None
    return program


def _window(model: Any, shape: tuple[Any, ...]) -> tuple[int, int]:
    if len(shape) == 2 and None not in shape:
        return shape[0], shape[1]
    for layer in model.layers[:3]:
        if isinstance(layer, keras.layers.Reshape) and len(layer.target_shape) == 2 and min(layer.target_shape) > 0:
            return layer.target_shape[0], layer.target_shape[1]
    raise ExportError(
        f"model {model.name}: it has no runtime form, for it takes {shape} values and not windows of a known number of "
        "samples and channels."
    )


def _through(model: Any, given: Symbol, build: Builder) -> Any:
    """What a model makes of a value, also a model inside another."""
    graph = model._functional if isinstance(model, keras.Sequential) else model
    if not hasattr(graph, "_run_through_graph"):
        raise _no_form(model)
    made = graph._run_through_graph([given], operation_fn=lambda operation: partial(_apply, build, operation))
    return made[0] if isinstance(made, (list, tuple)) and len(made) == 1 else made


def _apply(build: Builder, operation: Any, *args: Any, **kwargs: Any) -> Any:
    if isinstance(operation, keras.Model):
        return _through(operation, args[0], build)
    build.layer = operation.name
    kind = type(operation)
    ours = kind.__module__.startswith("keras.src.")
    table = LAYERS if isinstance(operation, keras.Layer) else TENSOR_OPERATIONS
    if not ours or kind.__name__ not in table or kwargs.pop("mask", None) is not None:
        raise _no_form(operation)
    kwargs.pop("training", None)
    given = [_constant(one) for one in args]
    made = table[kind.__name__](build, operation, *given, **{name: _constant(one) for name, one in kwargs.items()})
    if made is None:
        raise _no_form(operation)
    return made


def _constant(value: Any) -> Any:
    """An array of the backend as one of NumPy."""
    is_array = hasattr(value, "dtype") and not isinstance(value, Symbol)
    return np.asarray(value, np.float32) if is_array else value


def _no_form(operation: Any) -> ExportError:
    return ExportError(
        f"layer {operation.name} ({type(operation).__name__}): it has no runtime form as it is set; only Keras runs "
        "this network."
    )
