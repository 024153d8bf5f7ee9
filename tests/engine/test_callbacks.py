"""Keras' callbacks: told of epochs, what they change is taken over, and what is never called is refused."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.engine.backend import keras, seeded
from stridenet.engine.replicas import Replicas
from stridenet.engine.trainer import Trained, Trainer
from stridenet.errors import SettingError
from stridenet.models.learner import KerasLearner
from stridenet.models.network import network
from stridenet.signals.windows import Windows
from stridenet.spec import ModelSpec, TrainSpec

CB = keras.callbacks
RNG = np.random.default_rng(3)
Y = RNG.integers(0, 3, 40)
X = (RNG.normal(size=(40, 6, 2)) + Y[:, None, None]).astype(np.float32)
HELD = X[:9] + 1, Y[:9]


def build() -> Any:
    with seeded(2):
        layers = [keras.layers.Flatten(), keras.layers.BatchNormalization(), keras.layers.Dense(3, "softmax")]
        return keras.Sequential([keras.Input((6, 2)), *layers])


def fit(*callbacks: Any, model: Any = None, epochs: int = 4, **settings: Any) -> Trained:
    trainer = Trainer(model or build(), TrainSpec(epochs=epochs, **settings), callbacks=callbacks)
    start = Trainer(build(), TrainSpec()).start()
    return trainer.fit(start, X, Y, seed=0, validation=HELD)


def same(a: Trained, b: Trained) -> bool:
    pairs = zip(a.weights + a.others, b.weights + b.others, strict=True)
    return a.history == b.history and all(np.array_equal(v, w) for v, w in pairs)


class Listener(CB.Callback):  # type: ignore[misc, name-defined]  # Keras ships no types
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []

    def on_train_begin(self, logs: Any = None) -> None:
        self.heard.append(("begin", logs, self.params))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.heard.append(("epoch begins", epoch, logs))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.heard.append(("epoch ends", epoch, sorted(logs), self.model.get_weights()))
        logs["mine"] = 1

    def on_train_end(self, logs: Any = None) -> None:
        self.heard.append(("end", sorted(logs)))


def test_hooks_are_called_as_keras_calls_them() -> None:
    listener = Listener()
    trained = fit(listener, epochs=2)
    names = ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert [h[:3] for h in listener.heard] == [
        ("begin", None, {"epochs": 2, "steps": 2}),
        ("epoch begins", 0, None),
        ("epoch ends", 0, names),
        ("epoch begins", 1, None),
        ("epoch ends", 1, names),
        ("end", names),
    ]
    seen = listener.heard[-2][3]
    for value, weight in zip(trained.weights[:1], seen[:1], strict=True):
        np.testing.assert_array_equal(value, weight)
    assert sorted(trained.history) == names


def test_who_only_listens_changes_nothing() -> None:
    assert same(fit(Listener()), fit())


@pytest.mark.parametrize("compiled", [False, True])
def test_the_model_is_left_as_it_was_but_for_its_values(compiled: bool) -> None:
    model = build()
    if compiled:
        model.compile("sgd", "mse")
    before = {name: getattr(model, name, "none") for name in ("optimizer", "stop_training")}
    fit(Listener(), model=model)
    assert {name: getattr(model, name, "none") for name in before} == before

    def fails(*_: Any) -> None:
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        fit(CB.LambdaCallback(on_epoch_end=fails), model=model)
    assert {name: getattr(model, name, "none") for name in before} == before


def test_early_stopping_stops_and_gives_the_best_weights_back() -> None:
    plain = fit(epochs=8, learning_rate=1.0)
    best = int(np.argmin(plain.history["val_loss"]))
    stopping = CB.EarlyStopping(patience=2, restore_best_weights=True)
    stopped = fit(stopping, epochs=8, learning_rate=1.0)
    n = len(stopped.history["loss"])
    assert n < 8
    first_best = int(np.argmin(plain.history["val_loss"][:n]))
    assert n == first_best + 3
    np.testing.assert_array_equal(stopped.weights[0], fit(epochs=first_best + 1, learning_rate=1.0).weights[0])
    assert best >= 0


def test_accuracy_is_better_when_higher() -> None:
    stopping = CB.EarlyStopping(monitor="accuracy", patience=3, min_delta=2.0)
    assert len(fit(stopping, epochs=8).history["loss"]) == 4


def test_a_learning_rate_that_is_set_is_taken_over() -> None:
    def none(epoch: int, rate: float) -> float:
        return 0.0 if epoch else rate

    scheduled = fit(CB.LearningRateScheduler(none))
    np.testing.assert_array_equal(scheduled.weights[0], fit(epochs=1).weights[0])


def test_a_plateau_lowers_the_learning_rate_and_the_next_training_begins_anew() -> None:
    trainer = Trainer(build(), TrainSpec(epochs=4), callbacks=[
        CB.ReduceLROnPlateau(monitor="loss", patience=1, factor=0.001, min_delta=100.0)
    ])  # fmt: skip
    start = trainer.start()
    first = trainer.fit(start, X, Y, seed=0)
    assert same(first, trainer.fit(start, X, Y, seed=0))
    assert not same(first, Trainer(build(), TrainSpec(epochs=4)).fit(start, X, Y, seed=0))
    two = Trainer(build(), TrainSpec(epochs=2)).fit(start, X, Y, seed=0)  # after which nothing moves any more
    np.testing.assert_allclose(first.weights[-2], two.weights[-2], atol=1e-5)


def test_weights_that_a_callback_sets_are_trained_on() -> None:
    def zero(*_: Any) -> None:
        model.set_weights([w * 0 for w in model.get_weights()])

    model = build()
    trained = fit(CB.LambdaCallback(on_train_end=zero), model=model)
    assert all(not np.asarray(w).any() for w in trained.weights)


def test_files_are_written(tmp_path: Path) -> None:
    checkpoint = CB.ModelCheckpoint(tmp_path / "best.keras", monitor="val_accuracy", save_best_only=True)
    every = CB.ModelCheckpoint(tmp_path / "{epoch}.weights.h5", save_weights_only=True, monitor="accuracy")
    history = fit(CB.CSVLogger(tmp_path / "log.csv"), checkpoint, every).history
    rows = list(csv.DictReader((tmp_path / "log.csv").read_text().splitlines()))
    assert [float(row["val_loss"]) for row in rows] == pytest.approx(history["val_loss"])
    assert len(list(tmp_path.glob("*.weights.h5"))) == 4
    best = int(np.argmax(history["val_accuracy"])) + 1
    saved = keras.saving.load_model(tmp_path / "best.keras")
    np.testing.assert_array_equal(saved.layers[-1].kernel, fit(epochs=best).weights[2])


class OfBatches(CB.Callback):  # type: ignore[misc, name-defined]
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        pass


@pytest.mark.parametrize(
    ("callback", "said"),
    [
        (OfBatches(), r"callback OfBatches has on_train_batch_end, and an epoch is compiled steps .*; on_train_begin"),
        (CB.LambdaCallback(on_train_batch_begin=print), "LambdaCallback has on_train_batch_begin"),
        (CB.ModelCheckpoint("a.keras", save_freq=3), "ModelCheckpoint has on_train_batch_end"),
        (CB.SwapEMAWeights(), "SwapEMAWeights has on_test_begin"),
        (CB.EarlyStopping(monitor="acc"), "watches 'acc', which is not there; watch one of loss, accuracy, val_loss"),
        (CB.ModelCheckpoint("a.keras", monitor="f1"), "watches 'f1'"),
        (print, "callback builtin_function_or_method is no callback"),
        (CB.EarlyStopping, "callback type is no callback"),
    ],
)
def test_what_is_never_called_is_refused(callback: Any, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        fit(callback)


def test_what_cannot_be_watched_or_set_is_refused() -> None:
    trainer = Trainer(build(), TrainSpec(callbacks="early_stopping"))
    with pytest.raises(SettingError, match=r"EarlyStopping watches 'val_loss', .*; give validation windows, or watch"):
        trainer.fit(trainer.start(), X, Y, seed=0)
    with pytest.raises(SettingError, match="sets the learning rate, which a schedule decides already"):
        fit(CB.ReduceLROnPlateau(), schedule="cosine")
    with pytest.raises(SettingError, match=r"train\.callbacks: early_stopping does not work \(TypeError"):
        fit(callbacks=[{"class_name": "early_stopping", "config": {"speed": 1}}])


def test_named_callbacks_are_new_for_each_training() -> None:
    spec = TrainSpec(epochs=6, callbacks=[{"class_name": "early_stopping", "config": {"min_delta": 9.0}}])
    trainer = Trainer(build(), spec)
    for _ in range(2):
        assert len(trainer.fit(trainer.start(), X, Y, seed=0, validation=HELD).history["loss"]) == 2


def test_one_program_refuses_callbacks_and_a_learner_trains_one_by_one(easy: Windows) -> None:
    spec = TrainSpec(epochs=2, callbacks=[{"class_name": "early_stopping", "config": {"monitor": "loss"}}])
    with pytest.raises(SettingError, match="callbacks are told of one training, and one program trains many"):
        Replicas(build(), spec)
    learner = KerasLearner(network(ModelSpec(name="cnn", settings={"filters": 4})), "none", spec)
    told: list[Any] = []
    together = learner.fit_together(easy, None, [0, 1], tell=lambda *line: told.append(line[:2]))
    assert told == [(0, 1), (0, 2), (1, 1), (1, 2)]
    assert together[1].history == learner.fit(easy, None, 1).history


class Once(CB.Callback):  # type: ignore[misc, name-defined]
    """Stops the first training that it sees; a memory that would tie trainings together."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def on_epoch_end(self, *_: Any) -> None:
        self.seen += 1
        self.model.stop_training = self.seen == 1


def test_no_training_of_a_learner_knows_of_the_one_before(easy: Windows) -> None:
    once = Once()
    learner = KerasLearner(
        network(ModelSpec(name="cnn", settings={"filters": 4})), "none", TrainSpec(epochs=3), callbacks=[once]
    )
    assert [len(learner.fit(easy, None, seed).history["loss"]) for seed in (0, 1)] == [1, 1]
    assert once.seen == 0
