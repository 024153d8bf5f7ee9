"""Builds a program step by step; what is known already, or does nothing, makes no step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stridenet.errors import ExportError
from stridenet_runtime.numpy_engine import COMPUTE
from stridenet_runtime.operations import BINARY, OPERATIONS, Shape, binary_shape
from stridenet_runtime.program import Array, Node, Program


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """A value of the program: its name, and its shape without the axis of windows."""

    name: str
    shape: Shape


Value = Symbol | Array


class Builder:
    """A program in the making.

    Args:
        length: samples in a window.
        n_channels: channels in a window.
    """

    def __init__(self, length: int, n_channels: int) -> None:
        self.windows = Symbol("windows", (length, n_channels))
        self.layer = ""
        """The layer that the next steps come from."""
        self._nodes: list[Node] = []
        self._made: dict[str, Node] = {}
        self._symbols: dict[Any, Symbol] = {}
        self._constants: dict[str, Array] = {}

    def finish(self, output: Symbol) -> Program:
        """The program whose answer is this value; steps that it does not need are left out."""
        needed, kept = {output.name}, []
        for node in reversed(self._nodes):
            if node.output in needed:
                needed.update(node.inputs)
                kept.append(node)
        constants = {name: one for name, one in self._constants.items() if name in needed}
        length, n_channels = self.windows.shape
        return Program(length, n_channels, tuple(reversed(kept)), constants, output.name)

    def __call__(self, op: str, *inputs: Value | float, **attributes: Any) -> Any:
        """One more step: the symbol of what it gives, or an array where that is known already."""
        values = [one if isinstance(one, Symbol) else np.asarray(one, np.float32) for one in inputs]
        if op in BINARY:
            return self._binary(op, *values)
        (x, *rest) = values
        assert isinstance(x, Symbol)
        same = self._nothing_to_do(op, x, attributes) if not rest else None
        return same if same is not None else self._step(op, values, attributes)

    def _step(self, op: str, values: Sequence[Value], attributes: dict[str, Any]) -> Symbol:
        names = tuple(one.name if isinstance(one, Symbol) else self._constant(one) for one in values)
        key = (op, names, repr(sorted(attributes.items())))
        if key not in self._symbols:
            try:
                shape = OPERATIONS[op].shape(attributes, [one.shape for one in values])
            except ValueError as error:
                raise ExportError(f"layer {self.layer}: it has no runtime form ({error}).") from None
            symbol = Symbol(f"v{len(self._nodes) + 1}", shape)
            node = Node(op, names, symbol.name, attributes, self.layer)
            self._nodes.append(node)
            self._made[symbol.name] = node
            self._symbols[key] = symbol
        return self._symbols[key]

    def _constant(self, array: Array) -> str:
        key = (array.shape, array.tobytes())
        if key not in self._symbols:
            name = f"c{len(self._constants) + 1}"
            self._constants[name] = array
            self._symbols[key] = Symbol(name, array.shape)
        return self._symbols[key].name

    def _from(self, x: Value, op: str) -> Node | None:
        node = self._made.get(x.name) if isinstance(x, Symbol) else None
        return node if node is not None and node.op == op else None

    def _source(self, node: Node) -> Symbol:
        name = node.inputs[0]
        return next((one for one in self._symbols.values() if one.name == name), self.windows)

    def _nothing_to_do(self, op: str, x: Symbol, attributes: dict[str, Any]) -> Symbol | None:
        """The value itself where a step only moves it to where it is, or moves back what was moved before."""
        before = self._from(x, op)
        if op == "reshape":
            if before:
                return self.reshape(self._source(before), attributes["shape"])
            return x if tuple(attributes["shape"]) == x.shape else None
        if op == "transpose":
            order = attributes["order"]
            if before:
                return self.transpose(self._source(before), [before.attributes["order"][axis] for axis in order])
            return x if list(order) == list(range(len(x.shape))) else None
        if op == "slice" and attributes["step"] == 1:
            return x if (attributes["begin"], attributes["end"]) == (0, x.shape[attributes["axis"]]) else None
        if op == "repeat":
            return x if attributes["n"] == 1 else None
        return x if op == "pad" and not attributes["before"] + attributes["after"] else None

    def reshape(self, x: Symbol, shape: Sequence[int]) -> Symbol:
        """The same values in another shape."""
        symbol: Symbol = self("reshape", x, shape=[int(n) for n in shape])
        return symbol

    def transpose(self, x: Symbol, order: Sequence[int]) -> Symbol:
        """The same values with the axes in another order."""
        symbol: Symbol = self("transpose", x, order=[int(axis) for axis in order])
        return symbol

    def _binary(self, op: str, a: Value, b: Value) -> Value:
        a, b = self._unrepeated(a, b), self._unrepeated(b, a)
        if not isinstance(a, Symbol) and not isinstance(b, Symbol):
            known: Array = COMPUTE[op]({}, a, b)
            return known
        if op == "sub" and not isinstance(b, Symbol):
            return self._binary("add", a, -b)
        if op == "div" and not isinstance(b, Symbol):
            return self._binary("mul", a, np.asarray(1 / b.astype(np.float64), np.float32))
        if op in ("add", "mul") and isinstance(b, Symbol) and not isinstance(a, Symbol):
            a, b = b, a
        if isinstance(a, Symbol) and not isinstance(b, Symbol):
            b = _aligned(b, a)
            if binary_shape(a.shape, b.shape) == a.shape:
                if (b == {"add": 0, "mul": 1, "power": 1}.get(op, np.nan)).all():
                    return a
                if op == "mul" and not b.any():
                    return np.zeros(a.shape, np.float32)
                if (joined := self._joined(op, a, b)) is not None:
                    return joined
        elif isinstance(b, Symbol) and not isinstance(a, Symbol):
            a = _aligned(a, b)
        return self._step(op, (a, b), {})

    def _joined(self, op: str, a: Symbol, b: Array) -> Value | None:
        """Two factors or two terms in a row as one."""
        before = self._from(a, op)
        if before is None or op not in ("add", "mul") or before.inputs[1] not in self._constants:
            return None
        first = self._constants[before.inputs[1]]
        source = self._source(before)
        return self._binary(op, source, first * b if op == "mul" else first + b)

    def _unrepeated(self, x: Value, other: Value) -> Value:
        """One value along an axis is spread over the other input by itself."""
        node = self._from(x, "repeat")
        if node is None or not isinstance(other, Symbol) or not isinstance(x, Symbol):
            return x
        source = self._source(node)
        fits = len(source.shape) == len(other.shape) and source.shape[node.attributes["axis"]] == 1
        return source if fits and binary_shape(source.shape, other.shape) == binary_shape(x.shape, other.shape) else x


def _aligned(constant: Array, x: Symbol) -> Array:
    """A constant without leading axes of one value: the first of them may be that of the windows."""
    while constant.ndim and constant.shape[0] == 1:
        constant = constant[0]
    if constant.ndim > len(x.shape):
        raise ExportError(
            f"a constant of {constant.ndim} axes meets a value of {len(x.shape)}; it has no runtime form."
        )
    return np.ascontiguousarray(constant)
