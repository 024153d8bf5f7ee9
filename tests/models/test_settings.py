"""Every parameter of Conv1D, in every network: it builds, trains and comes back from disk, or is refused in words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jax
import numpy as np
import pytest

from stridenet.engine.backend import keras
from stridenet.engine.trainer import Trainer
from stridenet.errors import SettingError, StridenetError
from stridenet.models import build as models
from stridenet.models._layers import Activation, Conv
from stridenet.models._named import CONSTRAINTS, INITIALIZERS, REGULARIZERS
from stridenet.spec import TrainSpec

LENGTH, CHANNELS, CLASSES = 40, 4, 3
SMALL: dict[str, dict[str, Any]] = {
    "cnn": {"filters": 4, "dense": [3]},
    "multihead": {"filters": 4, "dense": [3], "kernel_sizes": [3, 2]},
    "gap": {"filters": [4, 6], "kernel_size": 3, "convolutions": 1},
}
TABLES: list[dict[str, Any]] = [
    {"kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.5}}},
    {"bias_regularizer": {"class_name": "l1_l2", "config": {"l1": 0.1}}},
    {"activity_regularizer": {"class_name": "L1"}},
    {"kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 0.5, "axis": [0, 1]}}},
    {"bias_constraint": {"class_name": "min_max_norm", "config": {"rate": 0.5}}},
    {"kernel_initializer": {"class_name": "RandomNormal", "config": {"stddev": 0.5}}},
    {"bias_initializer": {"class_name": "constant", "config": {"value": 0.25}}},
]
SHAPES: list[dict[str, Any]] = [
    {"padding": "same"},
    {"padding": "causal"},
    *({"padding": p, "strides": 2} for p in ("valid", "same", "causal")),
    *({"padding": p, "dilation_rate": 2} for p in ("valid", "same", "causal")),
    *({"padding": p, "data_format": "channels_first"} for p in ("valid", "same")),
    {"data_format": "channels_first", "strides": 2, "groups": 2},
    {"data_format": "channels_first", "dilation_rate": 2, "use_bias": False},
    {"groups": 2},
    {"groups": 2, "strides": 2},
    {"use_bias": False},
]
MIXED: list[dict[str, Any]] = [
    {"padding": "same", "strides": 2, "groups": 2},
    {"padding": "causal", "dilation_rate": 2, "use_bias": False},
    {"padding": "same", "data_format": "channels_first"},
    {"data_format": "channels_first", "strides": 2, "groups": 2},
]
NAMED: list[dict[str, Any]] = [
    *({"activation": name} for name in get_args(Activation)),
    *({"kernel_initializer": name} for name in (*INITIALIZERS, "orthogonal")),
    *({"bias_initializer": name} for name in INITIALIZERS),
    *({f"{part}_regularizer": name} for part in ("kernel", "bias", "activity") for name in REGULARIZERS),
    *({f"{part}_constraint": name} for part in ("kernel", "bias") for name in CONSTRAINTS),
    *TABLES,
]


@pytest.fixture(scope="module", autouse=True)
def _compiled_quickly() -> Iterator[None]:
    """One step is computed here, so that compiling it well would take longer than it saves."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


def build(name: str, conv: dict[str, Any], **more: Any) -> Any:
    settings = {**SMALL[name], **more, "conv": conv}
    return models.build(name, length=LENGTH, n_channels=CHANNELS, n_classes=CLASSES, settings=settings)


def convolutions(model: Any) -> list[Any]:
    return [layer for layer in model.layers if isinstance(layer, keras.layers.Conv1D)]


def some_windows(model: Any, n: int = 8) -> Any:
    x = np.random.default_rng(1).normal(size=(n, LENGTH * CHANNELS)).astype("float32")
    return x.reshape(n, *model.input_shape[1:])


def train_a_step(model: Any) -> Any:
    trainer = Trainer(model, TrainSpec(epochs=1, batch_size=8))
    trained = trainer.fit(trainer.start(), some_windows(model), np.arange(8) % CLASSES, seed=0)
    assert np.isfinite(trained.history["loss"]).all()
    return trainer.put(trained)


def reload(model: Any, folder: Path) -> None:
    """Back from disk it has the same settings and says the same."""
    model.save(folder / "model.keras")
    again = keras.models.load_model(folder / "model.keras")
    assert [layer.get_config() for layer in again.layers] == [layer.get_config() for layer in model.layers]
    x = some_windows(model)
    np.testing.assert_array_equal(np.asarray(again(x)), np.asarray(model(x)))


