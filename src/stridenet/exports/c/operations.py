"""Each operation of a program as C statements on values that lie in arrays."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from stridenet.exports.c.nest import Walk, broadcast, loops, steps
from stridenet_runtime.program import Node

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Value:
    """An array in the C program.

    Args:
        at: the C expression of its first value.
        shape: without the batch.
        data: what it holds, of a constant.
    """

    at: str
    shape: Shape
    data: np.ndarray[Any, Any] | None = None


@dataclass
class Asked:
    """What the statements need besides.

    Args:
        functions: those that are called, by name.
        int8: whether weights are integers.
        work: where an operation has room of its own.
    """

    functions: set[str] = field(default_factory=set)
    int8: bool = False
    work: str = ""

    def of(self, function: str) -> str:
        """A function that takes weights, in the kind that is written."""
        name = f"{function}_int8" if self.int8 else function
        self.functions.add(name)
        return name

    def scaled(self, weights: str) -> str:
        """The arguments for weights: themselves and, of integers, what each column's are multiplied with."""
        return f"{weights}, {weights}_scale" if self.int8 else weights


_BINARY = {
    "add": "{a} + {b}",
    "sub": "{a} - {b}",
    "mul": "{a} * {b}",
    "div": "{a} / {b}",
    "maximum": "{a} > {b} ? {a} : {b}",
    "minimum": "{a} < {b} ? {a} : {b}",
    "power": "powf({a}, {b})",
}
_UNARY = {
    "relu": "{x} > 0 ? {x} : 0",
    "leaky_relu": "{x} > 0 ? {x} : {slope} * {x}",
    "elu": "{x} > 0 ? {x} : {alpha} * (expf({x}) - 1.0f)",
    "tanh": "hyperbolic_tangent({x})",
    "sigmoid": "sigmoid({x})",
    "silu": "{x} * sigmoid({x})",
    "asinh": "inverse_sinh({x})",
    "log": "logf({x})",
    "exp": "expf({x})",
    "sqrt": "sqrtf({x})",
    "square": "{x} * {x}",
    "abs": "fabsf({x})",
}
_GELU = "0.5f * {x} * (1.0f + erff({x} * 0.70710678f))"
_GELU_NEAR = "0.5f * {x} * (1.0f + hyperbolic_tangent(0.79788456f * ({x} + 0.044715f * {x} * {x} * {x})))"
IN_PLACE = {*_BINARY, *_UNARY, "gelu"}
"""Operations on each value alone, whose answer may take the place of what they read."""


def number(value: float) -> str:
    """A C constant with all digits of single precision.

    >>> number(0.5), number(3.0), number(float(np.float32(0.1)))
    ('0.5f', '3.0f', '0.100000001f')
    """
    text = f"{np.float32(value):.9g}"
    return f"{text}f" if any(c in text for c in ".e") else f"{text}.0f"


