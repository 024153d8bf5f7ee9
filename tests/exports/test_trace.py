"""A network's program answers as Keras does, for every preset, preparation and setting; what has no form is named."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from networks import CHANNELS, CONVOLUTIONS, LENGTH, OWN, PREPARATIONS, drawn, own_network, windows
from stridenet.engine.backend import keras
from stridenet.engine.model_file import load_model
from stridenet.errors import ExportError
from stridenet.exports.trace import trace
from stridenet.models.build import build, names
from stridenet.models.prepare import Preparer
from stridenet.signals.channels import Channels
from stridenet_runtime.numpy_engine import NumpySession, run


def differ(model: Any, x: Any, folder: Path | None = None) -> float:
    """The largest difference of a probability between Keras and NumPy; with a folder after saving and loading."""
    given = x.reshape(len(x), -1) if len(model.input_shape) == 2 else x
    wanted = np.asarray(model(given, training=False))
    if folder is not None:
        model.save(folder / "model.keras")
        model = load_model(folder / "model.keras")
    return float(np.abs(wanted - run(trace(model), x)).max())


@pytest.mark.parametrize("name", names())
def test_each_preset(tmp_path: Path, name: str) -> None:
    settings = {"kernel_size": 3} if name == "gap" else {}
    model = drawn(build(name, length=LENGTH, n_channels=6, n_classes=4, channels=CHANNELS, settings=settings))
    assert differ(model, windows(), tmp_path) < 1e-5


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("name", ["cnn", "stride-s"])
def test_each_preparation(tmp_path: Path, name: str, preparation: Any) -> None:
    x = windows()
    x[..., 2] = 4.0  # a constant channel
    prepare = Preparer(preparation, lambda: x.reshape(-1, 6))
    unknown = Channels.unknown(6)  # stride scales what it does not know
    model = drawn(build(name, length=LENGTH, n_channels=6, n_classes=4, prepare=prepare, channels=unknown))
    assert differ(model, x, tmp_path) < 1e-5


@pytest.mark.parametrize(
    "conv",
    CONVOLUTIONS,
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


@pytest.mark.parametrize("kind", OWN)
def test_anyones_own_network(tmp_path: Path, kind: str) -> None:
    assert differ(drawn(own_network(kind)), windows(), tmp_path) < 1e-5


def test_any_number_of_windows_is_answered() -> None:
    session = NumpySession(trace(own_network("inside")))
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
