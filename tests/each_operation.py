"""A program for each operation, with its odd cases: what every export must answer as NumPy does."""

from typing import Any

import numpy as np

from stridenet_runtime.program import Node, Program

RNG = np.random.default_rng(0)
LENGTH, CHANNELS = 11, 6


def _w(*shape: int) -> np.ndarray[Any, Any]:
    return RNG.normal(0, 0.5, shape).astype(np.float32)


def _of(*nodes: Node, rank: int = 2, **constants: np.ndarray[Any, Any]) -> Program:
    """A program that ends with the means over all but the last axis, as probabilities."""
    steps = list(nodes)
    if rank > 1:
        axes = {"axes": list(range(rank - 1)), "keepdims": False}
        steps.append(Node("mean", (steps[-1].output,), "means", axes))
    steps.append(Node("softmax", (steps[-1].output,), "p", {}, "classes"))
    return Program(LENGTH, CHANNELS, tuple(steps), constants, "p")


def _conv(**given: Any) -> dict[str, Any]:
    return {"strides": 1, "dilation": 1, "pads": [0, 0], "groups": 1, **given}


def _one(op: str, **attributes: Any) -> Program:
    return _of(Node(op, ("windows",), "y", attributes))


def _two(op: str, constant: np.ndarray[Any, Any]) -> Program:
    return _of(Node("abs", ("windows",), "x"), Node(op, ("x", "w"), "y"), w=constant)


_POOL = {"size": 3, "strides": 2, "pads": [1, 1]}
PROGRAMS = {
    "conv": _of(Node("conv1d", ("windows", "w", "b"), "y", _conv()), w=_w(3, 6, 20), b=_w(20)),
    "conv without bias": _of(Node("conv1d", ("windows", "w"), "y", _conv(pads=[4, 5])), w=_w(10, 6, 16)),
    "conv strides": _of(Node("conv1d", ("windows", "w"), "y", _conv(strides=2, pads=[1, 2])), w=_w(4, 6, 33)),
    "conv dilation": _of(Node("conv1d", ("windows", "w"), "y", _conv(dilation=3, pads=[6, 0])), w=_w(3, 6, 17)),
    "conv groups": _of(Node("conv1d", ("windows", "w", "b"), "y", _conv(groups=3)), w=_w(3, 2, 9), b=_w(9)),
    "conv of nothing inside": _of(Node("conv1d", ("windows", "w"), "y", _conv(pads=[9, 9])), w=_w(2, 6, 5)),
    "conv of parts": _of(
        Node("slice", ("windows",), "a", {"axis": 0, "begin": 1, "end": 9, "step": 1}),
        Node("reshape", ("a",), "s", {"shape": [2, 4, 6]}),
        Node("conv1d", ("s", "w"), "y", _conv(pads=[1, 1])),
        Node("max_pool1d", ("y",), "m", {"size": 2, "strides": 2, "pads": [0, 0]}),
        rank=3,
        w=_w(3, 6, 5),
    ),
    "dense": _of(Node("dense", ("windows", "w", "b"), "y"), w=_w(6, 50), b=_w(50)),
    "dense of all": _of(
        Node("reshape", ("windows",), "f", {"shape": [66]}), Node("dense", ("f", "w"), "y"), rank=1, w=_w(66, 37)
    ),
    "max pool": _one("max_pool1d", **_POOL),
    "mean pool": _one("mean_pool1d", **_POOL),
    "lstm": _of(
        Node("lstm", ("windows", "w", "u", "b"), "y", {"sequences": True, "reverse": True}),
        Node("lstm", ("y", "w2", "u2", "b2"), "z", {"sequences": False, "reverse": False}),
        rank=1,
        w=_w(6, 20),
        u=_w(5, 20),
        b=_w(20),
        w2=_w(5, 12),
        u2=_w(3, 12),
        b2=_w(12),
    ),
    **{op: _two(op, _w(6)) for op in ("add", "sub", "mul", "div", "maximum", "minimum")},
    "power": _two("power", np.array([0.5, 2, 1, 0.1, 3, -0.2], np.float32)),
    "sub of time": _two("sub", _w(11, 1)),
    "mul of one": _two("mul", np.array([0.3], np.float32)),
    "two of two": _of(
        Node("mean", ("windows",), "m", {"axes": [0], "keepdims": True}), Node("sub", ("windows", "m"), "y")
    ),
    **{op: _one(op) for op in ("relu", "tanh", "sigmoid", "silu", "asinh", "square", "abs", "exp", "softmax")},
    **{op: _of(Node("exp", ("windows",), "e"), Node(op, ("e",), "y")) for op in ("log", "sqrt")},
    "leaky relu": _one("leaky_relu", slope=0.2),
    "elu": _one("elu", alpha=0.7),
    "gelu": _one("gelu", approximate=False),
    "gelu nearly": _one("gelu", approximate=True),
    **{op: _of(Node(op, ("windows",), "y", {"axes": [0], "keepdims": False}), rank=1) for op in ("mean", "max", "sum")},
    "max of channels": _of(Node("max", ("windows",), "y", {"axes": [1], "keepdims": True})),
    "transpose": _of(
        Node("transpose", ("windows",), "t", {"order": [1, 0]}), Node("dense", ("t", "w"), "y"), w=_w(11, 4)
    ),
    "slice backwards": _of(
        Node("slice", ("windows",), "s", {"axis": 0, "begin": 10, "end": -1, "step": -2}),
        Node("mul", ("s", "w"), "y"),
        w=_w(6, 1),
    ),
    "slice of channels": _of(Node("slice", ("windows",), "y", {"axis": 1, "begin": 2, "end": 5, "step": 1})),
    "concat": _of(
        Node("relu", ("windows",), "a"),
        Node("square", ("windows",), "b"),
        Node("concat", ("a", "b", "a"), "y", {"axis": 1}),
    ),
    "repeat": _of(
        Node("mean", ("windows",), "m", {"axes": [0], "keepdims": True}),
        Node("repeat", ("m",), "r", {"axis": 0, "n": 11}),
        Node("sub", ("windows", "r"), "d"),
        Node("square", ("d",), "y"),
    ),
    "repeat channels": _of(Node("repeat", ("windows",), "y", {"axis": 1, "n": 3})),
    "pad": _of(Node("pad", ("windows",), "y", {"axis": 0, "before": 2, "after": 3})),
    "values that are read again": _of(
        Node("relu", ("windows",), "a"),
        Node("square", ("a",), "b"),
        Node("add", ("a", "b"), "c"),
        Node("sub", ("c", "a"), "d"),
        Node("slice", ("d",), "e", {"axis": 0, "begin": 3, "end": 8, "step": 1}),
        Node("exp", ("e",), "f"),
        Node("concat", ("d", "f"), "g", {"axis": 0}),
    ),
}
