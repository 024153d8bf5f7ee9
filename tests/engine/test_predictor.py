from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from architectures import OF_EVERY_KIND
from stridenet.engine.backend import keras
from stridenet.engine.batches import in_batches
from stridenet.engine.predictor import Predictor
from stridenet.errors import DataError, SettingError
from stridenet.models import build as models

X = np.random.default_rng(0).normal(size=(1200, 32, 2)).astype(np.float32)


@pytest.fixture(scope="module", params=OF_EVERY_KIND)
def model(request: pytest.FixtureRequest) -> Any:
    return models.build(
        request.param,
        length=32,
        n_channels=2,
        n_classes=3,
        settings={"kernel_size": 2} if request.param == "gap" else None,
    )


@pytest.mark.parametrize("n", [0, 1, 5, 100, 1200])
def test_any_number_of_windows_is_answered_as_by_keras(model: Any, n: int) -> None:
    x = X[:n].reshape(n, *model.input_shape[1:])
    expected = np.asarray(model(x)) if n else np.zeros((0, 3))
    rounding = 1e-5 if "stride" in model.name else 1e-6  # a logarithm of what is next to nothing makes more of it
    np.testing.assert_allclose(Predictor(model).predict(X[:n]), expected, atol=rounding)


def test_one_window_is_answered_as_among_many(model: Any) -> None:
    predictor = Predictor(model)
    np.testing.assert_allclose(predictor.predict_one(X[7]), predictor.predict(X[:20])[7], atol=1e-6)


def test_odd_numbers_of_windows_compile_nothing_new(model: Any) -> None:
    predictor = Predictor(model)
    for n in (1, 8, 32, 128, 512):
        predictor.predict(X[:n])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(model), "stateless_call", None)  # whatever is traced anew falls over
        for n in (2, 3, 9, 31, 33, 127, 511, 513, 1199):
            assert len(predictor.predict(X[:n])) == n


@given(st.integers(0, 300), st.sets(st.integers(1, 60), min_size=1, max_size=4))
def test_batches_have_the_sizes_given_and_every_window_is_answered_once(n: int, sizes: set[int]) -> None:
    asked = []

    def forward(batch: Any) -> Any:
        asked.append(len(batch))
        return batch * 2

    x = np.arange(n, dtype=np.float32)[:, np.newaxis]
    np.testing.assert_array_equal(in_batches(forward, x, 1, sorted(sizes, reverse=True)), x * 2)
    assert set(asked) <= sizes
    assert sum(asked) <= 2 * n + min(sizes)


def test_training_on_does_not_change_the_answers(model: Any) -> None:
    predictor = Predictor(model)
    before = predictor.predict(X[:3])
    kept = model.get_weights()
    model.set_weights([w * 0 for w in kept])
    np.testing.assert_array_equal(predictor.predict(X[:3]), before)
    model.set_weights(kept)


def test_windows_of_another_shape_are_refused(model: Any) -> None:
    with pytest.raises(DataError, match=r"windows of shape \(32, 3\) came"):
        Predictor(model).predict(np.zeros((4, 32, 3)))
    with pytest.raises(DataError, match=r"windows of shape \(\) came"):
        Predictor(model).predict_one(3.0)


def test_it_is_loaded_from_a_file_and_from_a_folder(model: Any, tmp_path: Path) -> None:
    model.save(tmp_path / "model.keras")
    for path in (tmp_path, tmp_path / "model.keras"):
        np.testing.assert_allclose(Predictor.load(path).predict(X[:9]), Predictor(model).predict(X[:9]), atol=1e-6)


def test_windows_with_holes_are_refused_and_never_answered(model: Any) -> None:
    holed = X[:4].copy()
    holed[2, 5, 1] = np.nan
    with pytest.raises(DataError, match=r"1 of 256 values is missing, .* window 2, sample 5, channel 1"):
        Predictor(model).predict(holed)
    with pytest.raises(DataError, match=r"1 of 64 values is missing, .* window 0, sample 5, channel 1"):
        Predictor(model).predict_one(holed[2])


def test_windows_of_two_lengths_and_text_are_refused(model: Any) -> None:
    with pytest.raises(DataError, match=r"window 1 has 20 samples, the model takes|window 1 has the shape"):
        Predictor(model).predict([X[0], X[1][:20]])
    with pytest.raises(DataError, match=r"the windows hold text \('a'\)"):
        Predictor(model).predict_one([["a"] * 2] * 32)


@pytest.mark.parametrize("broken", ["weights", "values"])
def test_no_answer_is_ever_no_number(model: Any, broken: str) -> None:
    kept, x = model.get_weights(), X[:3]
    if broken == "weights":
        model.set_weights([w * np.nan for w in kept])
    else:
        model.set_weights([w * 1e30 for w in kept])
        x = x * 1e30
    predictor = Predictor(model)
    model.set_weights(kept)
    with pytest.raises(DataError, match="the model's answer for window 0 is no number"):
        predictor.predict(x)
    with pytest.raises(DataError, match="the model's answer for window 0 is no number"):
        predictor.predict_one(x[0])


def test_a_model_of_logits_is_refused() -> None:
    model = keras.Sequential([keras.Input((32, 2)), keras.layers.Flatten(), keras.layers.Dense(3)])
    with pytest.raises(SettingError, match="these are logits"):
        Predictor(model)


def test_windows_of_any_length_are_answered_where_the_model_takes_them() -> None:
    layers = [keras.Input((None, 2)), keras.layers.GlobalMaxPooling1D(), keras.layers.Dense(3, "softmax")]
    predictor = Predictor(keras.Sequential(layers))
    assert predictor.predict(X[:3]).shape == predictor.predict(X[:3, :20]).shape == (3, 3)
