"""Windows and labels that no training can use, and answers that are no numbers, are refused in a sentence."""

from typing import Any

import numpy as np
import pytest

from stridenet.engine import checks
from stridenet.engine.backend import keras
from stridenet.engine.replicas import Replicas
from stridenet.engine.trainer import Trainer
from stridenet.errors import DataError
from stridenet.spec import TrainSpec

X = np.zeros((5, 4, 2), np.float32)


def holed(value: float, *at: tuple[int, int, int]) -> Any:
    x = X.astype(np.float64)
    for place in at:
        x[place] = value
    return x


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (holed(np.nan, (1, 2, 1)), r"1 of 40 values is missing, .* the first in window 1, sample 2, channel 1"),
        (holed(-np.inf, (1, 2, 1), (4, 0, 0)), "2 of 40 values are missing, .* in window 1, sample 2, channel 1"),
        (holed(1e39, (0, 3, 0)), "1 of 40 values is .* in window 0, sample 3, channel 0"),  # too large for single
        ([X[0], X[0][:3]], "window 1 has 3 samples, the model takes 4: cut"),
        ([X[0], X[0][:, :1]], r"window 1 has the shape \(4, 1\), the model takes 4"),
        ([[[1, 2], [1, 2], [1], [1, 2]]], "window 0, sample 2 has 1 channels, and sample 0 has 2"),
        ([[["a", "b"]] * 4], r"the windows hold text \('a'\): an array of numbers"),
        ([[["1", "2"]] * 4], r"the windows hold text \('1'\)"),
        ([[[1, None]] * 4], "the windows hold a int"),
        (X.astype("datetime64[s]"), "the windows hold datetime64"),
        (object(), "the windows hold object: "),
        (X.transpose(0, 2, 1), r"shape \(2, 4\) came, .* takes \(4, 2\): samples and channels look swapped; give x.tr"),
        (X[0], r"this looks like a single window; give x\[np.newaxis\], or ask predict_one"),
        (X[np.newaxis], "there is an axis too many"),
        (X[:, :3], r"windows of shape \(3, 2\) came, and the model takes \(4, 2\) \(samples, channels\)"),
        (X.reshape(5, 8), r"windows of shape \(8,\) came"),
    ],
)
def test_windows_are_refused(x: Any, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        checks.windows(x, (4, 2))
    assert "\n" not in str(caught.value)


def test_flat_models_take_windows_as_they_are_cut_or_flat() -> None:
    assert checks.windows(X, (8,)).shape == checks.windows(X.reshape(5, 8), (8,)).shape == (5, 8)
    with pytest.raises(DataError, match=r"shape \(3, 2\) came, and the model takes \(8,\), a flat one"):
        checks.windows(X[:, :3], (8,))
    with pytest.raises(DataError, match="the first in window 1, sample 2, channel 1"):
        checks.windows(holed(np.nan, (1, 2, 1)), (8,))
    with pytest.raises(DataError, match="the first in window 1, value 5"):
        checks.windows(holed(np.nan, (1, 2, 1)).reshape(5, 8), (8,))


def test_whatever_numbers_they_are_is_taken() -> None:
    big = np.full((5, 4, 2), 3e38, np.float32)  # finite, and their sum is not
    for x in (X.tolist(), X.astype(int), X.astype(bool), X[:0], big):
        assert checks.windows(x, (4, 2)).dtype == np.float32
    assert checks.windows(X, (None, 2)) is X


@pytest.mark.parametrize(
    ("y", "said"),
    [
        ([1, 2, 3, 3, 1], "the labels go from 1 to 3, and the model's 3 classes from 0 to 2: give y - 1"),
        ([0, 1, 3, 2, 0], "a label is 3, and the model has 3 classes: a class number from 0 to 2"),
        ([0, -1, 1, 0, 0], "a label is -1"),
        ([0.0, 1.0, 2.0, 1.0, 0.0], "the labels are float64: .*y.astype"),
        ([0, np.nan, 2, 1, 0], "the labels are float64"),
        (["walk"] * 5, r"text or objects \('walk'\): .*np.unique\(y, return_inverse=True\)"),
        ([None] * 5, "text or objects"),
        (np.eye(3)[[0, 1, 2, 0, 1]], r"the shape \(5, 3\), which looks one-hot: give y.argmax\(axis=1\)"),
        ([[0], [1], [2], [0], [1]], r"the shape \(5, 1\), which is not \(window,\): give y.ravel"),
        ([[0], [1, 2]], "of unequal lengths"),
        ([0, 1, 2], "3 labels came for 5 windows"),
        (1, r"the shape \(\)"),
    ],
    ids=str,
)
def test_labels_are_refused(y: Any, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        checks.labels(y, 5, 3)
    assert "\n" not in str(caught.value)


def test_no_windows_are_no_training() -> None:
    with pytest.raises(DataError, match="no windows to train on"):
        checks.labels(np.zeros(0, int), 0, 3)


@pytest.mark.parametrize("engine", [Trainer, Replicas])
def test_both_ways_of_training_look_at_what_comes(engine: Any) -> None:
    layers = [keras.Input((4, 2)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")]
    made = engine(keras.Sequential(layers), TrainSpec(epochs=1))
    start = Trainer(keras.Sequential(layers), TrainSpec()).start()
    given: Any = {"seed": 0} if engine is Trainer else {"seeds": [0]}
    starts: Any = start if engine is Trainer else [start]
    with pytest.raises(DataError, match="give y - 1"):
        made.fit(starts, X, [1, 2, 3, 1, 2], **given)
    with pytest.raises(DataError, match="look swapped"):
        made.fit(starts, X.transpose(0, 2, 1), [0, 1, 2, 0, 1], **given)
    with pytest.raises(DataError, match="1 of 40 values"):
        made.fit(starts, holed(np.nan, (0, 0, 0)), [0, 1, 2, 0, 1], **given)


def test_validation_is_looked_at_too() -> None:
    trainer = Trainer(
        keras.Sequential([keras.Input((4, 2)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")]), TrainSpec()
    )
    with pytest.raises(DataError, match="a label is 5"):
        trainer.fit(trainer.start(), X, [0, 1, 2, 0, 1], seed=0, validation=(X, np.full(5, 5)))


@pytest.mark.parametrize(
    ("soft", "said"),
    [
        (np.eye(3)[[0, 1]] * 1.1, "window 0 add up to 1.1"),
        (np.array([[1.0, 0.0, 0.0], [1.5, -0.5, 0.0]]), "window 1 hold what is below 0"),
        (np.array([[np.nan, 0.5, 0.5], [1.0, 0.0, 0.0]]), "window 0 hold what is below 0 or no number"),
        (np.eye(3), r"float64 of shape \(3, 3\): a probability of each of 3 classes is needed for each of 2 windows"),
        (np.array(["a", "b"]), "a probability of each of 3 classes"),
    ],
)
def test_soft_targets_are_probabilities(soft: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        checks.soft_targets(soft, 2, 3)
