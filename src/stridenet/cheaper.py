"""Operations of a training step that can be had for less: the random bits of dropout, and pooling.

Every rule gives the same numbers as what it replaces, except that random bits come from another generator.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from stridenet.engine import on_cpu
from stridenet.rules import Rule

Step = Callable[[Callable[..., Any]], Callable[..., Any]]


def _as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def apart(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, as a step of its own.

    On a CPU, XLA computes what looks cheap again for each of its readers, and reads it in their order: dropout and
    pooling as one loop take four times as long as one after the other. It does not look into a branch, so here are
    two branches, both the same.
    """

    def computed(x: Any) -> Any:
        either = x.ravel()[0] > 0
        return lax.cond(either, function, lambda x: function(x), x)

    return computed


def rules() -> dict[str, Rule]:
    """What pays on this device, by the name of the JAX operation."""
    if on_cpu():
        return {"random_bits": partial(random_bits, step=apart), "reduce_window_max": partial(max_pool, step=apart)}
    return {"random_bits": random_bits, "reduce_window_max": max_pool}


def random_bits(operation: Any, inputs: Sequence[Any], step: Step = _as_it_is) -> Any:
    """Random bits from a counter that is mixed with the key: a tenth of the work of JAX's cryptographic generator.

    Good for dropout, which needs bits that look independent, and not for secrets. The mixing is MurmurHash3's
    finalizer, with a half of the key added before it and the other half in its middle.
    """
    shape = operation.params["shape"]
    key = jax.random.key_data(inputs[0]) if jnp.issubdtype(inputs[0].dtype, jax.dtypes.prng_key) else inputs[0]
    if operation.params["bit_width"] != 32 or key.shape != (2,):
        return None

    def draw(key: Any) -> Any:
        first, second = _mix(key[0] ^ np.uint32(0x9E3779B9)), _mix(key[1] + np.uint32(0x7F4A7C15))
        counter = lax.iota(jnp.uint32, int(np.prod(shape))) * np.uint32(0x9E3779B9)
        return _mix(counter + first ^ second, second).reshape(shape)

    return step(draw)(key)


def _mix(z: Any, middle: Any = 0) -> Any:
    z = (z ^ (z >> 16)) * np.uint32(0x85EBCA6B) + jnp.uint32(middle)
    z = (z ^ (z >> 13)) * np.uint32(0xC2B2AE35)
    return z ^ (z >> 16)


def max_pool(operation: Any, inputs: Sequence[Any], step: Step = _as_it_is) -> Any:
    """The largest of each group of neighbours, and where it was: the gradient is put there without a search.

    Only for groups along one axis that do not overlap and need no padding. Of equal values the first counts, as in
    JAX's own.
    """
    x, sizes = inputs[0], operation.params["window_dimensions"]
    axes = [axis for axis, size in enumerate(sizes) if size > 1]
    strided = operation.params["window_strides"] == sizes
    plain = all(set(operation.params[name]) <= {1} for name in ("base_dilation", "window_dilation"))
    padded = any(before or after for before, after in operation.params["padding"])
    if len(axes) != 1 or padded or not strided or not plain:
        return None
    axis, size = axes[0], sizes[axes[0]]
    groups, before, after = x.shape[axis] // size, x.shape[:axis], x.shape[axis + 1 :]
    left_over = [(0, x.shape[axis] % size if a == axis else 0) for a in range(x.ndim)]

    def largest(x: Any) -> tuple[Any, Any]:
        members = lax.slice_in_dim(x, 0, groups * size, axis=axis).reshape(*before, groups, size, *after)
        best = lax.index_in_dim(members, 0, axis + 1, keepdims=False)
        at = jnp.zeros(best.shape, jnp.uint8 if size < 256 else jnp.int32)
        for i in range(1, size):
            other = lax.index_in_dim(members, i, axis + 1, keepdims=False)
            best, at = jnp.where(other > best, other, best), jnp.where(other > best, at.dtype.type(i), at)
        return best, at

    def backward(at: Any, slope: Any) -> tuple[Any]:
        at, slope = (lax.expand_dims(v, (axis + 1,)) for v in (at, slope))
        here = at == lax.broadcasted_iota(at.dtype, (*before, groups, size, *after), axis + 1)
        return (jnp.pad(jnp.where(here, slope, 0).reshape(*before, groups * size, *after), left_over),)

    forward = step(largest)
    pool = jax.custom_vjp(lambda x: forward(x)[0])
    pool.defvjp(forward, backward)
    return pool(x)
