from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from stridenet.engine import operations
from stridenet.engine.backend import keras
from stridenet.engine.rules import with_rules
from stridenet.models import build as models

RULES = operations.rules()


def bits(seed: int, shape: tuple[int, ...] = (64, 1024)) -> np.ndarray[Any, np.dtype[np.uint32]]:
    drawn = with_rules(lambda key: jax.random.bits(key, shape, "uint32"), RULES)(jax.random.key(seed))
    return np.asarray(drawn)


def test_bits_are_decided_by_the_key() -> None:
    assert (bits(3) == bits(3)).all()
    assert (bits(3) != bits(4)).mean() > 0.999


@pytest.mark.parametrize("seed", range(5))
def test_every_bit_is_set_half_the_time(seed: int) -> None:
    drawn = bits(seed)
    share = np.array([(drawn >> np.uint32(i) & np.uint32(1)).mean() for i in range(32)])
    assert np.abs(share - 0.5).max() < 0.01  # five standard deviations of 65,536 fair draws


@pytest.mark.parametrize("lag", [1, 2, 32, 1024])
def test_neighbours_are_independent_within_and_between_keys(lag: int) -> None:
    one, next_key = bits(7).ravel() / 2**32 - 0.5, bits(8).ravel() / 2**32 - 0.5
    for other in (np.roll(one, lag), next_key, np.roll(next_key, lag)):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.02


def test_dropout_leaves_out_its_share() -> None:
    layer = keras.layers.Dropout(0.3, seed=1)
    layer.build((None, 1000))
    state = [v.value for v in layer.non_trainable_variables]

    def drop(x: Any) -> Any:
        return layer.stateless_call([], state, x, training=True)[0]

    x = jnp.ones((100, 1000))
    plain, ruled = np.asarray(drop(x)), np.asarray(with_rules(drop, RULES)(x))
    assert abs((ruled == 0).mean() - 0.3) < 0.01
    assert set(np.unique(ruled)) == set(np.unique(plain))
    assert (ruled != plain).any()


def test_all_else_is_left_as_it_is() -> None:
    model = models.build("multihead", length=32, n_channels=44, n_classes=3, settings={"filters": 4, "dropout": 0})
    weights, others = ([v.value for v in vs] for vs in (model.trainable_variables, model.non_trainable_variables))

    def loss(weights: Any, x: Any) -> Any:
        return jnp.log(model.stateless_call(weights, others, x, training=True)[0]).sum()

    x = jnp.asarray(np.random.default_rng(0).normal(size=(5, 32, 44)), dtype=jnp.float32)
    plain, ruled = jax.grad(loss)(weights, x), jax.grad(with_rules(loss, RULES))(weights, x)
    for a, b in zip(plain, ruled, strict=True):
        np.testing.assert_array_equal(a, b)


def test_keys_of_another_kind_keep_their_own_generator() -> None:
    def draw(key: Any) -> Any:
        return jax.random.bits(key, (8,), "uint32")

    key = jax.random.key(0, impl="rbg")
    np.testing.assert_array_equal(with_rules(draw, RULES)(key), draw(key))


@pytest.mark.parametrize("size", [2, 3, 5])
@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
@pytest.mark.parametrize("rules", [RULES, {"reduce_window_max": operations.max_pool}])
def test_max_pooling_and_its_gradient_are_the_same_numbers(size: int, layout: str, rules: dict[str, Any]) -> None:
    layer = keras.layers.MaxPooling1D(size, data_format=layout)
    rng = np.random.default_rng(size)
    x = jnp.asarray(rng.integers(-2, 2, size=(4, 17, 19)), dtype=jnp.float32)  # many equal values
    seen = jnp.asarray(rng.normal(size=layer(x).shape), dtype=jnp.float32)

    def loss(x: Any) -> Any:
        return (layer(x) * seen).sum()

    assert "select_and" in str(jax.make_jaxpr(jax.grad(loss))(x))
    assert "select_and" not in str(jax.make_jaxpr(jax.grad(with_rules(loss, rules)))(x))
    np.testing.assert_array_equal(jax.grad(with_rules(loss, rules))(x), jax.grad(loss)(x))
    np.testing.assert_array_equal(with_rules(layer, rules)(x), layer(x))


@pytest.mark.parametrize("settings", [{"strides": 1}, {"padding": "same"}])
def test_pooling_that_overlaps_or_pads_is_left_as_it_is(settings: dict[str, Any]) -> None:
    layer = keras.layers.MaxPooling1D(2, **settings)
    x = jnp.asarray(np.random.default_rng(0).normal(size=(3, 9, 2)), dtype=jnp.float32)
    np.testing.assert_array_equal(with_rules(layer, RULES)(x), layer(x))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"strides": 2},
        {"dilation_rate": 2},
        {"groups": 3},
        {"padding": "same", "strides": 2},
        {"padding": "causal", "dilation_rate": 3},
        {"data_format": "channels_first", "groups": 3},
    ],
    ids=str,
)
def test_convolution_as_a_product_is_the_same_up_to_rounding(settings: dict[str, Any]) -> None:
    first = settings.get("data_format") == "channels_first"
    layer = keras.layers.Conv1D(6, 4, bias_initializer="normal", **settings)
    x = jnp.asarray(np.random.default_rng(0).normal(size=(5, 3, 14) if first else (5, 14, 3)), dtype=jnp.float32)
    layer.build(x.shape)
    weights = [v.value for v in layer.trainable_variables]

    def loss(weights: Any, x: Any) -> Any:
        return (layer.stateless_call(weights, [], x)[0] ** 2).sum()

    product = jax.value_and_grad(with_rules(loss, {"conv_general_dilated": operations.convolution_as_product}), (0, 1))
    assert "conv_general_dilated" not in str(jax.make_jaxpr(product)(weights, x))
    for one, other in zip(
        jax.tree.leaves(product(weights, x)), jax.tree.leaves(jax.value_and_grad(loss, (0, 1))(weights, x)), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)


def test_on_a_cpu_convolutions_of_few_values_or_to_few_steps_become_products() -> None:
    def convolutions(n_time: int, n_channels: int) -> int:
        layer = keras.layers.Conv1D(6, 10)
        x = jnp.zeros((2, n_time, n_channels))
        layer.build(x.shape)
        weights = [v.value for v in layer.trainable_variables]
        call = with_rules(lambda x: layer.stateless_call(weights, [], x)[0], RULES)
        return str(jax.make_jaxpr(call)(x)).count("conv_general_dilated")

    assert [convolutions(n, 16) for n in (11, 20, 80)] == [0, 1, 1]
    assert [convolutions(80, n) for n in (3, 12, 13)] == [0, 0, 1]
