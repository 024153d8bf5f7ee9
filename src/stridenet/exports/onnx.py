"""A program as one ONNX file: opset 18, any number of windows, the same bytes for the same program.

Convolutions want channels before time, the rest does not care. So a turn of axes makes no step: each value is known
with the order in which its axes lie, and is turned only where an operation asks for another. Convolutions along time
get a row of one, for onnxruntime is faster at those of pictures: 31 to 50 µs for the waveform view of ``stride``.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from stridenet_runtime.operations import Shape
from stridenet_runtime.program import Array, Node, Program

OPSET = 18
IR_VERSION = 8
"""Of opset 18: whatever reads that reads this."""
Order = tuple[int, ...]
"""Which axis of the program lies at each place after the windows'; ``_ROW`` is an axis of one more."""
_ROW = -1


def to_onnx(program: Program, about: Mapping[str, str] | None = None) -> bytes:
    """The bytes of an ONNX file with input ``windows`` (window, time, channel) and output ``probabilities``.

    Args:
        program: what is to be computed.
        about: what is kept beside it, as ``session.get_modelmeta().custom_metadata_map`` gives it back.
    """
    writer = _Writer(program)
    for node in program.nodes:
        writer.write(node)
    classes = writer.shapes[program.output][0]
    writer.node("Identity", [writer.get(program.output)], output="probabilities")
    shapes = {"windows": ["n", program.length, program.n_channels], "probabilities": ["n", classes]}
    windows, answer = (helper.make_tensor_value_info(name, TensorProto.FLOAT, s) for name, s in shapes.items())
    graph = helper.make_graph(writer.nodes, "stridenet", [windows], [answer], list(writer.kept.values()))
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="stridenet")
    helper.set_model_props(model, dict(sorted((about or {}).items())))
    onnx.checker.check_model(model, full_check=True)
    written: bytes = model.SerializeToString(deterministic=True)
    return written


class _Writer:
    """The steps of a graph so far, and where each value of the program lies in it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.shapes: Mapping[str, Shape] = program.check().shapes
        self.nodes: list[Any] = []
        self.kept: dict[str, Any] = {}
        self.layer = ""
        self._names: dict[str, dict[Order, str]] = {program.input: {(0, 1): "windows"}}
        self._rows: dict[str, tuple[str, Any]] = {}
        """Values in one row that lie in another order: their name, and the place of each in the program's row."""

    def write(self, node: Node) -> None:
        """Adds the steps of one of the program's."""
        self.layer = node.layer
        _WRITE.get(node.op, _unary)(self, node)

    def node(self, kind: str, inputs: Sequence[str], *, output: str = "", **attributes: Any) -> str:
        """Adds a step, and gives its output's name."""
        name = output or f"{self.layer or 'x'}_{len(self.nodes) + 1}"
        attributes = {k: v for k, v in attributes.items() if v is not None}
        self.nodes.append(
            helper.make_node(kind, list(inputs), [name], name=f"{kind}_{len(self.nodes) + 1}", **attributes)
        )
        return name

    def constant(self, array: Any) -> str:
        """The name of a constant, kept once."""
        array = np.ascontiguousarray(array)
        key = f"{array.dtype}{array.shape}{array.tobytes()!r}"
        if key not in self.kept:
            self.kept[key] = numpy_helper.from_array(array, f"constant_{len(self.kept) + 1}")
        return str(self.kept[key].name)

    def integers(self, *values: int) -> str:
        """The name of a constant of integers."""
        return self.constant(np.array(values, np.int64))

    def weight(self, node: Node, place: int) -> Array | None:
        """A constant of the program, by its place among a step's inputs."""
        return self.program.constants[node.inputs[place]] if place < len(node.inputs) else None

    def orders(self, name: str) -> list[Order]:
        """The orders in which a value lies already."""
        return list(self._names.get(name, ()))

    def row(self, name: str) -> tuple[str, Any]:
        """Values in one row in any order, and the place of each in the program's row."""
        if name in self._names:
            return self.get(name), np.arange(self.shapes[name][0])
        return self._rows[name]

    def put_row(self, name: str, made: str, places: Any) -> None:
        """Keeps values that lie in one row, in another order than the program's."""
        if (places == np.arange(len(places))).all():
            self.put(name, made, (0,))
        else:
            self._rows[name] = (made, places)

    def get(self, name: str, order: Order | None = None) -> str:
        """A value with its axes in this order, by default the program's; turned where it does not lie so."""
        order = tuple(range(len(self.shapes[name]))) if order is None else order
        if name in self._rows and name not in self._names:
            made, places = self._rows[name]
            back = self.integers(*np.argsort(places).tolist())
            self.put(name, self.node("Gather", [made, back], axis=1), (0,))
        there = self._names[name]
        if order not in there:
            there[order] = self._turned(name, order)
        return there[order]

    def _turned(self, name: str, order: Order) -> str:
        there, plain = self._names[name], real(order)
        if plain != order:  # a row more
            return self.node("Unsqueeze", [self.get(name, plain), self.integers(order.index(_ROW) + 1)])
        for lies, made in there.items():
            if real(lies) == order:
                return self.node("Squeeze", [made, self.integers(lies.index(_ROW) + 1)])
        lies, made = next(iter(there.items()))
        if real(lies) != lies:
            made = self.get(name, real(lies))
        return self.node("Transpose", [made], perm=[0, *(real(lies).index(axis) + 1 for axis in order)])

    def put(self, name: str, made: str, order: Order | None = None) -> None:
        """Keeps where a value lies, and in which order."""
        order = tuple(range(len(self.shapes[name]))) if order is None else order
        self._names.setdefault(name, {})[order] = made

    def alias(self, name: str, source: str, order: Sequence[int]) -> None:
        """The same values, their axes told in another order."""
        for lies, made in self._names[source].items():
            self.put(name, made, tuple(_ROW if axis == _ROW else list(order).index(axis) for axis in lies))

    def any_order(self, *names: str) -> Order:
        """An order that needs few turns: one that most of these values lie in."""
        known = [order for name in names for order in self.orders(name)]
        return max(known, key=known.count) if known else tuple(range(len(self.shapes[names[0]])))


