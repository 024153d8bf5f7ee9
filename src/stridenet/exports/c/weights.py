"""A program's constants as C arrays, in single precision or as integers of 8 bits with a scale for each column."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.exports.c.operations import number
from stridenet_runtime.program import Node, Program

_KERNELS = {"conv1d": 1, "dense": 1, "lstm": 1}


class Int8(NamedTuple):
    """Weights whose column c is ``values[..., c] * scale[c]``."""

    values: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]

    def back(self) -> npt.NDArray[np.float32]:
        """The weights that these stand for."""
        return self.values * self.scale


def int8(weights: npt.NDArray[np.float32]) -> Int8:
    """The nearest weights of 8 bits; each column's largest is 127.

    >>> int8(np.array([[1.0, 0.0], [-0.5, 0.0]], np.float32)).values.tolist()
    [[127, 0], [-64, 0]]
    """
    most = np.abs(weights.reshape(-1, weights.shape[-1])).max(axis=0)
    scale = np.where(most > 0, most / 127, 1).astype(np.float32)
    return Int8(np.clip(np.rint(weights / scale), -127, 127).astype(np.int8), scale)


def joined(program: Program) -> tuple[tuple[Node, ...], dict[str, Any]]:
    """Nodes and constants as C takes them: the two kernels of a recurrent layer in one, and a bias everywhere."""
    constants = dict(program.constants)
    nodes = []
    for node in program.nodes:
        if node.op == "lstm":
            kernel = f"{node.inputs[1]}+{node.inputs[2]}"
            constants[kernel] = np.concatenate([constants[node.inputs[1]], constants[node.inputs[2]]])
            node = replace(node, inputs=(node.inputs[0], kernel, node.inputs[3]))
        elif node.op in _KERNELS and len(node.inputs) == 2:
            n = constants[node.inputs[1]].shape[-1]
            constants[f"no bias {n}"] = np.zeros(n, np.float32)
            node = replace(node, inputs=(*node.inputs, f"no bias {n}"))
        nodes.append(node)
    used = {name for node in nodes for name in node.inputs}
    return tuple(nodes), {name: value for name, value in constants.items() if name in used}


def kernels(nodes: Sequence[Node]) -> set[str]:
    """The constants that are multiplied with values and summed: most of a network's weights."""
    return {node.inputs[_KERNELS[node.op]] for node in nodes if node.op in _KERNELS}


def arrays(constants: Mapping[str, Any], names: Mapping[str, str], integer: set[str]) -> tuple[str, int]:
    """The C arrays of these constants, and how many bytes they take."""
    text, size = [], 0
    for name, value in constants.items():
        if name in integer:
            whole = int8(value)
            text.append(_array("int8_t", names[name], [str(v) for v in whole.values.ravel().tolist()], value.shape))
            text.append(_array("float", f"{names[name]}_scale", list(map(number, whole.scale)), whole.scale.shape))
            size += whole.values.nbytes + whole.scale.nbytes
        else:
            text.append(_array("float", names[name], list(map(number, value.ravel())), value.shape))
            size += value.nbytes
    return "\n".join(text), size


def _array(kind: str, name: str, values: list[str], shape: tuple[int, ...]) -> str:
    lines, line = [], "   "
    for value in values:
        if len(line) + len(value) > 118:
            lines.append(line)
            line = "   "
        line += f" {value},"
    said = " x ".join(map(str, shape)) or "1"
    return f"/* {said} */\nstatic const {kind} {name}[{len(values)}] = {{\n" + "\n".join([*lines, line]) + "\n};"
