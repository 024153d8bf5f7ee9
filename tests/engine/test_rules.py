import sys
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from architectures import OF_EVERY_KIND
from stridenet.engine import operations
from stridenet.engine.backend import keras
from stridenet.engine.replicas import Replicas
from stridenet.engine.rules import with_rules
from stridenet.engine.trainer import Trainer
from stridenet.models import build as models
from stridenet.signals.windows import Windows
from stridenet.spec import TrainSpec

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
        np.testing.assert_allclose(a, b, rtol=0, atol=2e-7)  # jaxlib 0.5 on AMD fuses them otherwise: 6e-8


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


def test_no_rules_are_no_interpretation() -> None:
    assert with_rules(_bits_times_maximum, {}) is _bits_times_maximum
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jax, "make_jaxpr", None)
        assert with_rules(_bits_times_maximum, {}, transform=jax.grad)(jnp.ones((1, 4, 1))).shape == (1, 4, 1)


def _bits_times_maximum(x: Any) -> Any:
    return (keras.ops.max_pool(x, 2, strides=2) * jax.random.bernoulli(jax.random.key(1), 1.0)).sum()


def _raises(*_: Any, **__: Any) -> Any:
    raise KeyError("window_strides")


def _other_shape(_: Any, inputs: Any) -> Any:
    return inputs[0]


def _other_type(operation: Any, _: Any) -> Any:
    return jnp.zeros(operation.outvars[0].aval.shape, jnp.int32)


@pytest.mark.parametrize("bad", [_raises, _other_shape, _other_type])
def test_a_rule_that_fails_is_left_out_with_a_note_and_the_others_serve(bad: Any) -> None:
    served, told, x = [], list[str](), jnp.arange(4.0).reshape(1, 4, 1)

    def bits(operation: Any, inputs: Any) -> Any:
        served.append(operation.primitive.name)
        return operations.random_bits(operation, inputs)

    rules = {"reduce_window_max": bad, "random_bits": bits}
    slope = with_rules(_bits_times_maximum, rules, note=told.append, transform=jax.grad)(x)
    assert slope.ravel().tolist() == [0, 1, 0, 1]
    assert served
    assert len(told) == 1
    assert told[0].startswith("operation reduce_window_max is computed as JAX has it, our rule for it fails (")


@pytest.mark.parametrize("what", ["a parameter", "an operation", "a module", "a gradient"])
def test_a_jax_that_names_things_otherwise_is_done_without_rules(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told, rules = list[str](), RULES
    if what == "a parameter":
        monkeypatch.setattr("stridenet.engine.rules._CALLS", ("custom_jvp_call", "reduce_window_max", "mul"))
    elif what == "an operation":
        monkeypatch.setattr("stridenet.engine.rules._apply", _raises)
    elif what == "a module":
        monkeypatch.setitem(sys.modules, "jax.extend.core", None)
    else:

        def pool(_: Any, inputs: Any) -> Any:
            def forward(x: Any) -> Any:
                return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 1), (1, 2, 1), "VALID")

            fails = jax.custom_vjp(forward)
            fails.defvjp(lambda x: (forward(x), None), _raises)
            return fails(inputs[0])

        rules = {"reduce_window_max": pool}
    x = jnp.arange(4.0).reshape(1, 4, 1)
    slope = with_rules(_bits_times_maximum, rules, note=told.append, transform=jax.grad)(x)
    assert slope.ravel().tolist() == [0, 1, 0, 1]
    assert len(told) == 1
    assert told[0].startswith("operations are computed as JAX has them, our rules fail on this version (")


def test_a_fault_of_the_function_is_its_own() -> None:
    def wrong(_: Any) -> Any:
        raise LookupError("mine")

    told: list[str] = []
    with pytest.raises(LookupError, match="mine"):
        with_rules(wrong, RULES, note=told.append)(1.0)
    assert told == []


@pytest.mark.parametrize("name", OF_EVERY_KIND)
def test_every_network_learns_as_much_without_rules(name: str, easy: Windows) -> None:
    """Random bits and the order of sums differ, so the accuracies of three seeds may by 5 points."""
    size: Any = {"length": easy.length, "n_channels": 2, "n_classes": 3}
    smaller: dict[str, dict[str, Any]] = {
        "gap": {"filters": [6, 8], "kernel_size": 2},
        "lstm": {"units": 12, "dropout": 0.2},
    }
    smaller["stride-s"] = {"waveform": [6], "spectrum": [6]}
    settings = smaller.get(name, {"filters": 6})

    def accuracy(rules: Any) -> float:
        spec = TrainSpec(epochs=25, batch_size=32, learning_rate=0.01, rules=rules)
        trainer = Trainer(models.build(name, settings=settings, **size), spec)
        x = easy.x.reshape(len(easy), *trainer.model.input_shape[1:])
        assert bool(trainer.rules) == (rules == "on")
        assert bool(Replicas(trainer.model, spec).trainer.rules) == (rules == "on")
        right = []
        for seed in range(3):
            start = trainer.start(models.build(name, settings=settings, seed=seed, **size))
            right.append((trainer.predict(trainer.fit(start, x, easy.y, seed=seed), x).argmax(1) == easy.y).mean())
        return float(np.mean(right))

    on, off = accuracy("on"), accuracy("off")
    assert off > 0.85
    assert abs(on - off) < 0.05


def test_a_training_whose_rules_fail_goes_on_and_says_so_once(
    easy: Windows, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(operations, "rules", lambda: {"reduce_window_max": _raises, "conv_general_dilated": _raises})
    told: list[str] = []
    model = models.build("cnn", length=easy.length, n_channels=2, n_classes=3, settings={"filters": 2, "dense": [4]})
    for note in (told.append, None):
        trainer = Trainer(model, TrainSpec(epochs=2), note=note)
        trained = trainer.fit(trainer.start(), easy.x, easy.y, seed=0, validation=(easy.x, easy.y))
        assert np.isfinite(trained.history["val_loss"]).all()
    assert [line.split()[1] for line in told] == ["conv_general_dilated", "reduce_window_max"]
    assert [record.getMessage() for record in caplog.records if record.name == "stridenet"] == told