def heads(convs: list[dict[str, Any]]) -> Any:
    """All of them side by side in one network, which takes one compilation instead of many."""
    return build("multihead", {}, kernel_sizes=[3] * len(convs), heads=[{"conv": conv} for conv in convs])


OF_THE_DOCUMENTS = ("cnn", "multihead", "gap")
"""They have every parameter of Conv1D as a setting; others are as their papers have them."""


def ids(settings: dict[str, Any]) -> str:
    return "-".join(f"{k}={v}" for k, v in settings.items()).replace(" ", "")


@pytest.mark.parametrize("name", OF_THE_DOCUMENTS)
@pytest.mark.parametrize("conv", SHAPES, ids=ids)
def test_each_shape_reaches_every_layer(name: str, conv: dict[str, Any]) -> None:
    model = build(name, conv)
    for layer in convolutions(model):
        for setting, value in conv.items():
            kept = getattr(layer, setting)
            assert kept == (value if not isinstance(kept, tuple) else (value,))
    first = convolutions(model)[0]
    lost = (first.kernel_size[0] - 1) * conv.get("dilation_rate", 1) if conv.get("padding", "valid") == "valid" else 0
    shape = (-(-(LENGTH - lost) // conv.get("strides", 1)), 4)
    assert first.output.shape[1:] == (shape if conv.get("data_format") != "channels_first" else shape[::-1])


@pytest.mark.parametrize("convs", [SHAPES, NAMED], ids=["shapes", "names"])
def test_every_setting_trains_and_comes_back(convs: list[dict[str, Any]], tmp_path: Path) -> None:
    model = heads(convs)
    layers = [model.get_layer(f"conv_{h}_1") for h in range(1, len(convs) + 1)]
    before = [np.asarray(layer.kernel) for layer in layers]
    train_a_step(model)
    for layer, old, conv in zip(layers, before, convs, strict=True):
        new = np.asarray(layer.kernel)
        assert np.isfinite(new).all(), conv
        assert (new != old).any() or not old.any(), conv  # behind a relu, zeros have no slope
    reload(model, tmp_path)


@pytest.mark.parametrize("name", ["cnn", "gap"])
@pytest.mark.parametrize("conv", MIXED, ids=ids)
def test_mixed_shapes_train_and_come_back(name: str, conv: dict[str, Any], tmp_path: Path) -> None:
    """Through pooling, flattening and the mean over time."""
    reload(train_a_step(build(name, conv)), tmp_path)


def test_each_network_takes_every_setting_of_conv1d() -> None:
    arguments = keras.layers.Conv1D(1, 1).get_config().keys()
    assert set(Conv.model_fields) == arguments - {"name", "trainable", "dtype", "filters", "kernel_size"}
    assert all(type(models.settings_of(name)).model_fields["conv"].annotation is Conv for name in OF_THE_DOCUMENTS)


@pytest.mark.parametrize("name", OF_THE_DOCUMENTS)
@pytest.mark.parametrize("conv", TABLES, ids=ids)
def test_a_table_reaches_every_layer(name: str, conv: dict[str, Any]) -> None:
    (setting, table), *_ = conv.items()
    for layer in convolutions(build(name, conv)):
        config = getattr(layer, setting).get_config()
        for argument, value in table.get("config", {}).items():
            np.testing.assert_allclose(config[argument], value, rtol=1e-6)


def test_constraints_hold_after_a_step() -> None:
    conv = {"kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 0.25}}, "bias_constraint": "non_neg"}
    layer = train_a_step(build("cnn", conv)).get_layer("conv_1_1")
    assert np.linalg.norm(np.asarray(layer.kernel), axis=0).max() <= 0.25 + 1e-6
    assert np.asarray(layer.bias).min() >= 0


@pytest.mark.parametrize("part", ["kernel", "bias", "activity"])
@pytest.mark.parametrize("name", REGULARIZERS)
def test_regularizers_by_name_cost_something(part: str, name: str) -> None:
    def penalty(**conv: Any) -> float:
        model = build("cnn", {"bias_initializer": "ones", **conv})
        model(some_windows(model))
        return float(sum(np.asarray(loss) for loss in model.losses))

    assert penalty() == 0
    assert penalty(**{f"{part}_regularizer": name}) > 0


@pytest.mark.parametrize("name", OF_THE_DOCUMENTS)
@pytest.mark.parametrize(
    ("conv", "more", "sentence"),
    [
        ({}, {"kernel_size": 41}, "a kernel of 41 samples on an input of 40;"),
        ({"dilation_rate": 20}, {"kernel_size": 3}, "a kernel of 3 samples, dilated to 41, on an input of 40;"),
        ({"strides": 2, "dilation_rate": 3}, {}, "strides=2 with dilation_rate=3 on an input of 40 samples;"),
        ({"groups": 3}, {}, "groups=3 must divide both its 4 input channels and its 4 filters"),
        ({"groups": 4}, {"filters": 6}, "groups=4 must divide both its 4 input channels and its 6 filters"),
        ({"padding": "causal", "data_format": "channels_first"}, {}, "padding='causal' needs data_format="),
        ({"kernel_regularizer": {"class_name": "L2", "config": {"l3": 1}}}, {}, "kernel_regularizer = "),
    ],
)
def test_what_cannot_be_is_refused_by_layer(
    name: str, conv: dict[str, Any], more: dict[str, Any], sentence: str
) -> None:
    if name == "gap" and "filters" in more:
        more = {"filters": [more["filters"]]}
    if name == "multihead" and "kernel_size" in more:
        more = {"kernel_sizes": [more["kernel_size"]]}
    with pytest.raises(SettingError) as caught:
        build(name, conv, **more)
    assert str(caught.value).startswith(f"layer conv_1_1: {sentence}")
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize(("name", "left"), [("cnn", 36), ("multihead", 38), ("gap", 38)])
def test_a_pooled_length_of_zero_is_refused_by_layer(name: str, left: int, data_format: str) -> None:
    build(name, {"data_format": data_format}, pool_size=left, **({"filters": [4]} if name == "gap" else {}))
    with pytest.raises(SettingError, match=rf"layer pool_1: pooling by {left + 1} on an input of {left} samples .*\.$"):
        build(name, {"data_format": data_format}, pool_size=left + 1)


@pytest.mark.parametrize(
    "conv",
    [
        {"kernel_regularizer": {"class_name": "L2", "config": {"l2": -1.0}}},
        {"kernel_regularizer": {"class_name": "L2", "config": {"l2": "much"}}},
        {"activity_regularizer": {"class_name": "L1", "config": {"l1": float("nan")}}},
        {"kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": "a"}}},
        {"kernel_constraint": {"class_name": "MaxNorm", "config": {"axis": 3}}},
        {"bias_constraint": {"class_name": "UnitNorm", "config": {"axis": 1}}},
        {"kernel_initializer": {"class_name": "RandomNormal", "config": {"std": 1}}},
        {"kernel_initializer": {"class_name": "Constant", "config": {"value": [1, 2, 3]}}},
    ],
    ids=ids,
)
def test_a_table_with_wrong_arguments_is_refused_by_layer(conv: dict[str, Any]) -> None:
    (setting, _), *_ = conv.items()
    with pytest.raises(SettingError, match=rf"^layer conv_1_1: {setting} = .* does not work \(.+\); .*\.$"):
        build("cnn", conv)


@pytest.mark.parametrize(
    ("setting", "value", "names"),
    [
        ("padding", "full", "'valid', 'same' or 'causal'"),
        ("activation", "rellu", "'relu', 'leaky_relu'"),
        ("strides", 0, "greater than 0"),
        ("data_format", "nct", "'channels_last' or 'channels_first'"),
        ("kernel_initializer", "glorot", "one of glorot_uniform, .*, orthogonal, or a table such as"),
        ("bias_initializer", "orthogonal", "one of glorot_uniform, .*, ones, or a table such as"),
        ("kernel_regularizer", "l3", "one of l1, l2, l1_l2, or a table such as"),
        ("kernel_regularizer", 0.01, "one of l1, l2, l1_l2, or a table such as"),
        ("kernel_regularizer", "orthogonal_regularizer", "one of l1, l2, l1_l2"),  # Keras has it for two axes only
        ("kernel_regularizer", {"config": {}}, "one of l1, l2, l1_l2"),
        ("kernel_regularizer", {"class_name": "L2", "config": 5}, "one of l1, l2, l1_l2"),
        ("kernel_regularizer", {"class_name": "L2", "module": "this"}, "one of l1, l2, l1_l2"),
        ("bias_constraint", "max", "one of max_norm, min_max_norm, non_neg, unit_norm, or a table such as"),
    ],
)
def test_a_wrong_value_gets_the_allowed_ones(setting: str, value: Any, names: str) -> None:
    with pytest.raises(StridenetError, match=rf"^setting model\.settings\.conv\.{setting} = .*: it must be .*{names}"):
        models.settings_of("cnn", {"conv": {setting: value}})
