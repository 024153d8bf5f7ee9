"""A network as a short list of steps on arrays: what every engine runs and every export is written from.

Values have the window as first axis and the channel as last; axes in attributes count without that of the windows, so 0
is time. See :mod:`stridenet_runtime.operations` for what each step does.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet_runtime.errors import ProgramError
from stridenet_runtime.operations import BINARY, OPERATIONS, Shape, checked

Array = npt.NDArray[np.float32]
_LARGEST = 2**28
"""Values of one window at one place: a gigabyte."""


@dataclass(frozen=True, slots=True)
class Node:
    """One step.

    Args:
        op: what is done, a name of ``OPERATIONS``.
        inputs: the names of values or constants.
        output: the name of what it gives.
        attributes: integers, floats, truth values and lists of them.
        layer: the layer of the network that it comes from, for messages.
    """

    op: str
    inputs: tuple[str, ...]
    output: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a checked program needs, for one window.

    Args:
        shapes: of every value and constant, without the axis of windows.
        multiply_adds: in convolutions, dense and recurrent layers.
        peak_bytes: of the values that must be kept at once, in float32, input and output among them.
        n_parameters: values of all constants.
    """

    shapes: Mapping[str, Shape]
    multiply_adds: int
    peak_bytes: int
    n_parameters: int


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """From windows (window, time, channel) in raw units to probabilities (window, class).

    Args:
        length: samples in a window.
        n_channels: channels in a window.
        nodes: the steps, in order.
        constants: float32 arrays by name.
        output: the name of the value that is the answer.
        input: the name of the windows.

    >>> mean = Node("mean", ("windows",), "means", {"axes": [0], "keepdims": False})
    >>> Program(128, 9, (mean, Node("softmax", ("means",), "p")), {}, "p").check().shapes["p"]
    (9,)
    """

    length: int
    n_channels: int
    nodes: tuple[Node, ...]
    constants: Mapping[str, Array]
    output: str
    input: str = "windows"

    def check(self) -> Facts:
        """Infers every shape.

        Raises:
            ProgramError: a step is not known, or does not fit what comes in.
        """
        shapes: dict[str, Shape] = {self.input: (self.length, self.n_channels)}
        if not all(checked("+", n) for n in shapes[self.input]) or math.prod(shapes[self.input]) > _LARGEST:
            raise ProgramError(f"a window of {self.length} x {self.n_channels} values; both must be above zero.")
        for name, constant in self.constants.items():
            if name in shapes or constant.dtype != np.float32 or 0 in constant.shape:
                raise ProgramError(f"constant {name!r}: it must be float32, hold values and have a name of its own.")
            shapes[name] = constant.shape
        multiply_adds = 0
        for number, node in enumerate(self.nodes, 1):
            where = f"step {number} ({str(node.op)[:40]} of layer {str(node.layer)[:60]!r})"
            shapes[node.output], n = self._step(node, shapes, where)
            multiply_adds += n
        if len(shapes.get(self.output, ())) != 1 or self.output in self.constants:
            raise ProgramError(f"the answer {self.output!r} must be one value a class.")
        parameters = sum(constant.size for constant in self.constants.values())
        return Facts(shapes, multiply_adds, 4 * self._peak(shapes), parameters)

    def _step(self, node: Node, shapes: Mapping[str, Shape], where: str) -> tuple[Shape, int]:
        operation = OPERATIONS.get(node.op)
        if operation is None:
            raise ProgramError(f"{where}: there is no such operation.")
        if unknown := [name for name in node.inputs if name not in shapes]:
            raise ProgramError(f"{where}: {unknown[0]!r} is not known before it.")
        if node.output in shapes:
            raise ProgramError(f"{where}: {node.output!r} is given twice.")
        constant = [name in self.constants for name in node.inputs]
        n = len(node.inputs) if operation.values < 0 else operation.values
        least, most = operation.weights
        few = not (n and n + least <= len(node.inputs) <= n + most)
        mixed = all(constant) if node.op in BINARY else any(constant[:n]) or not all(constant[n:])
        if few or mixed:
            raise ProgramError(f"{where}: it does not take these inputs.")
        for name, kind in operation.attributes.items():
            if not checked(kind, node.attributes.get(name)):
                raise ProgramError(f"{where}: {name} = {str(node.attributes.get(name))[:40]} is not what it takes.")
        if extra := set(node.attributes) - set(operation.attributes):
            raise ProgramError(f"{where}: it takes no {min(extra)}.")
        inputs = [shapes[name] for name in node.inputs]
        if node.op in BINARY and not _aligned(inputs, constant):
            raise ProgramError(f"{where}: its two inputs have another number of axes.")
        try:
            shape = operation.shape(node.attributes, inputs)
        except ValueError as error:
            raise ProgramError(f"{where}: {error}.") from None
        if math.prod(shape) > _LARGEST:
            raise ProgramError(f"{where}: it gives {math.prod(shape)} values, more than {_LARGEST}.")
        return shape, operation.multiply_adds(inputs, shape)

    def last_uses(self) -> dict[int, list[str]]:
        """Which values are not needed any more after the step of each place."""
        last = {name: place for place, node in enumerate(self.nodes) for name in (*node.inputs, node.output)}
        gone: dict[int, list[str]] = {}
        for name, place in last.items():
            if name not in self.constants and name != self.output:
                gone.setdefault(place, []).append(name)
        return gone

    def _peak(self, shapes: Mapping[str, Shape]) -> int:
        gone, alive, peak = self.last_uses(), {self.input}, 0
        for place, node in enumerate(self.nodes):
            alive.add(node.output)
            peak = max(peak, sum(math.prod(shapes[name]) for name in alive))
            alive.difference_update(gone.get(place, ()))
        return peak

    def to_json(self) -> str:
        """All but the constants, as :meth:`from_json` reads it."""
        nodes = [
            {"op": n.op, "inputs": n.inputs, "output": n.output, "attributes": dict(n.attributes), "layer": n.layer}
            for n in self.nodes
        ]
        about = {"input": self.input, "length": self.length, "n_channels": self.n_channels, "output": self.output}
        return json.dumps({**about, "nodes": nodes}, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes, constants: Mapping[str, Array]) -> "Program":
        """A program from its text and its constants; :meth:`check` still has to look at it.

        Raises:
            ProgramError: the text is no program.
        """
        try:
            told = json.loads(text)
            nodes = tuple(
                Node(
                    _text(one["op"]),
                    tuple(_text(name) for name in one["inputs"]),
                    _text(one["output"]),
                    dict(one["attributes"]),
                    _text(one["layer"]),
                )
                for one in told["nodes"]
            )
            return cls(
                told["length"], told["n_channels"], nodes, constants, _text(told["output"]), _text(told["input"])
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ProgramError(f"it does not describe a program ({' '.join(str(error).split())[:100]}).") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]} is no text")
    return value


def _aligned(inputs: list[Shape], constant: list[bool]) -> bool:
    """Whether two inputs can be spread over each other although the axis of windows comes first."""
    (a, b), (a_constant, b_constant) = inputs, constant
    if a_constant or b_constant:
        weight, value = (a, b) if a_constant else (b, a)
        return len(weight) <= len(value)
    return len(a) == len(b)
