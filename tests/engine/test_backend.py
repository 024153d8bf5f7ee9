"""What the engine's room keeps of Keras' and JAX's state, and what it counts."""

import time

import jax
import jax.numpy as jnp
import pytest

from stridenet.engine import backend


def test_time_spent_on_compiling_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_COMPILING", [])
    monkeypatch.setattr(time, "perf_counter", iter([10.0, 11.0, 20.0]).__next__)
    backend._note_compiling("/jax/core/compile/jaxpr_trace_duration", 1.0)  # 9 to 10
    backend._note_compiling("/jax/core/compile/jaxpr_trace_duration", 3.0)  # 8 to 11, with the one before inside
    backend._note_compiling("/jax/core/compile/backend_compile_duration", 5.0)
    backend._note_compiling("/jax/compilation_cache/cache_retrieval_time_sec", 5.0)
    assert backend.compile_seconds() == 8.0


def test_only_a_new_program_is_compiled() -> None:
    program, x = jax.jit(lambda x: jnp.sin(x) @ x + 3), jnp.ones((7, 7))
    began, before = time.perf_counter(), backend.compile_seconds()
    program(x)
    once = backend.compile_seconds()
    assert before < once < before + time.perf_counter() - began
    program(x)
    assert backend.compile_seconds() == once


def test_a_seed_leaves_the_settings_as_they_were() -> None:
    before = jax.config.read("jax_disable_most_optimizations")
    with backend.seeded(1):
        assert jax.config.read("jax_disable_most_optimizations")
    assert jax.config.read("jax_disable_most_optimizations") == before
