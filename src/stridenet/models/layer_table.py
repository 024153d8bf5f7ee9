"""A network layer by layer: shapes, parameters, how far each layer sees, and the arithmetic it costs."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from stridenet.engine.backend import keras
from stridenet.errors import DataError

# layers whose every output sees all of the window; Flatten belongs here because what follows it does
_WHOLE = {
    "Flatten", "GlobalAveragePooling1D", "GlobalMaxPooling1D", "RNN", "LSTM", "GRU", "SimpleRNN", "Bidirectional",
    "ConvLSTM1D", "Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention",
}  # fmt: skip
_STEP_BY_STEP = {"Reshape", "Permute", "Concatenate", "ZeroPadding1D", "Cropping1D", "GetItem"}


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer, or one call of a layer that is used several times.

    Args:
        name: the layer's name; within a network inside the network, both names with a slash.
        kind: its Keras class, such as ``Conv1D``.
        output_shape: without the window axis.
        parameters: its weights, trained or not; 0 where a layer comes again, for it brings no new ones.
        receptive_field: samples of the window that one of its output values depends on.
        flop: arithmetic of one window.
        inputs: the rows that it reads, counted from 0.
        size: samples under a filter, or that pooling turns into one; 0 for a layer that has no such size.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    receptive_field: int
    flop: int
    inputs: tuple[int, ...]
    size: int = 0

    @property
    def mflop(self) -> float:
        """Millions of floating-point operations of one window."""
        return self.flop / 1e6


@dataclass(frozen=True, slots=True)
class LayerTable:
    """All layers in the order in which they can be computed, each branch to its end before the next.

    Args:
        name: the model's name.
        length: samples in a window.
        rows: one per layer.
    """

    name: str
    length: int
    rows: tuple[LayerRow, ...]

    @property
    def parameters(self) -> int:
        """Weights of the whole network."""
        return sum(row.parameters for row in self.rows)

    @property
    def mflop(self) -> float:
        """Millions of floating-point operations of one window through the whole network."""
        return sum(row.flop for row in self.rows) / 1e6


@dataclass(frozen=True, slots=True)
class _Seen:
    """A tensor: the row it comes from, the samples it sees, and the samples from one of its steps to the next."""

    row: int
    field: float
    jump: float


def layer_table(model: Any) -> LayerTable:
    """Looks at a model without running it.

    *Receptive field.* It grows by (span - 1) times the samples between two steps, in convolutions and pooling, and is
    never more than the window. Where branches meet it is the largest of theirs. Flattening, pooling over all time,
    recurrent and attention layers see the whole window. Any other layer counts as working on each time step alone if it
    keeps the length, else as seeing the whole window.

    *Arithmetic.* A multiplication and an addition are two operations, counted for ``Conv1D`` (with groups) and
    ``Dense``; biases, activations and all other layers count as 0, recurrent layers too.

    Args:
        model: any functional or Sequential ``keras.Model`` whose windows have a fixed length.

    Returns:
        A row per layer.

    Raises:
        DataError: a model that is neither functional nor Sequential, was not built, or takes windows of any length.

    >>> from stridenet.models.build import build
    >>> table = layer_table(build("cnn", length=128, n_channels=9, n_classes=6))
    >>> [(row.name, row.output_shape, row.receptive_field) for row in table.rows[1:4]]
    [('conv_1_1', (126, 64), 3), ('conv_1_2', (124, 64), 5), ('dropout_1', (124, 64), 5)]
    >>> table.parameters, round(table.mflop, 2)
    (411650, 4.28)
    """
    walk = _Walk(_length(model))
    walk.model(model)
    return LayerTable(str(model.name), walk.length, tuple(walk.rows))


def _length(model: Any) -> int:
    """Samples in a window: the time axis of the first tensor that has one, else all values of a flat input."""
    try:
        inputs, calls = list(model.inputs or ()), list(_calls(model))
    except (AttributeError, ValueError):
        inputs = []
    if not inputs:
        raise DataError(
            f"model {model.name!r} has no layers to walk: give a functional or Sequential one with a keras.Input."
        )
    for tensor in [*inputs, *(t for call in calls for t in call.output_tensors)]:
        if len(tensor.shape) == 3 and tensor.shape[1] is not None:
            return int(tensor.shape[1])
    size = inputs[0].shape[1:]
    if None in size:
        raise DataError(
            f"model {model.name!r} takes windows of shape {tuple(size)}: build it with a fixed length to see its sizes."
        )
    return math.prod(size)


def _calls(model: Any) -> Iterator[Any]:
    """Every call of a layer between the model's inputs and outputs, each branch to its end before the next."""
    inputs = {id(tensor) for tensor in model.inputs}
    done: set[int] = set()
    stack = [(tensor, False) for tensor in reversed(model.outputs)]
    while stack:
        tensor, ready = stack.pop()
        operation, index, _ = tensor._keras_history
        call = operation._inbound_nodes[index]
        if id(call) in done:
            continue
        if ready or id(tensor) in inputs:
            done.add(id(call))
            yield call
            continue
        stack.append((tensor, True))
        stack += [(t, False) for t in reversed(call.input_tensors)]


