"""A network's program answers as Keras does, for every preset, preparation and setting; what has no form is named."""

from typing import Any

import numpy as np
import pytest

from stridenet.engine.backend import keras
from stridenet.errors import ExportError
from stridenet.exports.trace import trace
from stridenet.models.build import build, names
from stridenet.models.prepare import Preparer
from stridenet.signals.channels import Channels
from stridenet_runtime.numpy_engine import NumpySession, run

KINDS = [(kind, way) for kind in ("body_acc", "body_gyro") for way in "xyz"]
CHANNELS = Channels(tuple(f"{kind}_{way}" for kind, way in KINDS), ("g",) * 3 + ("rad/s",) * 3, 50.0)
LENGTH = 40
PREPARATIONS = ("none", "standardize", "normalize", "standardize+normalize", "power", "robust")


def drawn(model: Any, seed: int = 0) -> Any:
    """The model with numbers in everything that begins as zeros or ones."""
    rng = np.random.default_rng(seed)
    for variable in model.variables:
        if variable.path.rpartition("/")[2] in ("bias", "beta", "gamma", "moving_mean", "moving_variance", "alpha"):
            variable.assign(0.2 + np.abs(rng.normal(0, 0.5, variable.shape)))
    return model


def windows(n: int = 7, length: int = LENGTH, channels: int = 6) -> Any:
    """Raw windows, on other scales for each channel."""
    rng = np.random.default_rng(3)
    return (rng.normal(size=(n, length, channels)) * (1 + np.arange(channels)) + 0.5).astype(np.float32)


def differ(model: Any, x: Any) -> float:
    """The largest difference of a probability between Keras and NumPy."""
    given = x.reshape(len(x), -1) if len(model.input_shape) == 2 else x
    return float(np.abs(np.asarray(model(given, training=False)) - run(trace(model), x)).max())


@pytest.mark.parametrize("name", names())
def test_each_preset(name: str) -> None:
    settings = {"kernel_size": 3} if name == "gap" else {}
    model = drawn(build(name, length=LENGTH, n_channels=6, n_classes=4, channels=CHANNELS, settings=settings))
    assert differ(model, windows()) < 1e-5


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("name", ["cnn", "stride-s"])
def test_each_preparation(name: str, preparation: Any) -> None:
    x = windows()
    x[..., 2] = 4.0  # a constant channel
    prepare = Preparer(preparation, lambda: x.reshape(-1, 6))
    unknown = Channels.unknown(6)  # stride scales what it does not know
    model = drawn(build(name, length=LENGTH, n_channels=6, n_classes=4, prepare=prepare, channels=unknown))
    assert differ(model, x) < 1e-5


@pytest.mark.parametrize(
    "conv",
    [
        {"padding": "same"},
        {"padding": "causal", "dilation_rate": 3},
        {"padding": "same", "strides": 2},
        {"padding": "same", "dilation_rate": 2},
        {"strides": 3},
        {"groups": 2, "use_bias": False},
        {"data_format": "channels_first", "padding": "same"},
        {"data_format": "channels_first", "groups": 3},
        *({"activation": one} for one in ("leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid")),
        *({"activation": one} for one in ("softplus", "softsign", "linear")),
    ],
    ids=lambda conv: "-".join(map(str, conv.values())),
)
@pytest.mark.parametrize("name", ["cnn", "gap"])
def test_each_setting_of_a_convolution(name: str, conv: dict[str, Any]) -> None:
    settings: dict[str, Any] = {"conv": conv, "filters": 6 if name == "cnn" else (6, 12), "kernel_size": 3}
    settings |= {"pool_size": 2, "convolutions": 1} if name == "gap" else {}
    model = drawn(build(name, length=LENGTH, n_channels=6, n_classes=4, settings=settings))
    assert differ(model, windows()) < 1e-5


def test_batch_normalization_and_turns_make_no_step() -> None:
    fcn = trace(build("fcn", length=LENGTH, n_channels=6, n_classes=4))
    assert [node.op for node in fcn.nodes] == ["conv1d", "relu"] * 3 + ["mean", "dense", "softmax"]
    settings = {"conv": {"data_format": "channels_first"}}
    turned = trace(build("cnn", length=LENGTH, n_channels=6, n_classes=4, settings=settings))
    assert [node.op for node in turned.nodes].count("transpose") == 1  # before what is made flat
    gap = trace(build("gap", length=128, n_channels=6, n_classes=4))
    assert (gap.length, gap.n_channels) == (128, 6)
    assert gap.nodes[0].op == "conv1d"