def channels_first(rank: int) -> Order:
    """The order that convolutions want: the channels, another axis, time."""
    return (1, _ROW, 0) if rank == 2 else (rank - 1, *range(rank - 1))


def real(order: Order) -> Order:
    """An order without the row more."""
    return tuple(axis for axis in order if axis != _ROW)


def _conv1d(w: _Writer, node: Node) -> None:
    x, kernel, bias = node.inputs[0], w.weight(node, 1), w.weight(node, 2)
    assert kernel is not None
    a, rank = node.attributes, len(w.shapes[x])
    flat = [1] * max(1, rank - 2)  # leading axes, which no kernel reaches over
    weights = kernel.transpose(2, 1, 0).reshape(kernel.shape[2], kernel.shape[1], *flat, len(kernel))
    inputs = [w.get(x, channels_first(rank)), w.constant(weights)]
    inputs += [] if bias is None else [w.constant(bias)]
    none = [0] * len(flat)
    made = w.node(
        "Conv", inputs, group=a["groups"], kernel_shape=[*flat, len(kernel)], strides=[*flat, a["strides"]],
        dilations=[*flat, a["dilation"]], pads=[*none, a["pads"][0], *none, a["pads"][1]],
    )  # fmt: skip
    w.put(node.output, made, channels_first(rank))


def _pool1d(w: _Writer, node: Node) -> None:
    a, rank = node.attributes, len(w.shapes[node.inputs[0]])
    flat, none = [1] * max(1, rank - 2), [0] * max(1, rank - 2)
    made = w.node(
        "MaxPool" if node.op == "max_pool1d" else "AveragePool",
        [w.get(node.inputs[0], channels_first(rank))],
        kernel_shape=[*flat, a["size"]], strides=[*flat, a["strides"]],
        pads=[*none, a["pads"][0], *none, a["pads"][1]],
        count_include_pad=None if node.op == "max_pool1d" else 0,
    )  # fmt: skip
    w.put(node.output, made, channels_first(rank))


