"""The only room that picks Keras' backend: JAX. Everyone else imports ``keras`` from here."""

import hashlib
import os
import platform
import random
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np

from stridenet.errors import BackendError, SettingError
from stridenet.system import heap
from stridenet.system.cache import cache_folder
from stridenet.system.machine import processor

if "keras" not in sys.modules:
    os.environ["KERAS_BACKEND"] = "jax"

import jax
import jax.monitoring
import keras

if keras.backend.backend() != "jax":
    raise BackendError(
        f"Keras was loaded on {keras.backend.backend()!r} before stridenet, which runs on 'jax'; "
        "import stridenet first, or set KERAS_BACKEND=jax."
    )

__all__ = ["compile_seconds", "device", "keras", "on_cpu", "precision", "seeded"]


def _keep_compiled() -> None:
    """Lets JAX keep compiled programs on disk, a folder per kind of processor, unless it was told where already."""
    if jax.config.jax_compilation_cache_dir is not None:
        return
    kind = f"{platform.machine()} {processor('model name', 'flags', 'Features')}"
    folder = cache_folder() / "compiled" / hashlib.sha256(kind.encode()).hexdigest()[:10]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # it costs seconds, never the answer
    if os.access(folder, os.W_OK):
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)  # many small ones make up seconds
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


_COMPILING: list[tuple[float, float]] = []
"""When this process compiled: from, to; a part of another stretch is left out."""


def _note_compiling(event: str, seconds: float, **_: Any) -> None:
    if event.startswith("/jax/core/compile/"):
        ended = time.perf_counter()
        while _COMPILING and _COMPILING[-1][0] >= ended - seconds:  # a function that is traced inside another
            _COMPILING.pop()
        _COMPILING.append((ended - seconds, ended))


def compile_seconds() -> float:
    """Seconds that this process has spent on compiling so far: tracing, translating, XLA, or reading what it kept."""
    return sum(ended - began for began, ended in _COMPILING)


jax.monitoring.register_event_duration_secs_listener(_note_compiling)
_keep_compiled()
heap.share()  # JAX starts its threads when it is first used


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """All that Keras draws inside comes from ``seed``; Python's and NumPy's own generators stay as they were.

    XLA optimizes little inside: drawing a few numbers once takes microseconds, optimizing it took 0.6 s for each shape.
    """
    kept = random.getstate(), np.random.get_state()  # noqa: NPY002  Keras draws from the old global generator
    as_before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    keras.utils.set_random_seed(seed)
    try:
        yield
    finally:
        jax.config.update("jax_disable_most_optimizations", as_before)
        random.setstate(kept[0])
        np.random.set_state(kept[1])  # noqa: NPY002


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
