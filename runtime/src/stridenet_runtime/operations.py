"""The operations of a program: what each takes, and the shape of what it gives.

Shapes are those of one window, without the axis of windows. An operation along time works on the last axis but one and
takes whatever comes before for further windows.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Shape = tuple[int, ...]
Attributes = Mapping[str, Any]
_Check = Callable[[Attributes, Sequence[Shape]], Shape]


class Operation(NamedTuple):
    """One kind of step.

    Args:
        values: how many inputs come from the window; -1 for any number from one on.
        weights: how many inputs after them are constants, at least and at most.
        attributes: the kind of each attribute, as :func:`checked` knows it.
        shape: what comes out; raises ``ValueError`` in words where the inputs do not fit.
        multiply_adds: of one window, from the shapes of the inputs and the output.
    """

    values: int
    weights: tuple[int, int]
    attributes: Mapping[str, str]
    shape: _Check
    multiply_adds: Callable[[Sequence[Shape], Shape], int] = lambda *_: 0


def checked(kind: str, value: Any) -> bool:
    """Whether an attribute is of its kind: ``+`` above zero, ``n`` from zero on, ``i`` any integer, ``*`` a list."""
    if kind.endswith("*"):
        return isinstance(value, (list, tuple)) and len(value) <= 8 and all(checked(kind[:-1], one) for one in value)
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
        return False
    return value >= {"+": 1, "n": 0, "i": -_LARGEST}[kind]


_LARGEST = 2**31 - 1


def binary_shape(a: Shape, b: Shape) -> Shape:
    """The shape of two inputs that are spread over each other, as NumPy does it."""
    rank = max(len(a), len(b))
    pairs = zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b, strict=True)
    if any(x != y and 1 not in (x, y) for x, y in pairs):
        raise ValueError(f"{_said(a)} and {_said(b)} do not go together")
    padded = zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b, strict=True)
    return tuple(y if x == 1 else x for x, y in padded)


def _said(shape: Shape) -> str:
    return " x ".join(map(str, shape)) or "one value"


def _need(shape: Shape, rank: int) -> None:
    if len(shape) < rank:
        raise ValueError(f"an input of {_said(shape)} has too few axes")


def _axis(shape: Shape, axis: int) -> None:
    if axis >= len(shape):
        raise ValueError(f"an input of {_said(shape)} has no axis {axis}")


def steps(n: int, size: int, strides: int, pads: Sequence[int], dilation: int = 1) -> int:
    """How many places a filter of ``size`` has on ``n`` samples."""
    left = n + sum(pads) - (size - 1) * dilation - 1
    if left < 0:
        raise ValueError(f"{size} samples do not fit into {n}")
    return left // strides + 1


def _along_time(shape: Shape, attributes: Attributes, size: int, dilation: int = 1) -> int:
    _need(shape, 2)
    if len(attributes["pads"]) != 2:
        raise ValueError("pads are two numbers")
    return steps(shape[-2], size, attributes["strides"], attributes["pads"], dilation)


def _conv1d(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    x, kernel, *bias = inputs
    if len(kernel) != 3:
        raise ValueError(f"a kernel of {_said(kernel)} is not (sample, channel, filter)")
    n = _along_time(x, attributes, kernel[0], attributes["dilation"])
    groups = attributes["groups"]
    if x[-1] != kernel[1] * groups or kernel[2] % groups:
        raise ValueError(f"{x[-1]} channels and a kernel of {_said(kernel)} in {groups} groups do not go together")
    _bias(bias, kernel[2])
    return (*x[:-2], n, kernel[2])


def _bias(bias: Sequence[Shape], n: int) -> None:
    if bias and bias[0] != (n,):
        raise ValueError(f"a bias of {_said(bias[0])} for {n} values")


def _dense(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    del attributes
    x, kernel, *bias = inputs
    _need(x, 1)
    if len(kernel) != 2 or x[-1] != kernel[0]:
        raise ValueError(f"an input of {_said(x)} and a kernel of {_said(kernel)} do not go together")
    _bias(bias, kernel[1])
    return (*x[:-1], kernel[1])


def _pool1d(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    if any(pad >= attributes["size"] for pad in attributes["pads"]):
        raise ValueError("a place would lie in the padding alone")
    return (*x[:-2], _along_time(x, attributes, attributes["size"]), x[-1])


def _lstm(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    x, kernel, recurrent, bias = inputs
    units = recurrent[0] if recurrent else 0
    if len(x) != 2 or not units or (kernel, recurrent, bias) != ((x[1], 4 * units), (units, 4 * units), (4 * units,)):
        raise ValueError(f"an input of {_said(x)} and weights of {_said(kernel)} and {_said(recurrent)} do not fit")
    return (x[0], units) if attributes["sequences"] else (units,)


def _binary(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    del attributes
    return binary_shape(*inputs)


def _same(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    del attributes
    _need(inputs[0], 1)
    return inputs[0]


def _reduced(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    (x,), axes = inputs, attributes["axes"]
    if not axes or len(set(axes)) != len(axes):
        raise ValueError(f"axes {list(axes)} are none, or one of them twice")
    for axis in axes:
        _axis(x, axis)
    kept = [1 if i in axes else n for i, n in enumerate(x) if attributes["keepdims"] or i not in axes]
    return tuple(kept)


def _reshape(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    shape = tuple(attributes["shape"])
    if math.prod(shape) != math.prod(inputs[0]):
        raise ValueError(f"{_said(inputs[0])} values cannot lie as {_said(shape)}")
    return shape


def _transpose(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    (x,), order = inputs, attributes["order"]
    if sorted(order) != list(range(len(x))):
        raise ValueError(f"order {list(order)} does not name each axis of {_said(x)} once")
    return tuple(x[axis] for axis in order)


def _slice(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    (x,), axis, step = inputs, attributes["axis"], attributes["step"]
    _axis(x, axis)
    begin, end, n = attributes["begin"], attributes["end"], x[axis]
    if step == 0 or not (0 <= begin < end <= n if step > 0 else -1 <= end < begin < n):
        raise ValueError(f"samples {begin} to {end} by {step} of {n}")
    return (*x[:axis], len(range(begin, end, step)), *x[axis + 1 :])


def _concat(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    axis, first = attributes["axis"], inputs[0]
    _axis(first, axis)
    if any((*x[:axis], *x[axis + 1 :]) != (*first[:axis], *first[axis + 1 :]) for x in inputs):
        raise ValueError(f"{', '.join(map(_said, inputs))} cannot be joined along axis {axis}")
    return (*first[:axis], sum(x[axis] for x in inputs), *first[axis + 1 :])


def _repeat(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    (x,), axis = inputs, attributes["axis"]
    _axis(x, axis)
    return (*x[:axis], x[axis] * attributes["n"], *x[axis + 1 :])


def _pad(attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    (x,), axis = inputs, attributes["axis"]
    _axis(x, axis)
    return (*x[:axis], x[axis] + attributes["before"] + attributes["after"], *x[axis + 1 :])


def _of_kernel(inputs: Sequence[Shape], output: Shape) -> int:
    return math.prod(output[:-1]) * math.prod(inputs[1])


def _of_recurrence(inputs: Sequence[Shape], output: Shape) -> int:
    del output
    return inputs[0][0] * (math.prod(inputs[1]) + math.prod(inputs[2]))


_POOL = {"size": "+", "strides": "+", "pads": "n*"}
_REDUCED = {"axes": "n*", "keepdims": "bool"}

BINARY = ("add", "sub", "mul", "div", "maximum", "minimum", "power")
"""Of two inputs, of which one may be a constant."""
UNARY = ("relu", "tanh", "sigmoid", "silu", "softmax", "asinh", "log", "exp", "sqrt", "square", "abs")
"""Of each value alone, but softmax, which is over the last axis."""

OPERATIONS: dict[str, Operation] = {
    "conv1d": Operation(1, (1, 2), {"strides": "+", "dilation": "+", "pads": "n*", "groups": "+"}, _conv1d, _of_kernel),
    "dense": Operation(1, (1, 2), {}, _dense, _of_kernel),
    "max_pool1d": Operation(1, (0, 0), _POOL, _pool1d),
    "mean_pool1d": Operation(1, (0, 0), _POOL, _pool1d),
    "lstm": Operation(1, (3, 3), {"sequences": "bool", "reverse": "bool"}, _lstm, _of_recurrence),
    **{name: Operation(2, (0, 0), {}, _binary) for name in BINARY},
    **{name: Operation(1, (0, 0), {}, _same) for name in UNARY},
    "leaky_relu": Operation(1, (0, 0), {"slope": "float"}, _same),
    "elu": Operation(1, (0, 0), {"alpha": "float"}, _same),
    "gelu": Operation(1, (0, 0), {"approximate": "bool"}, _same),
    **{name: Operation(1, (0, 0), _REDUCED, _reduced) for name in ("mean", "max", "sum")},
    "reshape": Operation(1, (0, 0), {"shape": "+*"}, _reshape),
    "transpose": Operation(1, (0, 0), {"order": "n*"}, _transpose),
    "slice": Operation(1, (0, 0), {"axis": "n", "begin": "i", "end": "i", "step": "i"}, _slice),
    "concat": Operation(-1, (0, 0), {"axis": "n"}, _concat),
    "repeat": Operation(1, (0, 0), {"axis": "n", "n": "+"}, _repeat),
    "pad": Operation(1, (0, 0), {"axis": "n", "before": "n", "after": "n"}, _pad),
}
