"""The layer table against the documents' own, against Keras' counts, and against what a gradient really reaches."""

from typing import Any

import jax
import numpy as np
import pytest

from stridenet.engine.backend import keras
from stridenet.errors import DataError
from stridenet.models import build as models
from stridenet.models.layer_table import LayerTable, layer_table

layers = keras.layers


def preset(name: str, length: int = 128, n_channels: int = 9, **settings: Any) -> LayerTable:
    model = models.build(name, length=length, n_channels=n_channels, n_classes=6, settings=settings)
    table = layer_table(model)
    assert table.parameters == model.count_params()
    return table


def rows(table: LayerTable) -> list[tuple[str, str, tuple[int, ...], int, int]]:
    return [(r.name, r.kind, r.output_shape, r.parameters, r.receptive_field) for r in table.rows]


def sequential(*stack: Any, length: int = 40, n_channels: int = 2) -> Any:
    return keras.Sequential([keras.Input((length, n_channels)), *stack])


def test_the_baseline_is_the_documents() -> None:
    table = preset("cnn")
    assert rows(table) == [
        ("windows", "InputLayer", (128, 9), 0, 1),
        ("conv_1_1", "Conv1D", (126, 64), 1_792, 3),
        ("conv_1_2", "Conv1D", (124, 64), 12_352, 5),
        ("dropout_1", "Dropout", (124, 64), 0, 5),
        ("pool_1", "MaxPooling1D", (62, 64), 0, 6),
        ("flatten", "Flatten", (3_968,), 0, 128),
        ("dense_1", "Dense", (100,), 396_900, 128),
        ("classes", "Dense", (6,), 606, 128),
    ]
    assert table.parameters == 411_650
    assert [r.flop for r in table.rows if r.flop] == [
        2 * 126 * 3 * 9 * 64, 2 * 124 * 3 * 64 * 64, 2 * 3_968 * 100, 2 * 100 * 6,
    ]  # fmt: skip
    assert table.mflop == pytest.approx(4.27768)


