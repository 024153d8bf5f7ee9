"""Where the values of a program lie: in one static array, in turns, and in each other's place where that goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from stridenet.exports.c.nest import is_one_piece
from stridenet.exports.c.operations import IN_PLACE, Shape, sliced
from stridenet.exports.c.plan import Need, places
from stridenet_runtime.program import Node

WINDOW, ANSWER, MEMORY = "window", "probability", "memory"


@dataclass(frozen=True)
class Layout:
    """Where things lie, as C expressions.

    Args:
        values: each value of the program.
        work: the room of an operation's own, by the value that it makes.
        floats: how long the static array is.
        kept: values that are made without a step, for they are part of another.
    """

    values: Mapping[str, str]
    work: Mapping[str, str]
    floats: int
    kept: frozenset[str]


def layout(nodes: Sequence[Node], shapes: Mapping[str, Shape], window: str, answer: str) -> Layout:
    """The layout of these steps from the window to the answer."""
    part = _parts(nodes, shapes)
    last: dict[str, int] = {}
    for place, node in enumerate(nodes):
        for name in (*node.inputs, node.output):
            last[_root(name, part)] = place
    last[_root(answer, part)] = len(nodes)
    taken = _in_place(nodes, shapes, part, last, {window, answer})
    home = {name: _followed(name, taken) for name in last}
    needs: dict[str, Need] = {}
    for place, node in enumerate(nodes):
        root = _root(node.output, part)
        here = home[root]
        if here == window or (here == answer and answer not in part):
            continue
        first = needs[here].first if here in needs else place
        needs[here] = Need(here, prod(shapes[here]), first, max(last[root], needs[here].last if here in needs else 0))
    work = {f"{node.output} (work)": (place, n) for place, node in enumerate(nodes) if (n := _room(node, shapes))}
    rooms = [Need(name, n, place, place) for name, (place, n) in work.items()]
    offsets, floats = places([*needs.values(), *rooms])

    def said(name: str) -> str:
        root = _root(name, part)
        here = home[root]
        base = WINDOW if here == window else MEMORY if here in offsets else ANSWER
        offset = offsets.get(here, 0) + (part[name][1] if name in part else 0)
        return f"({base} + {offset})" if offset else base

    values = {name: said(name) for name in [window, *(node.output for node in nodes)]}
    at = {name.removesuffix(" (work)"): f"{MEMORY} + {offsets[name]}" for name in work}
    return Layout(values, at, floats, frozenset(part))


def _parts(nodes: Sequence[Node], shapes: Mapping[str, Shape]) -> dict[str, tuple[str, int]]:
    """Values that lie in another one as they are: of which one, and from where."""
    part: dict[str, tuple[str, int]] = {}
    for node in nodes:
        of, offset = node.inputs[0], 0
        if node.op == "slice":
            walk = sliced(node, shapes[of])
            if not is_one_piece(shapes[node.output], walk):
                continue
            offset = walk.offset
        elif node.op != "reshape":
            continue
        root, before = part.get(of, (of, 0))
        part[node.output] = (root, before + offset)
    return part


def _root(name: str, part: Mapping[str, tuple[str, int]]) -> str:
    return part[name][0] if name in part else name


def _in_place(
    nodes: Sequence[Node],
    shapes: Mapping[str, Shape],
    part: Mapping[str, tuple[str, int]],
    last: Mapping[str, int],
    fixed: set[str],
) -> dict[str, str]:
    """Values that take the place of an input that nothing reads any more."""
    made = {node.output for node in nodes}
    taken: dict[str, str] = {}
    for place, node in enumerate(nodes):
        if node.op not in IN_PLACE or node.output in fixed:
            continue
        for name in node.inputs:
            root = _root(name, part)
            others = {_root(other, part) for other in node.inputs if other != name}
            free = root in made and root not in fixed and last[root] == place and root not in others
            if free and prod(shapes[name]) == prod(shapes[root]) and shapes[name] == shapes[node.output]:
                taken[node.output] = root
                break
    return taken


def _followed(name: str, taken: Mapping[str, str]) -> str:
    while name in taken:
        name = taken[name]
    return name


def _room(node: Node, shapes: Mapping[str, Shape]) -> int:
    """Values that a recurrent layer works in: a step's input, four gates, cell and answer."""
    return shapes[node.inputs[0]][1] + 6 * shapes[node.output][-1] if node.op == "lstm" else 0
