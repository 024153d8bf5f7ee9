"""Loops over values of any rank, with as few of them as the strides allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod


@dataclass(frozen=True)
class Walk:
    """How one array is walked while the loops run: a step for each axis, from an offset; in values, not bytes."""

    steps: tuple[int, ...]
    offset: int = 0


def steps(shape: Sequence[int]) -> tuple[int, ...]:
    """The steps of an array that lies in one piece, its last axis innermost.

    >>> steps((4, 3, 2))
    (6, 2, 1)
    """
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def broadcast(shape: Sequence[int], to: Sequence[int]) -> Walk:
    """Walks an array of one shape as if it had another that it spreads to.

    >>> broadcast((3, 1), (2, 3, 4))
    Walk(steps=(0, 1, 0), offset=0)
    """
    own = (*(1,) * (len(to) - len(shape)), *shape)
    return Walk(tuple(0 if n == 1 else step for n, step in zip(own, steps(own), strict=True)))


def is_one_piece(shape: Sequence[int], walk: Walk) -> bool:
    """Whether the walk goes over neighbours only, so that the array may be used as it lies."""
    return all(n == 1 or step == own for n, step, own in zip(shape, walk.steps, steps(shape), strict=True))


def loops(shape: Sequence[int], walks: Mapping[str, Walk], body: str) -> str:
    """C loops around a statement in which ``{name}`` stands for an array's index.

    >>> print(loops((2, 3), {"y": Walk((3, 1)), "b": Walk((0, 1), 5)}, "y[{y}] += b[{b}];"))
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++)
            y[3 * i + j] += b[j + 5];
    """
    sizes, rows = _joined(shape, [walk.steps for walk in walks.values()])
    letters = "ijklmnpq"[: len(sizes)]
    lines = [
        f"{'    ' * depth}for (int {letter} = 0; {letter} < {n}; {letter}++)"
        for depth, (letter, n) in enumerate(zip(letters, sizes, strict=True))
    ]
    index = {name: _index(letters, row, walk.offset) for (name, walk), row in zip(walks.items(), rows, strict=True)}
    return "\n".join([*lines, "    " * len(lines) + body.format(**index)])


def _joined(shape: Sequence[int], rows: Sequence[Sequence[int]]) -> tuple[list[int], list[list[int]]]:
    """Axes of one value left out, and neighbours made one where every array goes on where it stopped."""
    sizes: list[int] = []
    kept: list[list[int]] = [[] for _ in rows]
    for axis, n in enumerate(shape):
        if n == 1:
            continue
        if sizes and all(own[-1] == row[axis] * n for own, row in zip(kept, rows, strict=True)):
            sizes[-1] *= n
            for own, row in zip(kept, rows, strict=True):
                own[-1] = row[axis]
        else:
            sizes.append(n)
            for own, row in zip(kept, rows, strict=True):
                own.append(row[axis])
    return sizes, kept


def _index(letters: str, row: Sequence[int], offset: int) -> str:
    parts = [letter if step == 1 else f"{step} * {letter}" for letter, step in zip(letters, row, strict=True) if step]
    return " + ".join(parts + ([str(offset)] if offset or not parts else []))
