"""The only room that picks Keras' backend: JAX. Everyone else imports ``keras`` from here."""

import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

import numpy as np

from stridenet.errors import BackendError, SettingError

if "keras" not in sys.modules:
    os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras

from stridenet.engine.compiling import compiling

if keras.backend.backend() != "jax":
    raise BackendError(
        f"Keras was loaded on {keras.backend.backend()!r} before stridenet, which runs on 'jax'; "
        "import stridenet first, or set KERAS_BACKEND=jax."
    )

__all__ = ["device", "keras", "on_cpu", "precision", "seeded", "with_arrays", "without_arrays"]


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """All that Keras draws inside comes from ``seed``; the generators of Python, NumPy and Keras stay as they were.

    XLA optimizes little inside: drawing a few numbers once takes microseconds, optimizing it took 0.6 s for each shape.
    JAX takes what it compiled for a shape before, however that was optimized, and last digits depend on it. A precision
    of products, which no draw has, makes what is compiled inside another thing than what is outside.
    """
    kept = random.getstate(), np.random.get_state()  # noqa: NPY002  Keras draws from the old global generator
    as_before = jax.config.read("jax_disable_most_optimizations")
    with compiling(), _keras_as_it_was(), jax.default_matmul_precision("highest"):
        jax.config.update("jax_disable_most_optimizations", True)
        keras.utils.set_random_seed(seed)
        try:
            yield
        finally:
            jax.config.update("jax_disable_most_optimizations", as_before)
            random.setstate(kept[0])
            np.random.set_state(kept[1])  # noqa: NPY002


@contextmanager
def _keras_as_it_was() -> Iterator[None]:
    """Keras' own seed and generator are put back at the end; it has no public way to ask for them."""
    kept = {}
    with suppress(ImportError, AttributeError):  # a Keras that has them elsewhere: its seed stays ours
        from keras.src.backend.common import global_state

        kept = {n: global_state.get_global_attribute(n) for n in ("global_random_seed", "global_seed_generator")}
    try:
        yield
    finally:
        for name, value in kept.items():
            global_state.set_global_attribute(name, value)


def on_cpu() -> bool:
    """Whether JAX computes on the CPU."""
    return bool(jax.default_backend() == "cpu")


def precision(name: str) -> AbstractContextManager[Any]:
    """Products that are traced inside are computed so; a CPU knows float32 alone, GPUs would take tf32 by default.

    Raises:
        SettingError: something coarser is asked of a CPU.
    """
    if on_cpu():
        if name != "float32":
            raise SettingError(f"setting train.precision = {name!r}: this device is a CPU, which needs 'float32'.")
        return nullcontext()
    context: AbstractContextManager[Any] = jax.default_matmul_precision(
        "tensorfloat32" if name == "tf32" else "highest"
    )
    return context


def device() -> str:
    """The kind of device that JAX computes on."""
    return str(jax.devices()[0].device_kind)


def without_arrays(function: Callable[[], Any]) -> None:
    """Runs a function as JAX traces it: shapes are known inside, and no array is made."""
    jax.eval_shape(function)


def with_arrays() -> AbstractContextManager[Any]:
    """What is computed inside is computed at once, also where it is traced."""
    context: AbstractContextManager[Any] = jax.ensure_compile_time_eval()
    return context
