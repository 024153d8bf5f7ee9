"""What the engine's room leaves of Keras' and JAX's state as it was."""

import random
from collections.abc import Callable

import jax
import numpy as np
import numpy.typing as npt
import pytest

from stridenet.engine import backend
from stridenet.engine.backend import keras


def test_a_seed_leaves_the_settings_as_they_were() -> None:
    before = jax.config.read("jax_disable_most_optimizations")
    with backend.seeded(1):
        assert jax.config.read("jax_disable_most_optimizations")
    assert jax.config.read("jax_disable_most_optimizations") == before


def _layer() -> float:
    layer = keras.layers.Dense(1)
    layer.build((1, 1))
    return float(layer.kernel.numpy()[0, 0])


DRAWS: dict[str, Callable[[], float]] = {
    "random": random.random,
    "numpy": lambda: float(np.random.rand()),  # noqa: NPY002
    "keras.random": lambda: float(keras.random.normal(())),
    "a layer": _layer,
    "a generator": lambda: float(keras.random.normal((), seed=keras.random.SeedGenerator())),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
@pytest.mark.parametrize("drawn_before", [0, 1, 3])
def test_what_is_drawn_after_our_block_is_what_would_have_been_drawn(
    draw: Callable[[], float], drawn_before: int
) -> None:
    def drawn(block: bool) -> list[float]:
        keras.utils.set_random_seed(17)
        first = [draw() for _ in range(drawn_before)]
        if block:
            with backend.seeded(3):
                keras.random.normal((2,))
                keras.layers.Dense(3).build((1, 2))
        return first + [draw() for _ in range(3)]

    assert drawn(block=True) == drawn(block=False)


def test_a_seed_that_was_never_set_is_not_set_after_our_block() -> None:
    get = keras.src.utils.rng_utils.get_random_seed
    keras.src.backend.common.global_state.set_global_attribute("global_random_seed", None)
    with backend.seeded(3):
        assert get() == 3
    assert get() is None


def test_the_same_seed_draws_the_same_inside() -> None:
    def drawn() -> list[float]:
        with backend.seeded(3):
            return [draw() for draw in DRAWS.values()]

    assert drawn() == drawn()


def test_an_error_inside_puts_it_back_too() -> None:
    state = random.getstate()
    with pytest.raises(LookupError), backend.seeded(3):
        raise LookupError
    assert random.getstate() == state


def test_what_was_drawn_before_changes_no_digit() -> None:
    """JAX keeps a compiled draw whatever it was optimized with; an earlier one of the same shape must not be taken."""

    def drawn() -> npt.NDArray[np.float32]:
        return np.asarray(keras.initializers.GlorotUniform(seed=3)((24, 8)))

    jax.clear_caches()
    with backend.seeded(1):
        first = drawn()
    jax.clear_caches()
    outside = drawn()
    with backend.seeded(1):
        after = drawn()
    np.testing.assert_array_equal(after, first)
    np.testing.assert_allclose(outside, first, rtol=1e-5)
