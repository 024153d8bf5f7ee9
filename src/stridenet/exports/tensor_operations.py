"""The steps of operations on tensors (``keras.ops``, and Python's operators); None where they have none."""

import math
from collections.abc import Callable
from typing import Any

from stridenet.exports.building import Builder, Symbol
from stridenet.exports.layers import axis_of

Steps = Callable[..., Any]


def _binary(op: str) -> Steps:
    return lambda build, _, a, b: build(op, a, b)


def _unary(op: str) -> Steps:
    def steps(build: Builder, operation: Any, x: Any) -> Any:
        del operation
        return build(op, x)

    return steps


def _reduced(op: str) -> Steps:
    def steps(build: Builder, operation: Any, x: Symbol) -> Any:
        axis = operation.axis
        rank = len(x.shape)
        named = [axis] if isinstance(axis, int) else axis
        axes = None if named is None else sorted({axis_of(one, rank) for one in named})
        if axes is None or min(axes) < 0:
            return None
        return build(op, x, axes=axes, keepdims=bool(operation.keepdims))

    return steps


def _item(build: Builder, operation: Any, x: Symbol, key: Any) -> Any:
    """Slices of some axes, and single places."""
    del operation
    keys = list(key) if isinstance(key, (tuple, list)) else [key]  # a list where the model was loaded
    if Ellipsis in keys:
        at = keys.index(Ellipsis)
        keys[at : at + 1] = [slice(None)] * (len(x.shape) + 2 - len(keys))
    if keys[0] != slice(None) or len(keys) > len(x.shape) + 1:
        return None
    y, gone = x, []
    for axis, one in enumerate(keys[1:]):
        n = x.shape[axis]
        if isinstance(one, int):
            gone.append(axis)
            one = slice(one % n, one % n + 1)
        if not isinstance(one, slice):
            return None
        begin, end, step = one.indices(n)
        y = build("slice", y, axis=axis, begin=begin, end=end, step=step)
    return build.reshape(y, [n for axis, n in enumerate(y.shape) if axis not in gone]) if gone else y


def _reshape(build: Builder, operation: Any, x: Symbol) -> Any:
    _, *shape = operation.newshape
    known = math.prod(n for n in shape if n not in (-1, None))
    return build.reshape(x, [math.prod(x.shape) // known if n in (-1, None) else n for n in shape])


def _transpose(build: Builder, operation: Any, x: Symbol) -> Any:
    if operation.axes is None or operation.axes[0] != 0:
        return None
    return build.transpose(x, [axis - 1 for axis in operation.axes[1:]])


def _concatenate(build: Builder, operation: Any, xs: Any) -> Any:
    axis = axis_of(operation.axis, len(xs[0].shape))
    return None if axis < 0 else build("concat", *xs, axis=axis)


def _softmax(build: Builder, operation: Any, x: Symbol) -> Any:
    return build("softmax", x) if operation.axis in (-1, len(x.shape)) else None


TENSOR_OPERATIONS: dict[str, Steps] = {
    "Absolute": _unary("abs"),
    "Add": _binary("add"),
    "Arcsinh": _unary("asinh"),
    "Concatenate": _concatenate,
    "Divide": _binary("div"),
    "Exp": _unary("exp"),
    "GetItem": _item,
    "Log": _unary("log"),
    "Log1p": lambda build, _, x: build("log", build("add", x, 1.0)),
    "Max": _reduced("max"),
    "Maximum": _binary("maximum"),
    "Mean": _reduced("mean"),
    "Minimum": _binary("minimum"),
    "Multiply": _binary("mul"),
    "Negative": lambda build, _, x: build("mul", x, -1.0),
    "Power": _binary("power"),
    "Relu": _unary("relu"),
    "Reshape": _reshape,
    "Sigmoid": _unary("sigmoid"),
    "Silu": _unary("silu"),
    "Softmax": _softmax,
    "Sqrt": _unary("sqrt"),
    "Square": _unary("square"),
    "Subtract": _binary("sub"),
    "Sum": _reduced("sum"),
    "Tanh": _unary("tanh"),
    "Transpose": _transpose,
    "TrueDivide": _binary("div"),
}
"""What each operation does, by the name of its class."""
