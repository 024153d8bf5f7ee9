"""Windows that overlap share their work: what is local in time is computed once over the whole signal.

A value of window ``w`` at place ``j`` is local where it is a function of the samples from ``w + j · stride`` on alone,
whatever the window. Convolutions and pools without padding, dense layers over channels and what works on each value are
so. Strides become distances: a value is kept at every place of the signal where some window needs it. The rest, and
all behind it, is computed window by window from what is local. The answers are those of each window alone, to rounding.
"""

from collections.abc import Iterator, Mapping
from math import gcd
from typing import NamedTuple

import numpy as np

from stridenet_runtime.numpy_engine import COMPUTE
from stridenet_runtime.operations import BINARY, OPERATIONS, UNARY
from stridenet_runtime.program import Array, Node, Program

_EACH = (*UNARY, "leaky_relu", "elu", "gelu", "dense")
_SAMPLES = 1 << 13  # of the signal, at a time
_WINDOWS = 64  # whose rest is computed at a time


class _Local(NamedTuple):
    """Where a value lies: ``length`` places a window, ``stride`` samples apart, kept every ``kept`` samples."""

    length: int
    stride: int
    kept: int


class Shared:
    """A program over all windows of a signal, which begin ``step`` samples apart.

    Args:
        program: checked here.
        step: samples from one window's start to the next.
    """

    def __init__(self, program: Program, step: int) -> None:
        self.program, self.step = program, step
        facts = program.check()
        self.n_classes: int = facts.shapes[program.output][0]
        self._shapes = facts.shapes
        self._local = {program.input: _Local(program.length, 1, 1)}
        self._front: list[tuple[Node, Node]] = []
        self._rest: list[Node] = []
        for node in program.nodes:
            place = self._placed(node)
            if place is not None and step // place.kept < place.length:
                self._local[node.output] = place
                self._front.append((node, self._over_signal(node)))
            else:
                self._rest.append(node)
        asked = {name for node in self._rest for name in node.inputs} | {program.output}
        self._cuts = [name for name in self._local if name in asked]

    @property
    def multiply_adds(self) -> float:
        """For one window, as of many in a row."""
        total = 0.0
        for node, _ in self._front:
            place = self._local[node.output]
            total += self._cost(node) * (self.step / place.kept) / place.length
        return total + sum(self._cost(node) for node in self._rest)

    def __call__(self, signal: Array) -> Array:
        """Probabilities (window, class) of a signal (time, channel) in single precision."""
        many = max(0, (len(signal) - self.program.length) // self.step + 1)
        answers = np.empty((many, self.n_classes), np.float32)
        at_once = max(1, _SAMPLES // self.step)
        for first in range(0, many, at_once):
            here = answers[first : first + at_once]
            begin = first * self.step
            part = signal[begin : begin + (len(here) - 1) * self.step + self.program.length]
            for some, said in self._part(part, len(here)):
                here[some] = said
        return answers

    def _part(self, signal: Array, many: int) -> Iterator[tuple[slice, Array]]:
        values: dict[str, Array] = {**self.program.constants, self.program.input: signal[np.newaxis]}
        with np.errstate(all="ignore"):
            for _, node in self._front:
                values[node.output] = _computed(node, [values[name] for name in node.inputs], self.program.constants)
            for first in range(0, many, _WINDOWS):
                some = slice(first, min(first + _WINDOWS, many))
                here = {**self.program.constants}
                here |= {name: self._gathered(name, values[name], some) for name in self._cuts}
                for node in self._rest:
                    here[node.output] = COMPUTE[node.op](node.attributes, *(here[name] for name in node.inputs))
                yield some, here[self.program.output]

    def _gathered(self, name: str, value: Array, some: slice) -> Array:
        place = self._local[name]
        starts = np.arange(some.start, some.stop) * (self.step // place.kept)
        gathered: Array = value[0][starts[:, np.newaxis] + np.arange(place.length) * (place.stride // place.kept)]
        return gathered

    def _placed(self, node: Node) -> _Local | None:
        """Where the output of a node lies; None where it is not local."""
        a, inputs = node.attributes, [name for name in node.inputs if name not in self.program.constants]
        if any(name not in self._local for name in inputs):
            return None
        places, shape = [self._local[name] for name in inputs], self._shapes[node.output]
        if node.op in ("conv1d", "max_pool1d", "mean_pool1d"):
            by = None if any(a["pads"]) else a["strides"]
        elif node.op in _EACH or (node.op == "slice" and a["axis"] == 1):
            by = 1
        elif node.op == "slice":
            by = a["step"] if a["step"] > 0 else None
        elif node.op in BINARY or (node.op == "concat" and a["axis"] == 1):
            by = 1 if len(set(places)) == 1 and self._over_channels(node) else None
        else:
            by = None
        if by is None or len(shape) != 2:
            return None
        stride = places[0].stride * by
        return _Local(shape[0], stride, gcd(self.step, stride))

    def _over_channels(self, node: Node) -> bool:
        """Whether the constants of a node are the same at every time."""
        weights = [self.program.constants[name] for name in node.inputs if name in self.program.constants]
        return all(weight.ndim < 2 or weight.shape[-2] == 1 for weight in weights)

    def _over_signal(self, node: Node) -> Node:
        """The node as it works on the values of the whole signal."""
        a = dict(node.attributes)
        first = next(name for name in node.inputs if name in self._local)
        here, there = self._local[first], self._local[node.output]
        apart, by = here.stride // here.kept, there.kept // here.kept
        if node.op == "conv1d":
            a |= {"strides": by, "dilation": a["dilation"] * apart}
        elif node.op.endswith("pool1d"):
            a |= {"strides": by, "dilation": apart}
        elif node.op == "slice" and a["axis"] == 0:
            a |= {"begin": a["begin"] * apart, "end": -1, "step": by}
        return Node(node.op, node.inputs, node.output, a, node.layer)

    def _cost(self, node: Node) -> int:
        inputs = [self._shapes[name] for name in node.inputs]
        return OPERATIONS[node.op].multiply_adds(inputs, self._shapes[node.output])


def _computed(node: Node, inputs: list[Array], constants: Mapping[str, Array]) -> Array:
    """One node over the whole signal; what differs in length at its end is cut."""
    if node.op.endswith("pool1d"):
        return _pool(node, inputs[0])
    if node.op in BINARY or node.op == "concat":
        there = [x for x, name in zip(inputs, node.inputs, strict=True) if name not in constants]
        shortest = min(x.shape[1] for x in there)
        inputs = [x if name in constants else x[:, :shortest] for x, name in zip(inputs, node.inputs, strict=True)]
    return COMPUTE[node.op](node.attributes, *inputs)


def _pool(node: Node, x: Array) -> Array:
    a = node.attributes
    last = x.shape[1] - (a["size"] - 1) * a["dilation"]
    total, *others = [x[:, i * a["dilation"] : last + i * a["dilation"] : a["strides"]] for i in range(a["size"])]
    for other in others:
        total = np.maximum(total, other) if node.op == "max_pool1d" else total + other
    return total if node.op == "max_pool1d" else np.asarray(total / np.float32(a["size"]))
