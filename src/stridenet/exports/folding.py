"""Joins what follows a convolution or a dense layer, as batch normalization does, with its kernel and bias."""

from collections import Counter
from dataclasses import replace

import numpy as np

from stridenet_runtime.program import Array, Node, Program

_LINEAR = ("conv1d", "dense")


def folded(program: Program) -> Program:
    """The same program with fewer steps; exact but for rounding."""
    uses = Counter(name for node in program.nodes for name in node.inputs)
    uses[program.output] += 1
    constants, nodes = dict(program.constants), list[Node]()
    place: dict[str, int] = {}
    renamed: dict[str, str] = {}
    for node in program.nodes:
        node = replace(node, inputs=tuple(renamed.get(name, name) for name in node.inputs))
        at = place.get(node.inputs[0])
        if at is not None and uses[nodes[at].output] == 1 and (joined := _joined(nodes[at], node, constants)):
            uses[joined.output] = uses[node.output]
            nodes[at] = joined
            renamed[node.output] = joined.output
            continue
        if node.op in _LINEAR:
            place[node.output] = len(nodes)
        nodes.append(node)
    needed = {name for node in nodes for name in node.inputs}
    kept = {name: one for name, one in constants.items() if name in needed}
    output = renamed.get(program.output, program.output)
    return replace(program, nodes=tuple(nodes), constants=kept, output=output)


def _joined(linear: Node, after: Node, constants: dict[str, Array]) -> Node | None:
    """The linear step with the one after it inside, None where that is no factor or term for each filter."""
    if after.op not in ("mul", "add") or after.inputs[1] not in constants:
        return None
    _, kernel, *bias = linear.inputs
    filters = constants[kernel].shape[-1]
    each = constants[after.inputs[1]]
    if each.size not in (1, filters) or each.shape[-1:] not in ((), (1,), (filters,)):
        return None
    each = np.broadcast_to(each.reshape(-1), filters)
    term = constants[bias[0]] if bias else np.zeros(filters, np.float32)
    if after.op == "mul":
        weights = (constants[kernel].astype(np.float64) * each).astype(np.float32)
        kernel = _kept(constants, f"{linear.output}_kernel", weights)
        term = term * each
    else:
        term = term + each
    inputs: tuple[str, ...] = (linear.inputs[0], kernel)
    if bias or after.op == "add":
        inputs = (*inputs, _kept(constants, f"{linear.output}_bias", term))
    return replace(linear, inputs=inputs)


def _kept(constants: dict[str, Array], name: str, array: Array) -> str:
    constants[name] = array
    return name