def statements(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    """The C text of one node.

    Raises:
        KeyError: C has no form of this operation.
    """
    return _WRITERS[node.op](node, inputs, output, asked)


def _each(body: str, output: Value, **inputs: Value) -> str:
    """A loop over the answer's values; ``{a}`` stands for a value of the input of that name."""
    walks = {"y": broadcast(output.shape, output.shape)}
    named = {}
    for name, value in inputs.items():
        if value.data is not None and value.data.size == 1:
            named[name] = number(value.data.item())
        else:
            walks[name] = broadcast(value.shape, output.shape)
            named[name] = _at(value.at, name)
    return loops(output.shape, walks, f"{_at(output.at, 'y')} = {body.format(**named)};")


def _at(base: str, index: str) -> str:
    return f"{base}[{{{index}}}]"


def _binary(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    del asked
    return _each(_BINARY[node.op], output, a=inputs[0], b=inputs[1])


def _unary(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    body = _UNARY.get(node.op) or (_GELU_NEAR if node.attributes["approximate"] else _GELU)
    asked.functions |= {f for f in ("sigmoid", "hyperbolic_tangent", "inverse_sinh") if f in body}
    for name in ("slope", "alpha"):
        if f"{{{name}}}" in body:
            body = body.replace(f"{{{name}}}", number(node.attributes[name]))
    return _each(body, output, x=inputs[0])


def _conv1d(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    x, bias = inputs[0], inputs[2].at
    (length, n), (out, columns) = x.shape[-2:], output.shape[-2:]
    taps, n_in, _ = inputs[1].shape
    groups, rows = node.attributes["groups"], prod(x.shape[:-2])
    stride, dilation = node.attributes["strides"], node.attributes["dilation"]
    left, _right = node.attributes["pads"]
    of_group = columns // groups
    lines = []
    for g in range(groups):
        weights = f"{inputs[1].at} + {g * of_group}" if g else inputs[1].at
        scale = f", {inputs[1].at}_scale + {g * of_group}" if g else f", {inputs[1].at}_scale"
        index = " + i * {}" if rows > 1 else ""
        lines.append(
            f"{'    ' if rows > 1 else ''}{asked.of('convolve')}({x.at}{_plus(g * n_in)}{index.format(length * n)}, "
            f"{length}, {n}, {n_in}, {weights}, {taps}, {columns}{scale if asked.int8 else ''}, "
            f"{bias}{_plus(g * of_group)}, {of_group}, {stride}, {dilation}, {left}, {out}, "
            f"{output.at}{_plus(g * of_group)}{index.format(out * columns)}, {columns});"
        )
    if rows > 1:
        return "\n".join([f"for (int i = 0; i < {rows}; i++) {{", *lines, "}"])
    return "\n".join(lines)


def _plus(offset: int) -> str:
    return f" + {offset}" if offset else ""


def _dense(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    del node
    (n, columns), rows = inputs[1].shape, prod(output.shape[:-1])
    return (
        f"{asked.of('product')}({inputs[0].at}, {rows}, {n}, 1, 0, {n}, {inputs[1].at}, {columns}, "
        f"{f'{inputs[1].at}_scale, ' if asked.int8 else ''}{inputs[2].at}, {columns}, {output.at}, {columns});"
    )


def _pool(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    function = {"max_pool1d": "max_pool", "mean_pool1d": "mean_pool"}[node.op]
    asked.functions.add(function)
    (length, channels), out, rows = inputs[0].shape[-2:], output.shape[-2], prod(output.shape[:-2])
    of = node.attributes
    index = [f" + i * {n * channels}" if rows > 1 else "" for n in (length, out)]
    call = (
        f"{function}({inputs[0].at}{index[0]}, {length}, {channels}, {of['size']}, {of['strides']}, {of['pads'][0]}, "
        f"{out}, {output.at}{index[1]});"
    )
    return f"for (int i = 0; i < {rows}; i++)\n    {call}" if rows > 1 else call


def _lstm(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    (length, n), units = inputs[0].shape, output.shape[-1]
    flags = [int(node.attributes[name]) for name in ("sequences", "reverse")]
    return (
        f"{asked.of('lstm')}({inputs[0].at}, {length}, {n}, {asked.scaled(inputs[1].at)}, {inputs[2].at}, {units}, "
        f"{flags[0]}, {flags[1]}, {asked.work}, {output.at});"
    )


def _softmax(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    del node
    asked.functions.add("softmax")
    n = output.shape[-1]
    return f"softmax({inputs[0].at}, {prod(output.shape) // n}, {n}, {output.at});"


def _reduce(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    del asked
    shape = inputs[0].shape
    axes = node.attributes["axes"]
    kept = [1 if axis in axes else n for axis, n in enumerate(shape)]
    walk = broadcast(kept, shape)
    y, x = _at(output.at, "y"), _at(inputs[0].at, "x")
    walks = {"y": walk, "x": Walk(steps(shape))}
    first = loops(kept, walks, f"{y} = {x};" if node.op == "max" else f"{y} = 0;")
    body = f"if ({x} > {y})\n    {y} = {x};" if node.op == "max" else f"{y} += {x};"
    lines = [first, _indented_body(loops(shape, walks, body))]
    if node.op == "mean":
        n = prod(shape[axis] for axis in axes)
        lines.append(loops(kept, {"y": walk}, f"{y} *= {number(1 / n)};"))
    return "\n".join(lines)


def _indented_body(text: str) -> str:
    """A statement of two lines, its second under the first."""
    lines = text.split("\n")
    if lines[-1].startswith("    ") and len(lines) > 1 and lines[-2].lstrip().startswith("if"):
        depth = len(lines[-2]) - len(lines[-2].lstrip())
        lines[-1] = " " * (depth + 4) + lines[-1].lstrip()
    return "\n".join(lines)


def _copy(inputs: Value, output: Value, shape: Shape, of_input: Walk, of_output: Walk) -> str:
    return loops(shape, {"y": of_output, "x": of_input}, f"{_at(output.at, 'y')} = {_at(inputs.at, 'x')};")


def _transpose(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    del asked
    own = steps(inputs[0].shape)
    walk = Walk(tuple(own[axis] for axis in node.attributes["order"]))
    return _copy(inputs[0], output, output.shape, walk, Walk(steps(output.shape)))


def sliced(node: Node, shape: Shape) -> Walk:
    """How a slice walks what it is of."""
    axis, own, step = node.attributes["axis"], steps(shape), node.attributes["step"]
    walk = tuple(s * step if a == axis else s for a, s in enumerate(own))
    return Walk(walk, node.attributes["begin"] * own[axis])


def _slice(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    del asked
    return _copy(inputs[0], output, output.shape, sliced(node, inputs[0].shape), Walk(steps(output.shape)))


def _concat(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    del asked
    own, at, lines = steps(output.shape), 0, []
    axis = node.attributes["axis"]
    for value in inputs:
        lines.append(_copy(value, output, value.shape, Walk(steps(value.shape)), Walk(own, at * own[axis])))
        at += value.shape[axis]
    return "\n".join(lines)


def _repeat(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    del asked
    shape, n, axis = inputs[0].shape, node.attributes["n"], node.attributes["axis"]
    split = (*shape[: axis + 1], n, *shape[axis + 1 :])
    own = steps(shape)
    walk = Walk((*own[: axis + 1], 0, *own[axis + 1 :]))
    return _copy(inputs[0], output, split, walk, Walk(steps(split)))


def _pad(node: Node, inputs: Sequence[Value], output: Value, asked: Asked) -> str:
    del asked
    own, axis = steps(output.shape), node.attributes["axis"]
    zero = loops(output.shape, {"y": Walk(own)}, f"{_at(output.at, 'y')} = 0;")
    walk = Walk(own, node.attributes["before"] * own[axis])
    return zero + "\n" + _copy(inputs[0], output, inputs[0].shape, Walk(steps(inputs[0].shape)), walk)


_WRITERS: Mapping[str, Callable[[Node, Sequence[Value], Value, Asked], str]] = {
    **dict.fromkeys(_BINARY, _binary),
    **dict.fromkeys((*_UNARY, "gelu"), _unary),
    **dict.fromkeys(("mean", "max", "sum"), _reduce),
    **dict.fromkeys(("max_pool1d", "mean_pool1d"), _pool),
    "conv1d": _conv1d,
    "dense": _dense,
    "lstm": _lstm,
    "softmax": _softmax,
    "transpose": _transpose,
    "slice": _slice,
    "concat": _concat,
    "repeat": _repeat,
    "pad": _pad,
}
KNOWN = {*_WRITERS, "reshape"}
"""Operations that C has a form of."""
