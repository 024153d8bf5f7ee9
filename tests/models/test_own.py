"""Anyone's own network: from a file, from a function, from a model; new random weights for each seed."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.engine.backend import keras
from stridenet.errors import DataMissingError, SettingError
from stridenet.models import own
from stridenet.models.network import Network, network
from stridenet.models.prepare import Preparer
from stridenet.spec import ModelSpec

SIZES: dict[str, Any] = {"length": 8, "n_channels": 2, "n_classes": 3}
FILE = """
import keras

def build(length, n_channels, n_classes, units=4):
    return keras.Sequential([
        keras.Input((length, n_channels)), keras.layers.Flatten(), keras.layers.Dense(units),
        keras.layers.Dense(n_classes, activation="softmax"),
    ])

def by_shape(input_shape, n_classes):
    return build(*input_shape, n_classes)

def flat(length, n_channels, n_classes):
    return keras.Sequential([keras.Input((length * n_channels,)), keras.layers.Dense(n_classes, activation="softmax")])

def everything(**given):
    assert sorted(given) == ["input_shape", "length", "n_channels", "n_classes", "width"]
    return build(given["length"], given["n_channels"], given["n_classes"])

def not_a_model(length):
    return 3

def other_windows(n_channels):
    return build(99, n_channels, 3)

def needs(length, depth):
    return build(length, 2, 3)

def fails(length):
    raise RuntimeError("no such\\n luck")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(FILE)
    return path


def weights(model: Any) -> list[Any]:
    return list(model.get_weights())


def check(one: Network) -> None:
    """It builds what it should, and a seed decides the weights."""
    first, again, other = (one.build(**SIZES, seed=seed) for seed in (1, 1, 2))
    assert first.output_shape == (None, 3)
    np.testing.assert_equal(weights(first), weights(again))
    assert any((a != b).any() for a, b in zip(weights(first), weights(other), strict=True))


@pytest.mark.parametrize("function", ["build", "by_shape", "flat"])
def test_a_function_in_a_file_is_given_what_it_asks_for(file: Path, function: str) -> None:
    one = network(ModelSpec(name=f"{file}:{function}"))
    check(one)
    assert (one.name, one.address, one.portable) == (f"mine.{function}", f"{file}:{function}", True)
    assert pickle.loads(pickle.dumps(one)).identity() == one.identity()


def test_its_other_arguments_are_settings(file: Path) -> None:
    one = network(ModelSpec(name=f"{file}:build", settings={"units": 5}))
    assert one.build(**SIZES).layers[-2].units == 5
    assert network(ModelSpec(name=f"{file}:everything", settings={"width": 5})).build(**SIZES).count_params() == 83


def test_the_whole_file_decides(file: Path) -> None:
    before = network(ModelSpec(name=f"{file}:build")).identity()
    file.write_text(FILE + "# a change\n")
    assert network(ModelSpec(name=f"{file}:build")).identity() != before


def test_a_relative_file_is_found_from_its_base(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert network(ModelSpec(name="mine.py:build"), base=file.parent).address == f"{file}:build"
    monkeypatch.chdir(file.parent)
    assert network(ModelSpec(name="mine.py:build")).address == f"{file}:build"


def test_the_preparation_comes_in_front(file: Path) -> None:
    prepare = Preparer("standardize", lambda: np.array([[1.0, 2.0], [3.0, 6.0]]))
    model = network(ModelSpec(name=f"{file}:build")).build(**SIZES, prepare=prepare)
    assert "Normalization" in {type(layer).__name__ for layer in model.layers}
    centre = np.tile(np.array([[2.0, 4.0]], np.float32), (1, 8, 1))
    np.testing.assert_allclose(model(centre), model.layers[-1](np.zeros((1, 8, 2))), rtol=1e-6)


@pytest.mark.parametrize(
    ("function", "given", "said"),
    [
        ("buildd", {}, r"model file mine.py has no function 'buildd': did you mean 'build'\? It has: build, by_shape"),
        ("not_a_model", {}, "the function gives a int; it must return a keras.Model"),
        ("other_windows", {}, r"takes windows of shape \(99, 2\), and the data has \(8, 2\)"),
        ("needs", {}, "the function needs an argument 'depth'"),
        ("build", {"filters": 3}, "the function takes no argument 'filters'"),
        ("fails", {}, r"the function fails \(RuntimeError: no such luck\)"),
    ],
)
def test_a_function_that_does_not_do_is_refused_in_a_sentence(
    file: Path, function: str, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingError, match=said) as caught:
        network(ModelSpec(name=f"{file}:{function}", settings=given)).build(**SIZES)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("import keras\ndef build(:\n", r"model file mine.py, line 2: it cannot be run \(SyntaxError"),
        ("\n\nimport no_such_library\n", r"line 3: it cannot be run \(ModuleNotFoundError"),
        ("raise ValueError('x')\n", r"line 1: it cannot be run \(ValueError: x\)"),
        ("", r"has no function 'build': It has: none"),
    ],
)
def test_a_file_that_does_not_run_is_refused_with_its_line(file: Path, content: str, said: str) -> None:
    file.write_text(content)
    with pytest.raises(SettingError, match=said):
        network(ModelSpec(name=f"{file}:build")).build(**SIZES)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match="there is no file"):
        network(ModelSpec(name=f"{tmp_path}/nowhere.py:build"))


def test_a_model_from_python_is_an_architecture() -> None:
    model = keras.Sequential([keras.Input((8, 2)), keras.layers.LSTM(3), keras.layers.Dense(3, activation="softmax")])
    before = weights(model)
    one = own.from_object(model, **SIZES)
    check(one)
    assert one.portable
    check(pickle.loads(pickle.dumps(one)))
    np.testing.assert_equal(weights(model), before)  # it is only read


def test_a_function_from_python_goes_to_other_processes_where_keras_can_describe_it() -> None:
    def mine(input_shape: tuple[int, int], n_classes: int) -> Any:
        return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), keras.layers.Dense(n_classes)])

    one = own.from_object(mine, **SIZES)
    check(one)
    assert (one.name, one.portable) == ("mine", True)


class Twice(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    def call(self, x: Any) -> Any:
        return 2 * x


def test_layers_of_ones_own_stay_here() -> None:
    model = keras.Sequential(
        [keras.Input((8, 2)), Twice(), keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")]
    )
    one = own.from_object(model, **SIZES)
    assert not one.portable
    check(one)


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(
        SettingError, match="model is a str: a Keras model, a function that builds one, or an estimator"
    ):
        own.from_object("cnn", **SIZES)
