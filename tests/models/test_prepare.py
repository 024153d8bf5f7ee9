from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, PowerTransformer, RobustScaler, StandardScaler

from stridenet.engine.backend import keras
from stridenet.models import prepare
from stridenet.models.prepare import Preparer, apply
from stridenet.signals.windows import Windows
from stridenet.spec import Preparation

KINDS: tuple[Preparation, ...] = get_args(Preparation)
SCALERS: dict[str, list[Any]] = {
    "none": [],
    "standardize": [StandardScaler()],
    "normalize": [MinMaxScaler()],
    "standardize+normalize": [StandardScaler(), MinMaxScaler()],
    "power": [PowerTransformer()],
    "robust": [RobustScaler()],
}
RNG = np.random.default_rng(2)
SAMPLES = np.stack([RNG.normal(9.8, 3, 500), RNG.exponential(0.5, 500), -RNG.exponential(2, 500)], axis=1)


def prepared(kind: Preparation, x: npt.NDArray[Any], samples: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    return np.asarray(apply(kind, x.astype(np.float32), samples))


@pytest.mark.parametrize("kind", KINDS)
def test_gives_what_scikit_learn_gives(kind: Preparation) -> None:
    x = RNG.normal(1, 4, (5, 7, 3))
    expected, samples = x.reshape(-1, 3), SAMPLES
    for scaler in SCALERS[kind]:
        samples = scaler.fit_transform(samples)
        expected = scaler.transform(expected)
    np.testing.assert_allclose(prepared(kind, x, SAMPLES), expected.reshape(x.shape), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", ["standardize", "normalize", "standardize+normalize", "robust"])
@pytest.mark.parametrize("value", [0.0, 0.1, -0.98, 9.81, 1e6])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_constant_channel_is_only_centred(kind: Preparation, value: float, dtype: Any) -> None:
    samples = np.full((1000, 1), value, dtype)
    x = np.array([[[value], [value + 2]]])
    np.testing.assert_allclose(prepared(kind, x, samples).ravel(), [0, 2], atol=1e-5)


@settings(max_examples=25)
@given(st.floats(-100, 100), st.floats(0.01, 100))
def test_standardized_samples_have_mean_0_and_deviation_1(mean: float, deviation: float) -> None:
    samples = mean + deviation * SAMPLES[:, :1]
    out = prepared("standardize", samples[None], samples)
    assert abs(float(out.mean())) < 1e-2
    assert float(out.std()) == pytest.approx(1, abs=1e-2)


def test_overlap_does_not_count_twice(easy: Windows) -> None:
    once = easy.without_overlap()
    model_input = np.asarray(Preparer("standardize", lambda: once)(easy.x[:3]))
    expected = (easy.x[:3] - once.mean(axis=0)) / once.std(axis=0)
    np.testing.assert_allclose(model_input, expected, rtol=1e-4, atol=1e-4)
    assert len(once) < easy.x.shape[0] * easy.x.shape[1]


def test_a_preparer_can_be_asked_for_another_kind() -> None:
    x = np.full((1, 1, 3), 2.0, np.float32)
    asked = Preparer("standardize", lambda: SAMPLES)
    np.testing.assert_array_equal(asked(x, "none"), x)
    np.testing.assert_array_equal(asked(x, "robust"), prepared("robust", x, SAMPLES))
    np.testing.assert_array_equal(asked(x), prepared("standardize", x, SAMPLES))


@pytest.mark.parametrize("kind", KINDS)
def test_travels_with_the_saved_model(kind: Preparation, tmp_path: Path) -> None:
    inputs = keras.Input((4, 3))
    model = keras.Model(inputs, keras.layers.Flatten()(Preparer(kind, lambda: SAMPLES)(inputs)))
    x = RNG.normal(0, 5, (6, 4, 3)).astype(np.float32)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_give_what_the_whole_gives_and_are_never_joined(
    kind: Preparation, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = RNG.normal(1, 4, (5, 7, 3))
    whole = prepared(kind, x, SAMPLES)
    pieces = [SAMPLES[:7], SAMPLES[7:7], SAMPLES[7:300], SAMPLES[300:]]
    np.testing.assert_array_equal(np.asarray(apply(kind, x.astype(np.float32), pieces)), whole)
    monkeypatch.setattr(prepare, "_BLOCK", 100)
    assert max(map(len, prepare.Blocks(pieces))) <= 100
    np.testing.assert_array_equal(np.concatenate(list(prepare.Blocks(pieces))), SAMPLES)
    np.testing.assert_allclose(np.asarray(apply(kind, x.astype(np.float32), pieces)), whole, rtol=1e-6)
