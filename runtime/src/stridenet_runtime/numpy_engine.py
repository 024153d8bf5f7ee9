"""Runs a program with NumPy alone: the reference for every export, and all that a small computer needs."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from stridenet_runtime.program import Array, Program

_BLOCK = 64
"""Windows that are computed at once."""
Attributes = Mapping[str, Any]


class NumpySession:
    """A program that is ready to answer.

    Args:
        program: checked here.

    Raises:
        ProgramError: its steps do not fit each other.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.n_classes: int = program.check().shapes[program.output][0]
        self._gone = program.last_uses()

    def __call__(self, windows: Array) -> Array:
        """Probabilities (window, class) of float32 windows (window, time, channel)."""
        answers = np.empty((len(windows), self.n_classes), np.float32)
        for first in range(0, len(windows), _BLOCK):
            answers[first : first + _BLOCK] = self._block(windows[first : first + _BLOCK])
        return answers

    def _block(self, windows: Array) -> Array:
        values: dict[str, Array] = {**self.program.constants, self.program.input: windows}
        with np.errstate(all="ignore"):  # what overflows here does so in every engine
            for place, node in enumerate(self.program.nodes):
                inputs = [values[name] for name in node.inputs]
                values[node.output] = COMPUTE[node.op](node.attributes, *inputs)
                for name in self._gone.get(place, ()):
                    del values[name]
        return values[self.program.output]


def run(program: Program, windows: Any) -> Array:
    """Probabilities (window, class) of windows (window, time, channel); see :class:`NumpySession`."""
    return NumpySession(program)(np.asarray(windows, np.float32))


