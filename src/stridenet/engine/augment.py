"""Training windows changed a little at each sight of them, inside the compiled step; nothing else ever is.

A device sits differently on everyone: a small random rotation, the same for all its sensors, teaches that. (Um et al.,
Data Augmentation of Wearable Sensor Data for Parkinson's Disease Monitoring, ICMI 2017.)
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

Augment = Callable[[Any, Any], Any]
"""From three whole numbers, which name the draw, and windows (window, time, channel) to changed windows."""
Triads = Sequence[tuple[int, int, int]]


def rotation(degrees: float, triads: Triads) -> Augment | None:
    """Turns the triads of each window by one random rotation; None where there is nothing to turn.

    Args:
        degrees: the standard deviation of the turn about each axis.
        triads: places of the x, y and z of each sensor among the channels; all of a window turn alike.

    >>> turned = rotation(10.0, [(0, 1, 2)])(np.array([0, 1, 2], "uint32"), np.ones((2, 4, 3), "float32"))
    >>> np.round(jnp.linalg.norm(turned, axis=2) ** 2, 4).tolist()[0]
    [3.0, 3.0, 3.0, 3.0]
    """
    if not degrees or not triads:
        return None
    sd = np.deg2rad(degrees)

    def turn(drawn: Any, x: Any) -> Any:
        key = jax.random.key(drawn[0])
        for number in drawn[1:]:
            key = jax.random.fold_in(key, number)
        matrices = matrix(sd * jax.random.normal(key, (len(x), 3), x.dtype))
        as_was = [x[:, :, channel] for channel in range(x.shape[2])]
        turned = list(as_was)
        for places in triads:
            for i, place in enumerate(places):  # written out: three times as fast as a product of matrices
                turned[place] = sum(matrices[:, i, j, None] * as_was[of] for j, of in enumerate(places))
        return jnp.stack(turned, axis=-1)

    return turn


def matrix(vector: Any) -> Any:
    """Rotation matrices (..., 3, 3) of vectors (..., 3): about the vector, by its length in radians (Rodrigues)."""
    angle = jnp.sqrt((vector**2).sum(axis=-1, keepdims=True) + 1e-12)[..., None]
    x, y, z = jnp.moveaxis(vector / angle[..., 0], -1, 0)
    o = jnp.zeros_like(x)
    cross = jnp.stack([jnp.stack(row, -1) for row in ((o, -z, y), (z, o, -x), (-y, x, o))], -2)
    return jnp.eye(3, dtype=vector.dtype) + jnp.sin(angle) * cross + (1 - jnp.cos(angle)) * (cross @ cross)
