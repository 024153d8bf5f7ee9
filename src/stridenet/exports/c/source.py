"""The C source of a program: steps over static arrays, every length of which is known."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

from stridenet.errors import DataError
from stridenet.exports.c.helpers import written
from stridenet.exports.c.layout import ANSWER, layout
from stridenet.exports.c.operations import KNOWN, Asked, Value, statements
from stridenet.exports.c.weights import arrays, joined, kernels
from stridenet_runtime.program import Program


@dataclass(frozen=True)
class Source:
    """The parts of a C file.

    Args:
        functions: what the steps call.
        weights: constant arrays.
        body: the steps, from ``window`` to ``probability``.
        floats: values of the array ``memory`` that they work in.
        flash: bytes of the constant arrays.
    """

    functions: str
    weights: str
    body: str
    floats: int
    flash: int


def source(program: Program, *, int8: bool = False) -> Source:
    """The C source of a checked program.

    Args:
        program: a ``stridenet_runtime.Program``.
        int8: weights of convolutions, dense and recurrent layers as integers of 8 bits, a scale for each column.

    Raises:
        DataError: a step that C has no form of; its layer is named.
    """
    for node in program.nodes:
        if node.op not in KNOWN:
            raise DataError(f"layer {node.layer!r}: C has no form of {node.op}; use another target, such as onnx.")
    shapes = program.check().shapes
    nodes, constants = joined(program)
    names = _identifiers(constants)
    where = layout(nodes, shapes, program.input, program.output)
    values = {name: Value(at, shapes[name]) for name, at in where.values.items()}
    values |= {name: Value(names[name], constant.shape, constant) for name, constant in constants.items()}
    asked, steps = Asked(int8=int8), []
    for node in nodes:
        if node.output in where.kept:
            continue
        asked.work = where.work.get(node.output, "")
        text = statements(node, [values[name] for name in node.inputs], values[node.output], asked)
        shape = " x ".join(map(str, values[node.output].shape))
        steps.append(f"/* {_comment(node.layer)}: {node.op}, {shape} */\n{text}")
    if (at := where.values[program.output]) != ANSWER:
        steps.append(f"for (int i = 0; i < {prod(shapes[program.output])}; i++)\n    {ANSWER}[i] = {at}[i];")
    body = "\n".join(steps)
    written_out = {name: value for name, value in constants.items() if re.search(rf"\b{names[name]}\b", body)}
    weights, flash = arrays(written_out, names, kernels(nodes) if int8 else set())
    return Source(written(asked.functions), weights, body, where.floats, flash)


def _identifiers(names: Iterable[str]) -> dict[str, str]:
    """A C name for each, all different."""
    made: dict[str, str] = {}
    for name in names:
        plain = "w_" + re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower()
        taken = set(made.values())
        made[name] = next(n for n in (plain, *(f"{plain}_{i}" for i in range(2, len(taken) + 3))) if n not in taken)
    return made


def _comment(text: str) -> str:
    return re.sub(r"[^ -)+-.0-~]", "?", text)
