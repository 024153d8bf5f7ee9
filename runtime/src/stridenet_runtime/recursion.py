"""Recursive filters in blocks: matrix products instead of a loop over samples, with the same digits for any chunks."""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet_runtime.blas import one_thread

Floats = npt.NDArray[np.float64]
Section = tuple[float, float, float, float, float, float]

_BLOCK, _BLOCKS = 32, 16
TILE = _BLOCK * _BLOCKS
"""Samples that are filtered together. Every product has the shape of a tile, so its sums are made in one order."""


class Linear(NamedTuple):
    """What a filter does to a block and to a tile, as matrices.

    Args:
        forced: shape (block + state, block), the outputs and the last state from the inputs, where it began from 0.
        free: shape (block, state), the outputs from the state before the block.
        carried: shape ((blocks + 1) · state, blocks · state), the state before each block, and after the tile, from the
            last states of the blocks.
        decayed: shape ((blocks + 1) · state, state), the same from the state before the tile.
    """

    forced: Floats
    free: Floats
    carried: Floats
    decayed: Floats


@cache
def linear(sections: tuple[Section, ...]) -> Linear:
    """The matrices of second-order sections in a row, each b0, b1, b2, 1, a1, a2."""
    n = 2 * len(sections)
    state = np.hstack([np.zeros((n, _BLOCK)), np.eye(n)])
    outputs = np.zeros((_BLOCK, _BLOCK + n))
    for row in range(_BLOCK):
        value = np.zeros(_BLOCK + n)
        value[row] = 1
        for i, (b0, b1, b2, _, a1, a2) in enumerate(sections):
            first, second = state[2 * i], state[2 * i + 1]
            output = b0 * value + first
            state[2 * i], state[2 * i + 1] = b1 * value - a1 * output + second, b2 * value - a2 * output
            value = output
        outputs[row] = value
    step = state[:, _BLOCK:]
    powers = [np.eye(n)]
    for _ in range(_BLOCKS):
        powers.append(step @ powers[-1])
    carried = np.zeros((_BLOCKS + 1, n, _BLOCKS, n))
    for to in range(_BLOCKS + 1):
        for before in range(to):
            carried[to, :, before] = powers[to - 1 - before]
    return Linear(
        np.vstack([outputs[:, :_BLOCK], state[:, :_BLOCK]]),
        np.ascontiguousarray(outputs[:, _BLOCK:]),
        carried.reshape((_BLOCKS + 1) * n, _BLOCKS * n),
        np.vstack(powers),
    )


@one_thread()
def filtered(sections: tuple[Section, ...], tiles: Floats, state: Floats) -> tuple[Floats, Floats]:
    """Whole tiles through a filter.

    Args:
        sections: of second order, in a row.
        tiles: shape (tile, time, channel), one after the other.
        state: shape (2 · section, channel), before the first.

    Returns:
        The outputs, of the same shape, and the state after the last.
    """
    matrices, n = linear(sections), 2 * len(sections)
    many, _, channels = tiles.shape
    by_place = tiles.reshape(many, _BLOCKS, _BLOCK, channels).transpose(0, 2, 1, 3)
    forced = np.matmul(matrices.forced, np.ascontiguousarray(by_place).reshape(many, _BLOCK, _BLOCKS * channels))
    ends = forced[:, _BLOCK:].reshape(many, n, _BLOCKS, channels).transpose(0, 2, 1, 3)
    states = np.matmul(matrices.carried, np.ascontiguousarray(ends).reshape(many, _BLOCKS * n, channels))
    over_tile, before = matrices.decayed[-n:], np.empty((many, n, channels))
    for i, end in enumerate(states[:, -n:]):
        before[i] = state
        state = over_tile @ state + end
    states += np.matmul(matrices.decayed, before)
    begun = states[:, :-n].reshape(many, _BLOCKS, n, channels).transpose(0, 2, 1, 3)
    out = forced[:, :_BLOCK] + np.matmul(
        matrices.free, np.ascontiguousarray(begun).reshape(many, n, _BLOCKS * channels)
    )
    by_time = out.reshape(many, _BLOCK, _BLOCKS, channels).transpose(0, 2, 1, 3)
    return by_time.reshape(many, TILE, channels), state
