"""Where each value of a program lies in one static array, which values share by turns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_ALIGN = 4  # floats


@dataclass(frozen=True)
class Need:
    """A value that needs room from the step that writes it to the last that reads it."""

    name: str
    size: int
    first: int
    last: int


def places(needs: Sequence[Need]) -> tuple[Mapping[str, int], int]:
    """The offset of each, and how long the array is; the largest are placed first, each as low as it fits.

    >>> places([Need("a", 8, 0, 1), Need("b", 4, 1, 2), Need("c", 8, 2, 3)])
    ({'a': 0, 'c': 0, 'b': 8}, 12)
    """
    placed: list[tuple[int, Need]] = []
    for need in sorted(needs, key=lambda one: (-one.size, one.first)):
        beside = sorted(
            (at, at + other.size) for at, other in placed if other.first <= need.last and need.first <= other.last
        )
        at = 0
        for begin, end in beside:
            if at + need.size <= begin:
                break
            at = max(at, -(-end // _ALIGN) * _ALIGN)
        placed.append((at, need))
    return {need.name: at for at, need in placed}, max((at + need.size for at, need in placed), default=0)