class _Walk:
    """Collects rows; a network inside the network is walked with the tensors that it is given."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.rows: list[LayerRow] = []
        self.counted: set[int] = set()

    def model(self, model: Any, given: list[_Seen] | None = None, prefix: str = "") -> list[_Seen]:
        """What the model's outputs see."""
        seen: dict[int, _Seen] = {}
        if given is not None:
            seen = {id(tensor): s for tensor, s in zip(model.inputs, given, strict=True)}
        for call in _calls(model):
            if any(id(tensor) in seen for tensor in call.output_tensors):
                continue  # an inner model's input
            layer = call.operation
            sources = [seen[id(tensor)] for tensor in call.input_tensors]
            if isinstance(layer, keras.Model) and getattr(layer, "inputs", None):
                outputs = self.model(layer, sources, f"{prefix}{layer.name}/")
            else:
                outputs = [self.layer(call, sources, prefix)] * len(call.output_tensors)
            seen |= {id(tensor): s for tensor, s in zip(call.output_tensors, outputs, strict=True)}
        return [seen[id(tensor)] for tensor in model.outputs]

    def layer(self, call: Any, sources: list[_Seen], prefix: str) -> _Seen:
        """Adds the row of a call."""
        layer, shape = call.operation, call.output_tensors[0].shape[1:]
        if None in shape:
            raise DataError(
                f"layer {layer.name}: its output has shape {tuple(shape)}, but only a model built with a fixed length "
                "has sizes to show; give keras.Input a length."
            )
        field, jump = self.field(call, sources)
        new = id(layer) not in self.counted
        self.counted.add(id(layer))
        self.rows.append(
            LayerRow(
                name=prefix + layer.name,
                kind=type(layer).__name__,
                output_shape=tuple(int(n) for n in shape),
                parameters=int(layer.count_params()) if new and isinstance(layer, keras.layers.Layer) else 0,
                receptive_field=int(min(math.ceil(field), self.length)),
                flop=_flop(call),
                inputs=tuple(dict.fromkeys(source.row for source in sources)),
                size=_first(getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None) or 0),
            )
        )
        return _Seen(len(self.rows) - 1, field, jump)

    def field(self, call: Any, sources: list[_Seen]) -> tuple[float, float]:
        """Samples that an output value depends on, and samples from one output step to the next."""
        if not sources:
            return 1, 1
        layer, shape = call.operation, call.output_tensors[0].shape
        field, jump = max(source.field for source in sources), max(source.jump for source in sources)
        kinds = {kind.__name__ for kind in type(layer).__mro__}
        if kinds & {"BaseConv", "BaseSeparableConv", "BaseDepthwiseConv", "BasePooling"}:
            size = _first(getattr(layer, "kernel_size", None) or layer.pool_size)
            reach = (size - 1) * _first(getattr(layer, "dilation_rate", 1))
            return field + reach * jump, jump * _first(layer.strides)
        if "BaseConvTranspose" in kinds:
            stride = _first(layer.strides)
            return field + (-(-_first(layer.kernel_size) // stride) - 1) * jump, jump / stride
        if "UpSampling1D" in kinds:
            return field, jump / _first(layer.size)
        steps = {t.shape[1] for t in call.input_tensors if len(t.shape) == 3}
        if len(shape) == 2:
            keeps = not steps and "Dense" not in kinds
        else:
            keeps = bool(kinds & _STEP_BY_STEP) or shape[1] in steps
        return (field if keeps and not kinds & _WHOLE else max(field, self.length)), jump


def _first(value: int | Iterable[int]) -> int:
    """Keras keeps some sizes as a number and some as a tuple of one."""
    return int(value if isinstance(value, int) else next(iter(value)))


def _flop(call: Any) -> int:
    """Twice the multiply-adds of one window."""
    layer, shape = call.operation, call.output_tensors[0].shape[1:]
    if isinstance(layer, keras.layers.Conv1D):
        steps = math.prod(shape) // layer.filters
        return int(2 * steps * math.prod(layer.kernel.shape))  # the kernel holds a group's channels only
    if isinstance(layer, keras.layers.Dense):
        return int(2 * math.prod(shape) * call.input_tensors[0].shape[-1])
    return 0