def _dense(w: _Writer, node: Node) -> None:
    x, kernel, bias = node.inputs[0], w.weight(node, 1), w.weight(node, 2)
    assert kernel is not None
    rank = len(w.shapes[x])
    if rank == 1:
        row, places = w.row(x)
        inputs = [row, w.constant(kernel[places])]
        w.put(node.output, w.node("Gemm", inputs + ([] if bias is None else [w.constant(bias)])))
        return
    if channels_first(rank) in w.orders(x) and tuple(range(rank)) not in w.orders(x):
        flat = [1] * max(2, rank - 1)
        weights = kernel.T.reshape(*kernel.T.shape, *flat)
        inputs = [w.get(x, channels_first(rank)), w.constant(weights)]
        inputs += [] if bias is None else [w.constant(bias)]
        w.put(node.output, w.node("Conv", inputs, kernel_shape=flat), channels_first(rank))
        return
    made = w.node("MatMul", [w.get(x), w.constant(kernel)])
    w.put(node.output, made if bias is None else w.node("Add", [made, w.constant(bias)]))


def _lstm(w: _Writer, node: Node) -> None:
    """ONNX wants time before windows, and the gates as input, output, forget, candidate."""
    kernel, recurrent, bias = (w.weight(node, place) for place in (1, 2, 3))
    assert kernel is not None
    assert recurrent is not None
    assert bias is not None
    gates = np.arange(4 * len(recurrent)).reshape(4, -1)[[0, 3, 1, 2]].ravel()
    weights = [kernel[:, gates].T[None], recurrent[:, gates].T[None], np.concatenate([bias[gates], 0 * bias])[None]]
    x = w.node("Transpose", [w.get(node.inputs[0])], perm=[1, 0, 2])
    name = f"{w.layer or 'x'}_{len(w.nodes) + 1}"
    outputs = [f"{name}_steps", ""] if node.attributes["sequences"] else ["", f"{name}_last"]
    inputs = [x, *map(w.constant, weights)]
    way = "reverse" if node.attributes["reverse"] else "forward"
    units = len(recurrent)
    w.nodes.append(helper.make_node("LSTM", inputs, outputs, name=f"LSTM_{name}", hidden_size=units, direction=way))
    made = w.node("Squeeze", [outputs[0] or outputs[1], w.integers(1 if outputs[0] else 0)])
    w.put(node.output, w.node("Transpose", [made], perm=[1, 0, 2]) if outputs[0] else made)


def _binary(w: _Writer, node: Node) -> None:
    values = [name for name in node.inputs if name not in w.program.constants]
    order = w.any_order(*values)
    inputs = []
    for name in node.inputs:
        if name in values:
            inputs.append(w.get(name, order))
            continue
        constant = w.program.constants[name]
        plain = real(order)
        full = constant.reshape((1,) * (len(plain) - constant.ndim) + constant.shape).transpose(plain)
        full = full if plain == order else np.expand_dims(full, order.index(_ROW))
        inputs.append(w.constant(_short(full)))
    w.put(node.output, w.node(_BINARY[node.op], inputs), order)


def _short(constant: Array) -> Array:
    """Without leading axes of one value, which are added by whoever spreads it."""
    while constant.ndim and len(constant) == 1:
        constant = constant[0]
    return constant


def _unary(w: _Writer, node: Node) -> None:
    x, a = node.inputs[0], node.attributes
    order = w.any_order(x)
    made = w.get(x, order)

    def times(one: str, factor: float) -> str:
        return w.node("Mul", [one, w.constant(np.float32(factor))])

    match node.op:
        case "leaky_relu":
            made = w.node("LeakyRelu", [made], alpha=float(a["slope"]))
        case "elu":
            made = w.node("Elu", [made], alpha=float(a["alpha"]))
        case "softmax":
            made = w.node("Softmax", [made], axis=order.index(max(order)) + 1)
        case "square":
            made = w.node("Mul", [made, made])
        case "silu":
            made = w.node("Mul", [made, w.node("Sigmoid", [made])])
        case "gelu":
            if a["approximate"]:
                cube = times(w.node("Mul", [made, w.node("Mul", [made, made])]), 0.044715)
                bent = w.node("Tanh", [times(w.node("Add", [made, cube]), math.sqrt(2 / math.pi))])
            else:
                bent = w.node("Erf", [times(made, math.sqrt(0.5))])
            share = w.node("Add", [bent, w.constant(np.float32(1))])
            made = times(w.node("Mul", [made, share]), 0.5)
        case _:
            made = w.node(node.op.capitalize(), [made])
    w.put(node.output, made, order)