def _conv1d(a: Attributes, x: Array, kernel: Array, bias: Array | None = None) -> Array:
    """Shifted samples side by side, then one product of matrices."""
    lead, (n, channels), (size, _, filters) = x.shape[:-2], x.shape[-2:], kernel.shape
    x = x.reshape(-1, n, channels)
    if any(a["pads"]):
        x = np.pad(x, ((0, 0), tuple(a["pads"]), (0, 0)))
    if size > 1:
        seen = np.lib.stride_tricks.sliding_window_view(x, (size - 1) * a["dilation"] + 1, axis=1)
        seen = seen[:, :: a["strides"], :, :: a["dilation"]].swapaxes(2, 3)
    else:
        seen = x[:, :: a["strides"], np.newaxis]
    windows, steps, groups = len(x), seen.shape[1], a["groups"]
    if groups == 1:
        y = seen.reshape(-1, size * channels) @ kernel.reshape(-1, filters)
    else:
        apart = seen.reshape(windows * steps, size, groups, -1).transpose(2, 0, 1, 3)
        weights = kernel.reshape(size, -1, groups, filters // groups).transpose(2, 0, 1, 3)
        y = apart.reshape(groups, windows * steps, -1) @ weights.reshape(groups, -1, filters // groups)
        y = y.transpose(1, 0, 2)
    y = y.reshape(*lead, steps, filters)
    return y if bias is None else y + bias


def _dense(a: Attributes, x: Array, kernel: Array, bias: Array | None = None) -> Array:
    del a
    return x @ kernel if bias is None else x @ kernel + bias


def _places(a: Attributes, x: Array, fill: float) -> list[Array]:
    """The samples under each member of a pool, one array a member."""
    around = [(0, 0)] * (x.ndim - 2)
    x = np.pad(x, [*around, tuple(a["pads"]), (0, 0)], constant_values=fill) if any(a["pads"]) else x
    last = x.shape[-2] - a["size"] + 1
    return [x[..., i : last + i : a["strides"], :] for i in range(a["size"])]


def _max_pool1d(a: Attributes, x: Array) -> Array:
    best, *others = _places(a, x, -np.inf)
    for other in others:
        best = np.maximum(best, other)
    return best


def _mean_pool1d(a: Attributes, x: Array) -> Array:
    total = sum(_places(a, x, 0.0))
    if not any(a["pads"]):
        return np.asarray(total / np.float32(a["size"]))
    counted = sum(_places(a, np.ones(x.shape[-2:], np.float32), 0.0))
    return np.asarray(total / counted)


def _lstm(a: Attributes, x: Array, kernel: Array, recurrent: Array, bias: Array) -> Array:
    """Gates in Keras' order: input, forget, candidate, output."""
    fed = x @ kernel + bias
    units, order = len(recurrent), range(x.shape[1])
    said = cell = np.zeros((len(x), units), np.float32)
    kept = np.empty((len(x), x.shape[1], units), np.float32) if a["sequences"] else None
    for t in reversed(order) if a["reverse"] else order:
        gates = fed[:, t] + said @ recurrent
        enter, forget, candidate, leave = (gates[:, i * units : (i + 1) * units] for i in range(4))
        cell = _sigmoid(forget) * cell + _sigmoid(enter) * np.tanh(candidate)
        said = _sigmoid(leave) * np.tanh(cell)
        if kept is not None:
            kept[:, t] = said
    return said if kept is None else kept


def _sigmoid(x: Array) -> Array:
    return np.asarray(np.float32(0.5) * np.tanh(np.float32(0.5) * x) + np.float32(0.5))


def _softmax(x: Array) -> Array:
    raised = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def _erf(x: Array) -> Array:
    """The error function to 2e-7.

    Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, formula 7.1.26.
    """
    t = 1 / (1 + 0.3275911 * np.abs(x.astype(np.float64)))
    series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    return (np.sign(x) * (1 - series * np.exp(-np.square(x, dtype=np.float64)))).astype(np.float32)


def _gelu(a: Attributes, x: Array) -> Array:
    if a["approximate"]:
        return np.asarray(0.5 * x * (1 + np.tanh(np.float32(np.sqrt(2 / np.pi)) * (x + 0.044715 * x**3))))
    return np.asarray(0.5 * x * (1 + _erf(x * np.float32(np.sqrt(0.5)))))


def _elu(a: Attributes, x: Array) -> Array:
    return np.asarray(np.where(x > 0, x, np.float32(a["alpha"]) * np.expm1(np.minimum(x, 0))))


def _reduce(function: Callable[..., Any]) -> Callable[..., Array]:
    def reduced(a: Attributes, x: Array) -> Array:
        axes = tuple(axis + 1 for axis in a["axes"])
        return np.asarray(function(x, axis=axes, keepdims=a["keepdims"]), np.float32)

    return reduced


def _slice(a: Attributes, x: Array) -> Array:
    end = None if a["end"] < 0 else a["end"]
    kept: Array = x[(slice(None),) * (a["axis"] + 1) + (slice(a["begin"], end, a["step"]),)]
    return kept


def _pad(a: Attributes, x: Array) -> Array:
    around = [(0, 0)] * x.ndim
    around[a["axis"] + 1] = (a["before"], a["after"])
    return np.pad(x, around)


def _each(function: Callable[..., Any]) -> Callable[..., Array]:
    return lambda _, *inputs: function(*inputs)


COMPUTE: dict[str, Callable[..., Array]] = {
    "conv1d": _conv1d,
    "dense": _dense,
    "max_pool1d": _max_pool1d,
    "mean_pool1d": _mean_pool1d,
    "lstm": _lstm,
    "add": _each(np.add),
    "sub": _each(np.subtract),
    "mul": _each(np.multiply),
    "div": _each(np.divide),
    "maximum": _each(np.maximum),
    "minimum": _each(np.minimum),
    "power": _each(np.power),
    "relu": _each(lambda x: np.maximum(x, np.float32(0))),
    "leaky_relu": lambda a, x: np.where(x > 0, x, np.float32(a["slope"]) * x),
    "elu": _elu,
    "gelu": _gelu,
    "tanh": _each(np.tanh),
    "sigmoid": _each(_sigmoid),
    "silu": _each(lambda x: x * _sigmoid(x)),
    "softmax": _each(_softmax),
    "asinh": _each(np.arcsinh),
    "log": _each(np.log),
    "exp": _each(np.exp),
    "sqrt": _each(np.sqrt),
    "square": _each(np.square),
    "abs": _each(np.abs),
    "mean": _reduce(np.mean),
    "max": _reduce(np.max),
    "sum": _reduce(np.sum),
    "reshape": lambda a, x: x.reshape(len(x), *a["shape"]),
    "transpose": lambda a, x: x.transpose(0, *(axis + 1 for axis in a["order"])),
    "slice": _slice,
    "concat": lambda a, *inputs: np.concatenate(inputs, axis=a["axis"] + 1),
    "repeat": lambda a, x: np.repeat(x, a["n"], axis=a["axis"] + 1),
    "pad": _pad,
}
"""What each operation computes, from its attributes and its inputs (window first)."""
