"""Trained together or alone, a network ends with the same values."""

from typing import Any

import numpy as np
import pytest

from architectures import OF_EVERY_KIND
from stridenet.engine.backend import keras, seeded
from stridenet.engine.replicas import Replicas
from stridenet.engine.trainer import Trained, Trainer
from stridenet.models import build as models
from stridenet.spec import TrainSpec

N, LENGTH, CHANNELS, CLASSES = 90, 24, 3, 4
RNG = np.random.default_rng(5)
Y = RNG.integers(0, CLASSES, N)
X = (RNG.normal(size=(N, LENGTH, CHANNELS)) + Y[:, None, None] * 0.3).astype(np.float32)
SEEDS = (1, 2, 4)


def normalized() -> Any:
    """A network that no preset is: batch normalization, a strided and grouped convolution, average pooling."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((LENGTH, CHANNELS)),
            layers.Conv1D(8, 5, padding="same", use_bias=False),  # its slope is zero, and Adam makes noise large
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv1D(12, 3, strides=2, groups=4, padding="same"),
            layers.AveragePooling1D(2),
            layers.Conv1D(6, 3, dilation_rate=2, padding="causal"),
            layers.SpatialDropout1D(0.2, seed=1),
            layers.Flatten(),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def build(name: str, seed: int) -> Any:
    if name == "normalized":
        with seeded(seed):
            return normalized()
    smaller: dict[str, dict[str, Any]] = {
        "cnn": {"filters": 8},
        "multihead": {"filters": 4},
        "gap": {"filters": [6, 8], "kernel_size": 3},
    }
    settings = smaller.get(name)
    return models.build(name, length=LENGTH, n_channels=CHANNELS, n_classes=CLASSES, settings=settings, seed=seed)


def close(a: Any, b: Any) -> bool:
    """Sums in another order differ in the last digits, and three epochs of Adam carry that on."""
    return np.allclose(a, b, rtol=1e-3, atol=1e-4)


def compare(together: Trained, alone: Trained) -> None:
    for a, b in zip(together.weights + together.others, alone.weights + alone.others, strict=True):
        assert close(a, b), np.abs(a - b).max()
    assert list(together.history) == list(alone.history)
    for name, values in together.history.items():
        assert close(values, alone.history[name]), name


@pytest.mark.parametrize("name", [*OF_EVERY_KIND, "normalized"])
def test_together_and_alone_give_the_same_values(name: str) -> None:
    spec = TrainSpec(epochs=3, batch_size=16)
    built = [build(name, seed) for seed in SEEDS]
    x = X.reshape(N, *built[0].input_shape[1:])
    replicas, trainer = Replicas(built[0], spec), Trainer(built[0], spec)
    starts = [trainer.start(model) for model in built]
    together = replicas.fit(starts, x, Y, seeds=SEEDS)
    alone = [trainer.fit(start, x, Y, seed=seed) for start, seed in zip(starts, SEEDS, strict=True)]
    for one, other in zip(together, alone, strict=True):
        compare(one, other)
    assert not close(together[0].weights[0], together[1].weights[0])
    assert close(replicas.predict(together, x), np.stack([trainer.predict(a, x) for a in alone]))


def test_folds_of_unequal_size_with_best_weights_and_early_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = TrainSpec(epochs=6, batch_size=16, best_weights="val_loss", early_stopping="val_accuracy", patience=1)
    order = np.random.default_rng(0).permutation(N)
    train = [order[:70], order[10:58], order[5:90]]
    validation = [order[70:], order[58:], order[:5]]
    model = build("normalized", 0)
    trainer, told = Trainer(model, spec), []
    starts = [trainer.start(build("normalized", seed)) for seed in SEEDS]
    replicas, masks = Replicas(model, spec), list[tuple[Any, Any]]()
    choose = replicas._choose

    def watched(mask: Any, *values: Any) -> Any:
        masks.append((mask, mask.copy()))
        return choose(mask, *values)

    monkeypatch.setattr(replicas, "_choose", watched)
    together = replicas.fit(
        starts, X, Y, seeds=SEEDS, train=train, validation=validation, on_epoch=lambda *a: told.append(a[:2])
    )
    assert all(np.array_equal(mask, then) for mask, then in masks)  # a program may still read what it was given
    epochs = []
    for i, one in enumerate(together):
        side = validation[i]
        compare(one, trainer.fit(starts[i], X[train[i]], Y[train[i]], seed=SEEDS[i], validation=(X[side], Y[side])))
        epochs.append(len(one.history["loss"]))
    assert len(set(epochs)) > 1  # they stop at different times, or this test shows less than it says
    assert sorted(told) == [(i, e) for i, n in enumerate(epochs) for e in range(1, n + 1)]


def test_fewer_windows_than_a_batch() -> None:
    model, spec = build("cnn", 0), TrainSpec(epochs=2, batch_size=32)
    trainer = Trainer(model, spec)
    start, few = trainer.start(), [np.arange(5), np.arange(40)]
    together = Replicas(model, spec).fit([start, start], X, Y, seeds=(1, 1), train=few)
    for one, index in zip(together, few, strict=True):
        compare(one, trainer.fit(start, X[index], Y[index], seed=1))


@pytest.mark.filterwarnings("error")
def test_who_diverges_stops_and_the_others_go_on() -> None:
    spec = TrainSpec(epochs=3, batch_size=16)
    model = build("cnn", 0)
    trainer = Trainer(model, spec)
    start = trainer.start()
    broken = Trained([w * np.nan for w in start.weights], start.others)
    one, other = Replicas(model, spec).fit([broken, start], X, Y, seeds=(1, 1))
    assert [len(t.history["loss"]) for t in (one, other)] == [1, 3]
    assert np.isnan(one.history["loss"][0])
    compare(other, trainer.fit(start, X, Y, seed=1))