def _reduced(w: _Writer, node: Node) -> None:
    (x,), axes, kept = node.inputs, node.attributes["axes"], node.attributes["keepdims"]
    order = w.any_order(x)
    also = [_ROW] if _ROW in order and not kept else []
    places = sorted(order.index(axis) + 1 for axis in (*axes, *also))
    made = w.node(_REDUCED[node.op], [w.get(x, order), w.integers(*places)], keepdims=int(kept))
    left = order if kept else tuple(axis for axis in order if axis not in (*axes, _ROW))
    w.put(node.output, made, tuple(_ROW if axis == _ROW else sorted(real(left)).index(axis) for axis in left))


def _reshape(w: _Writer, node: Node) -> None:
    (x,), shape = node.inputs, w.shapes[node.output]
    lies, usual = w.orders(x), tuple(range(len(w.shapes[x])))
    if len(shape) == 1 and lies and usual not in lies:
        places = np.arange(shape[0]).reshape(w.shapes[x]).transpose(real(lies[0])).ravel()
        w.put_row(node.output, w.node("Flatten", [w.get(x, lies[0])]), places)
        return
    w.put(node.output, w.node("Reshape", [w.get(x), w.integers(0, *shape)]))


def _slice(w: _Writer, node: Node) -> None:
    (x,), a = node.inputs, node.attributes
    order = w.any_order(x)
    end = a["end"] if a["end"] >= 0 else -(2**63)
    where = [w.integers(one) for one in (a["begin"], end, order.index(a["axis"]) + 1, a["step"])]
    w.put(node.output, w.node("Slice", [w.get(x, order), *where]), order)


def _concat(w: _Writer, node: Node) -> None:
    if len(w.shapes[node.output]) == 1:
        rows = [w.row(name) for name in node.inputs]
        firsts = np.cumsum([0, *(len(places) for _, places in rows)])
        places = np.concatenate([places + first for (_, places), first in zip(rows, firsts, strict=False)])
        w.put_row(node.output, w.node("Concat", [name for name, _ in rows], axis=1), places)
        return
    order = w.any_order(*node.inputs)
    inputs = [w.get(name, order) for name in node.inputs]
    w.put(node.output, w.node("Concat", inputs, axis=order.index(node.attributes["axis"]) + 1), order)


def _repeat(w: _Writer, node: Node) -> None:
    (x,), axis, n = node.inputs, node.attributes["axis"], node.attributes["n"]
    shape, made = w.shapes[x], w.get(x)
    if shape[axis] > 1:
        made = w.node("Unsqueeze", [made, w.integers(axis + 2)])
        times = [n if at == axis + 1 else 1 for at in range(len(shape) + 1)]
        made = w.node("Tile", [made, w.integers(1, *times)])
        w.put(node.output, w.node("Reshape", [made, w.integers(0, *w.shapes[node.output])]))
        return
    times = [n if at == axis else 1 for at in range(len(shape))]
    w.put(node.output, w.node("Tile", [made, w.integers(1, *times)]))


def _pad(w: _Writer, node: Node) -> None:
    (x,), a = node.inputs, node.attributes
    order = w.any_order(x)
    at = order.index(a["axis"]) + 1
    sides = [[side if place == at else 0 for place in range(len(order) + 1)] for side in (a["before"], a["after"])]
    w.put(node.output, w.node("Pad", [w.get(x, order), w.integers(*sides[0], *sides[1])]), order)


_BINARY = {
    "add": "Add",
    "sub": "Sub",
    "mul": "Mul",
    "div": "Div",
    "maximum": "Max",
    "minimum": "Min",
    "power": "Pow",
}
_REDUCED = {"mean": "ReduceMean", "max": "ReduceMax", "sum": "ReduceSum"}
_WRITE: dict[str, Callable[[_Writer, Node], None]] = {
    "conv1d": _conv1d,
    "max_pool1d": _pool1d,
    "mean_pool1d": _pool1d,
    "dense": _dense,
    "lstm": _lstm,
    **dict.fromkeys(_BINARY, _binary),
    **dict.fromkeys(_REDUCED, _reduced),
    "reshape": _reshape,
    "transpose": lambda w, node: w.alias(node.output, node.inputs[0], node.attributes["order"]),
    "slice": _slice,
    "concat": _concat,
    "repeat": _repeat,
    "pad": _pad,
}