def test_power_costs_only_the_branch_that_it_takes() -> None:
    x = windows()
    model = build("cnn", length=LENGTH, n_channels=6, n_classes=4, prepare=Preparer("power", lambda: x.reshape(-1, 6)))
    assert "log" not in [node.op for node in trace(model).nodes]


def _own(kind: str) -> Any:
    layers = keras.layers
    x = inputs = keras.Input((LENGTH, 6))
    if kind == "both ways":
        x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
        x = layers.Bidirectional(layers.LSTM(4), merge_mode="ave")(x)
    elif kind == "backwards":
        x = layers.LSTM(3, return_sequences=True, go_backwards=True, use_bias=False)(x)
        x = layers.LSTM(4, go_backwards=True)(x)
    elif kind == "pieces":
        x = layers.Reshape((4, 10, 6))(x)
        x = layers.TimeDistributed(layers.Conv1D(5, 3, activation="relu"))(x)
        x = layers.TimeDistributed(layers.MaxPooling1D(2))(x)
        x = layers.LSTM(4)(layers.TimeDistributed(layers.Flatten())(x))
    elif kind == "apart":
        x = layers.SeparableConv1D(8, 5, padding="same", strides=2, activation="relu")(x)
        x = layers.PReLU()(layers.DepthwiseConv1D(3, depth_multiplier=2)(layers.ZeroPadding1D((2, 1))(x)))
        x = layers.AveragePooling1D(3, strides=2, padding="same")(layers.LayerNormalization()(x))
        x = layers.GlobalMaxPooling1D()(layers.UpSampling1D(2)(x))
    elif kind == "weighed":
        weight = layers.Dense(6, activation="sigmoid")(layers.GlobalAveragePooling1D()(x))
        x = layers.Multiply()([x, layers.RepeatVector(LENGTH)(weight)])
        x = keras.ops.concatenate([x[:, ::2], -x[:, 1::2]], axis=-1)[:, -1] ** 2
    elif kind == "inside":
        inner = keras.Sequential([keras.Input((LENGTH, 6)), layers.Conv1D(4, 3), layers.ReLU(max_value=6)])
        x = layers.Flatten()(layers.Add()([inner(x), inner(x * 2)]))  # one layer twice
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(x))


@pytest.mark.parametrize("kind", ["both ways", "backwards", "pieces", "apart", "weighed", "inside"])
def test_anyones_own_network(kind: str) -> None:
    assert differ(drawn(_own(kind)), windows()) < 1e-5


def test_any_number_of_windows_is_answered() -> None:
    session = NumpySession(trace(_own("inside")))
    assert session(windows(0)).shape == (0, 3)
    assert session(windows(100)).shape == (100, 3)


@keras.saving.register_keras_serializable("tests")
class Doubled(keras.layers.Dense):  # type: ignore[misc]
    """Bears a known layer's ways and does something else."""

    def call(self, inputs: Any) -> Any:
        return super().call(inputs) * 2


def _refused(layer: Any) -> Any:
    inputs = keras.Input((LENGTH, 6))
    return keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Flatten()(layer(inputs))))


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (keras.layers.GRU(3, name="memory"), "layer memory (GRU): it has no runtime form as it is set"),
        (keras.layers.LSTM(3, activation="relu", name="bent"), "layer bent (LSTM)"),
        (keras.layers.Dense(3, activation="mish", name="new"), "layer new (Dense)"),
        (Doubled(3, name="doubled"), "layer doubled (Doubled)"),
        (keras.layers.Lambda(lambda x: x, name="code"), "layer code (Lambda)"),
    ],
)
def test_what_has_no_form_is_named(layer: Any, said: str) -> None:
    with pytest.raises(ExportError) as error:
        trace(_refused(layer))
    assert said in str(error.value)


def test_two_inputs_have_no_form() -> None:
    inputs = [keras.Input((4, 2)), keras.Input((4, 2))]
    model = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Flatten()(keras.layers.Add()(inputs))))
    with pytest.raises(ExportError, match="one input and one output"):
        trace(model)
