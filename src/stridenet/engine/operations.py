"""Operations of a training step that can be had for less: dropout's random bits, pooling, and convolution.

Pooling gives the very numbers of what it replaces; convolution those up to rounding; random bits come from another
generator.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from stridenet.engine.backend import on_cpu
from stridenet.engine.rules import Rule

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
    """What pays for one network on this device, by the name of the JAX operation."""
    if not on_cpu():
        return {"random_bits": random_bits, "reduce_window_max": max_pool}
    return {
        "random_bits": partial(random_bits, step=apart),
        "reduce_window_max": partial(max_pool, step=apart),
        "conv_general_dilated": convolution_at_the_ends,
    }


def rules_for_replicas() -> dict[str, Rule]:
    """What pays for many networks that are one program."""
    return {
        "random_bits": random_bits,
        "reduce_window_max": max_pool,
        "conv_general_dilated": convolution_as_product,
    }


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


def convolution_at_the_ends(operation: Any, inputs: Sequence[Any]) -> Any:
    """:func:`convolution_as_product` where it pays on a CPU: at the first layer, and at the end of a deep network.

    With few values under a filter there is little to copy, and one product has more to do at once. Where few steps come
    out of many, XLA's gradient is a convolution over a padded slope that is mostly zeros: from 11 to 2 steps it took 17
    times what the arithmetic needs.
    """
    numbers = operation.params["dimension_numbers"]
    if inputs[0].ndim != 3 or operation.params["window_strides"] != (1,):
        return None
    before, after = inputs[0].shape[numbers.lhs_spec[2]], operation.outvars[0].aval.shape[numbers.out_spec[2]]
    kernel, channels = (inputs[1].shape[numbers.rhs_spec[i]] for i in (2, 1))
    pays = kernel * channels <= _FEW_VALUES or before >= 3 * after
    return convolution_as_product(operation, inputs) if pays else None


_FEW_VALUES = 128
"""Under a filter: kernel size times channels, as of a first layer."""


def convolution_as_product(operation: Any, inputs: Sequence[Any]) -> Any:
    """A 1D convolution as one matrix product over shifted slices of its input.

    Replicas trained together have a kernel each. JAX makes one convolution in groups of that, which is slow
    everywhere; products with a batch axis are what GPUs are built for.
    """
    x, kernel, p = *inputs, operation.params
    dilated_input = set(p["lhs_dilation"]) != {1}
    if x.ndim != 3 or dilated_input or p["batch_group_count"] != 1:
        return None
    (stride,), (dilation,), groups = p["window_strides"], p["rhs_dilation"], p["feature_group_count"]
    numbers = p["dimension_numbers"]
    x = jnp.transpose(x, [numbers.lhs_spec[i] for i in (0, 2, 1)])  # window, time, channel
    kernel = jnp.transpose(kernel, [numbers.rhs_spec[i] for i in (2, 1, 0)])  # offset, channel, filter
    size, _, filters = kernel.shape
    x = lax.pad(x, jnp.zeros((), x.dtype), [(0, 0, 0), (*p["padding"][0], 0), (0, 0, 0)])
    length = (x.shape[1] - (size - 1) * dilation - 1) // stride + 1
    starts = [i * dilation for i in range(size)]
    slices = [lax.slice_in_dim(x, s, s + (length - 1) * stride + 1, stride, axis=1) for s in starts]
    seen = jnp.stack(slices, axis=2).reshape(len(x), length, size, groups, -1)
    kernel = kernel.reshape(size, -1, groups, filters // groups)
    y = jnp.einsum("nokgc,kcgf->nogf", seen, kernel, precision=p["precision"]).reshape(len(x), length, filters)
    order = [numbers.out_spec[i] for i in (0, 2, 1)]
    return jnp.transpose(y, [order.index(axis) for axis in range(3)])