def test_the_heads_are_the_documents_one_after_the_other() -> None:
    table = preset("multihead")
    heads = [
        row
        for h, (kernel, steps, weights) in enumerate([(3, 126, 1_792), (5, 124, 2_944), (11, 118, 6_400)], start=1)
        for row in [
            (f"conv_{h}_1", "Conv1D", (steps, 64), weights, kernel),
            (f"dropout_{h}", "Dropout", (steps, 64), 0, kernel),
            (f"pool_{h}", "MaxPooling1D", (steps // 2, 64), 0, kernel + 1),
            (f"flatten_{h}", "Flatten", (steps // 2 * 64,), 0, 128),
        ]
    ]
    assert rows(table) == [
        ("windows", "InputLayer", (128, 9), 0, 1),
        *heads,
        ("concatenate", "Concatenate", (11_776,), 0, 128),
        ("dense_1", "Dense", (100,), 1_177_700, 128),
        ("classes", "Dense", (6,), 606, 128),
    ]
    assert table.parameters == 1_189_442
    by_name = {r.name: r for r in table.rows}
    assert [table.rows[i].name for i in by_name["concatenate"].inputs] == ["flatten_1", "flatten_2", "flatten_3"]
    assert [table.rows[i].name for i in by_name["conv_3_1"].inputs] == ["windows"]


def test_the_phones_network_is_the_documents() -> None:
    table = preset("gap", length=80, n_channels=3)
    assert rows(table) == [
        ("windows", "InputLayer", (240,), 0, 1),
        ("reshape", "Reshape", (80, 3), 0, 1),
        ("conv_1_1", "Conv1D", (71, 100), 3_100, 10),
        ("conv_1_2", "Conv1D", (62, 100), 100_100, 19),
        ("pool_1", "MaxPooling1D", (20, 100), 0, 21),
        ("conv_2_1", "Conv1D", (11, 160), 160_160, 48),
        ("conv_2_2", "Conv1D", (2, 160), 256_160, 75),
        ("mean_over_time", "GlobalAveragePooling1D", (160,), 0, 80),
        ("dropout", "Dropout", (160,), 0, 80),
        ("classes", "Dense", (6,), 966, 80),
    ]
    assert (table.parameters, table.length) == (520_486, 80)


@pytest.mark.parametrize(
    "stack",
    [
        lambda: [layers.Conv1D(1, 3), layers.Conv1D(1, 5)],
        lambda: [layers.Conv1D(1, 3, dilation_rate=4), layers.Conv1D(1, 2)],
        lambda: [layers.Conv1D(1, 3, strides=2), layers.Conv1D(1, 4, strides=3), layers.Conv1D(1, 2)],
        lambda: [layers.AveragePooling1D(3, strides=2), layers.Conv1D(1, 3), layers.AveragePooling1D(2)],
        lambda: [layers.AveragePooling1D(4), layers.Conv1D(1, 2, dilation_rate=2), layers.Activation("linear")],
        lambda: [layers.Conv1D(2, 3, groups=2), layers.BatchNormalization(), layers.Conv1D(1, 3)],
        lambda: [layers.Permute((2, 1)), layers.Conv1D(3, 4, data_format="channels_first"), layers.Permute((2, 1))],
        lambda: [layers.SeparableConv1D(2, 3), layers.DepthwiseConv1D(3, strides=2), layers.Conv1D(1, 2)],
    ],
)
def test_the_field_is_what_a_gradient_reaches(stack: Any) -> None:
    model = sequential(*stack())
    for weight in model.trainable_variables:
        weight.assign(np.ones(weight.shape))

    def middle(x: Any) -> Any:
        y = model(x)
        return y[0, y.shape[1] // 2].sum()

    reached = np.flatnonzero(np.asarray(jax.grad(middle)(np.ones((1, 40, 2), "float32")))[0].any(axis=1))
    assert layer_table(model).rows[-1].receptive_field == reached[-1] - reached[0] + 1


def test_the_field_never_exceeds_the_window() -> None:
    model = sequential(*(layers.Conv1D(2, 9, padding="same", dilation_rate=2) for _ in range(5)))
    assert [row.receptive_field for row in layer_table(model).rows] == [1, 17, 33, 40, 40, 40]


@pytest.mark.parametrize(
    ("layer", "whole"),
    [
        (lambda: layers.LSTM(2, return_sequences=True), True),
        (lambda: layers.Bidirectional(layers.GRU(2, return_sequences=True)), True),
        (lambda: layers.Flatten(), True),
        (lambda: layers.GlobalMaxPooling1D(), True),
        (lambda: layers.Reshape((20, 4)), False),
        (lambda: layers.Dense(3), False),
        (lambda: layers.LayerNormalization(), False),
        (lambda: layers.UpSampling1D(2), False),
        (lambda: layers.Cropping1D(2), False),
    ],
)
def test_what_mixes_all_time_steps_sees_them(layer: Any, whole: bool) -> None:
    model = sequential(layers.Conv1D(2, 3, padding="same"), layer())
    assert layer_table(model).rows[-1].receptive_field == (40 if whole else 3)


def test_upsampling_shortens_the_steps_again() -> None:
    model = sequential(layers.AveragePooling1D(2), layers.UpSampling1D(2), layers.Conv1D(1, 3))
    assert [row.receptive_field for row in layer_table(model).rows] == [1, 2, 2, 4]


def test_where_branches_meet_the_largest_counts() -> None:
    inputs = keras.Input((40, 2), name="windows")
    wide = layers.Conv1D(2, 9, padding="same", name="wide")(inputs)
    doubled = layers.Conv1D(2, 3, padding="same", name="narrow")(keras.ops.relu(-inputs))
    table = layer_table(keras.Model(inputs, layers.Add(name="add")([doubled, wide, inputs])))
    kinds = [row.name.partition("_")[0] for row in table.rows]  # Keras numbers those that a process has had before
    assert kinds == ["windows", "negative", "relu", "narrow", "wide", "add"]
    assert table.rows[-1].receptive_field == 9
    assert table.rows[-1].inputs == (3, 4, 0)


def test_groups_save_arithmetic() -> None:
    def flop(groups: int) -> int:
        return layer_table(sequential(layers.Conv1D(8, 3, groups=groups), n_channels=4)).rows[-1].flop

    assert flop(1) == 2 * 38 * 3 * 4 * 8
    assert flop(4) * 4 == flop(1)


def test_channels_first_changes_neither_field_nor_arithmetic() -> None:
    last, first = preset("gap"), preset("gap", conv={"data_format": "channels_first"})
    assert last.mflop == first.mflop
    assert [r.receptive_field for r in last.rows] == [r.receptive_field for r in first.rows if r.kind != "Permute"]


def test_a_network_within_a_network_is_opened_and_counted_once() -> None:
    inner = sequential(layers.Conv1D(2, 3, padding="same", name="conv"), layers.BatchNormalization(name="norm"))
    inner.name = "block"
    inputs = keras.Input((40, 2), name="windows")
    model = keras.Model(inputs, layers.Flatten(name="flatten")(inner(inner(inputs))))
    table = layer_table(model)
    assert [(r.name, r.parameters, r.receptive_field) for r in table.rows] == [
        ("windows", 0, 1),
        ("block/conv", 14, 3),
        ("block/norm", 8, 3),
        ("block/conv", 0, 5),
        ("block/norm", 0, 5),
        ("flatten", 0, 40),
    ]
    assert table.parameters == model.count_params()
    assert table.mflop == 2 * (2 * 40 * 3 * 2 * 2) / 1e6


def test_two_inputs_and_two_outputs() -> None:
    windows, features = keras.Input((40, 2), name="windows"), keras.Input((5,), name="features")
    pooled = layers.GlobalAveragePooling1D(name="pooled")(layers.Conv1D(3, 3, name="conv")(windows))
    joined = layers.Concatenate(name="joined")([pooled, features])
    model = keras.Model([windows, features], [layers.Dense(2, name="a")(joined), layers.Dense(1, name="b")(pooled)])
    table = layer_table(model)
    assert {row.name for row in table.rows} == {"windows", "features", "conv", "pooled", "joined", "a", "b"}
    assert table.parameters == model.count_params()


def test_looking_leaves_the_model_as_it_was() -> None:
    model = models.build("cnn", length=16, n_channels=2, n_classes=3)
    before = model.get_config()
    layer_table(model)
    assert model.get_config() == before


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (lambda: keras.Sequential([layers.Dense(3)]), "has no layers to walk"),
        (lambda: sequential(layers.Conv1D(2, 3), length=None), "build it with a fixed length"),  # type: ignore[arg-type]
        (lambda: keras.Model(name="empty"), "'empty' has no layers to walk"),
    ],
)
def test_what_has_no_sizes_is_refused(model: Any, sentence: str) -> None:
    with pytest.raises(DataError, match=rf"^model .* {sentence}.*\.$|^model {sentence}.*\.$"):
        layer_table(model())
