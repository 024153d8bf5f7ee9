"""Our own compiling: kept on disk and counted, while the programs of whoever uses us are left alone."""

import hashlib
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

import jax
import jax.monitoring
import jax.numpy as jnp

from stridenet.system.cache import cache_folder, limit
from stridenet.system.machine import processor

MOST = 2_000_000_000
"""Bytes of compiled programs that are kept on disk; those that were not used for longest go."""
_LOCK = RLock()
_inside = 0
_before: dict[str, Any] = {}
_COMPILING: list[tuple[float, float]] = []
"""When this process compiled for us: from, to; a part of another stretch is left out."""


class Program:
    """A function compiled once for each shape of its inputs.

    Args:
        function: takes and gives trees of arrays; of each, the first array's shape decides the others'.
        donate: the inputs, by number, whose memory the outputs may take.
        options: of XLA's compiler, by name; done without where this version does not know them.

    >>> import numpy as np
    >>> doubled = Program(lambda x: 2 * x)
    >>> doubled(np.ones(2)).tolist(), doubled(np.ones(3)).tolist()
    ([2.0, 2.0], [2.0, 2.0, 2.0])
    """

    def __init__(
        self, function: Callable[..., Any], *, donate: tuple[int, ...] = (), options: Mapping[str, Any] | None = None
    ) -> None:
        self._jitted, self._options = jax.jit(function, donate_argnums=donate), options
        self._compiled: dict[Any, Any] = {}

    def __call__(self, *inputs: Any) -> Any:
        """What the function gives for these inputs."""
        return self.compiled(*inputs)(*inputs)

    def compiled(self, *inputs: Any) -> Any:
        """What is run for inputs of these shapes."""
        leaves = [jax.tree.leaves(i) for i in inputs]
        shapes = tuple([(len(values), *[(v.shape, v.dtype) for v in values[:1]]) for values in leaves])
        if shapes not in self._compiled:
            with compiling():
                self._compiled[shapes] = self._compile(self._jitted.lower(*inputs))
        return self._compiled[shapes]

    def _compile(self, lowered: Any) -> Any:
        if self._options:
            try:
                return lowered.compile(compiler_options=dict(self._options))
            except Exception:  # whichever way a version says that it does not know one; other faults come again
                self._options = None
        return lowered.compile()


@contextmanager
def compiling() -> Iterator[None]:
    """What is compiled inside is ours: kept in our cache, unless JAX was told of another, and its time is counted.

    JAX's own settings are as they were after the block.
    """
    global _inside
    with _LOCK:
        _inside += 1
        if _inside == 1:
            _listen()
            _before.update(_keep())
    try:
        yield
    finally:
        with _LOCK:
            _inside -= 1
            if _inside == 0 and _before:
                _set(_before)
                _before.clear()


def copied(tree: Any) -> Any:
    """The same values in memory of their own."""
    with compiling():
        return jax.tree.map(jnp.copy, tree)


def compile_seconds() -> float:
    """Seconds spent on our compiling so far: tracing, translating, XLA, or reading what was kept."""
    return sum(ended - began for began, ended in _COMPILING)


def _keep() -> dict[str, Any]:
    """Lets JAX keep programs in our folder; the settings as they were, nothing where it is left as it is."""
    if jax.config.jax_compilation_cache_dir is not None:
        return {}
    folder = _folder(cache_folder())
    if folder is None:
        return {}
    ours = {
        "jax_compilation_cache_dir": str(folder),
        "jax_compilation_cache_max_size": -1,  # its own limit reads a file for each program whenever one is written
        "jax_persistent_cache_min_compile_time_secs": 0.0,  # many small ones make up seconds
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    try:
        before = {name: getattr(jax.config, name) for name in ours}
        _set(ours)
    except (AttributeError, ImportError):  # a JAX that names them otherwise: it costs seconds, never the answer
        return {}
    return before


def _set(settings: Mapping[str, Any]) -> None:
    from jax.experimental.compilation_cache.compilation_cache import reset_cache

    for name, value in settings.items():
        jax.config.update(name, value)
    reset_cache()  # it holds on to the first folder that it was given


@cache
def _folder(place: Path) -> Path | None:
    """Where programs for this kind of processor lie in a cache; None where it cannot be written."""
    kind = f"{platform.machine()} {processor('model name', 'flags', 'Features')}"
    folder = place / "compiled" / hashlib.sha256(kind.encode()).hexdigest()[:10]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    limit(place / "compiled", MOST)
    return folder if os.access(folder, os.W_OK) else None


@cache
def _listen() -> None:
    """Once, and only in a process in which we compile: JAX tells how long each compilation took."""
    jax.monitoring.register_event_duration_secs_listener(_note_compiling)


def _note_compiling(event: str, seconds: float, **_: Any) -> None:
    if _inside and event.startswith("/jax/core/compile/"):
        ended = time.perf_counter()
        while _COMPILING and _COMPILING[-1][0] >= ended - seconds:  # a function that is traced inside another
            _COMPILING.pop()
        _COMPILING.append((ended - seconds, ended))
