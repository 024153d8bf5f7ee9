import random
from typing import Any

import jax
import numpy as np
import pytest

from stridenet.engine import backend
from stridenet.engine.backend import keras
from stridenet.engine.trainer import Trained, Trainer
from stridenet.errors import SettingError
from stridenet.models import build as models
from stridenet.signals.windows import Windows
from stridenet.spec import TrainSpec

SMALL = {"filters": 8, "dense": [16]}


def build(easy: Windows, seed: int = 0, **settings: Any) -> Any:
    n_channels, n_classes = len(easy.channels), len(easy.classes)
    return models.build(
        "cnn", length=easy.length, n_channels=n_channels, n_classes=n_classes, settings=SMALL | settings, seed=seed
    )


@pytest.fixture(scope="module")
def trainer(easy: Windows) -> Trainer:
    """Batches of 32 do not divide the 174 windows."""
    return Trainer(build(easy), TrainSpec(epochs=2, learning_rate=0.01))


@pytest.fixture(scope="module")
def few(easy: Windows) -> Windows:
    """One batch of windows of every class, so that a step is compiled once."""
    return easy.take(np.arange(0, 160, 5))


def fit(trainer: Trainer, easy: Windows, seed: int = 0, **more: Any) -> Trained:
    return trainer.fit(trainer.start(), easy.x, easy.y, seed=seed, **more)


def same(one: list[Any], other: list[Any]) -> bool:
    return all(np.array_equal(np.asarray(a), np.asarray(b)) for a, b in zip(one, other, strict=True))


def test_learns_easy_windows(trainer: Trainer, easy: Windows) -> None:
    trained = fit(trainer, easy)
    assert trained.history["loss"][1] < trained.history["loss"][0]
    assert (trainer.predict(trained, easy.x).argmax(axis=1) == easy.y).mean() > 0.8
    assert trained.seconds > 0


def test_the_same_seed_gives_the_same_numbers_exactly(trainer: Trainer, easy: Windows) -> None:
    one = fit(trainer, easy, seed=3)
    fit(trainer, easy, seed=4)  # another in between disturbs nothing
    again = fit(trainer, easy, seed=3)
    anew = fit(Trainer(build(easy), trainer.spec), easy, seed=3)  # compiled anew
    for other in (again, anew):
        assert one.history == other.history
        assert same(one.weights, other.weights)
        np.testing.assert_array_equal(trainer.predict(one, easy.x), trainer.predict(other, easy.x))


def test_the_seed_decides_the_order_of_the_windows(trainer: Trainer, easy: Windows) -> None:
    assert fit(trainer, easy, seed=0).history != fit(trainer, easy, seed=1).history


def test_dropout_differs_by_the_models_seed(trainer: Trainer, easy: Windows) -> None:
    start = trainer.start()
    others = trainer.start(build(easy, seed=1)).others
    one = trainer.fit(start, easy.x, easy.y, seed=0)
    other = trainer.fit(Trained(start.weights, others), easy.x, easy.y, seed=0)
    assert one.history["loss"] != other.history["loss"]


def test_fitting_changes_neither_the_start_nor_the_model(trainer: Trainer, easy: Windows) -> None:
    start = trainer.start()
    before = [np.array(v) for v in start.weights], [np.array(v) for v in start.others]
    fit(trainer, easy)
    assert same(start.weights, before[0])
    assert same(start.others, before[1])
    assert same([v.value for v in trainer.model.trainable_variables], before[0])


@pytest.mark.parametrize("n", [1, 33])
def test_any_number_of_windows_fits_any_batch_size(trainer: Trainer, easy: Windows, n: int) -> None:
    trained = trainer.fit(trainer.start(), easy.x[:n], easy.y[:n], seed=0)
    assert len(trained.history["loss"]) == 2
    assert np.isfinite(trained.history["loss"]).all()
    assert trainer.predict(trained, easy.x[:n]).shape == (n, 3)


def test_the_loss_is_a_mean_over_windows_not_over_batches(easy: Windows) -> None:
    """With a step of almost nothing and no dropout, an epoch's loss is that of the untrained model."""
    model = build(easy, dropout=0.0)
    trainer = Trainer(model, TrainSpec(epochs=1, batch_size=100, learning_rate=1e-12))
    found = fit(trainer, easy).history
    p = model.predict(easy.x, verbose=0)
    assert found["loss"][0] == pytest.approx(-np.log(p[np.arange(len(easy)), easy.y]).mean(), rel=1e-4)
    assert found["accuracy"][0] == pytest.approx((p.argmax(axis=1) == easy.y).mean())


def test_one_step_is_that_of_keras(easy: Windows) -> None:
    """The same weights after one full-batch step as Keras' own loop gives."""
    model = build(easy, dropout=0.0)
    trained = fit(Trainer(model, TrainSpec(epochs=1, batch_size=len(easy))), easy)
    model.compile(keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy")
    model.fit(easy.x, easy.y, batch_size=len(easy), epochs=1, verbose=0, shuffle=False)
    for ours, theirs in zip(trained.weights, model.trainable_variables, strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs.value), atol=2e-5)


def test_predict_gives_what_the_model_gives(trainer: Trainer, easy: Windows) -> None:
    start, trained = trainer.start(), fit(trainer, easy)
    x = np.tile(easy.x, (4, 1, 1))  # more than one batch of predictions, and a part of one
    said = trainer.put(trained).predict(x, verbose=0)
    np.testing.assert_allclose(trainer.predict(trained, x), said, rtol=1e-4, atol=1e-6)
    assert trainer.predict(trained, x[:0]).shape == (0, 3)
    trainer.put(start)


def test_validation_windows_are_scored_and_never_trained_on(trainer: Trainer, easy: Windows) -> None:
    alone = fit(trainer, easy)
    wrong = (easy.x[:40], (easy.y[:40] + 1) % 3)
    watched = fit(trainer, easy, validation=wrong)
    assert same(alone.weights, watched.weights)
    assert same(alone.others, watched.others)
    assert watched.history["loss"] == alone.history["loss"]
    p = trainer.predict(watched, wrong[0])
    assert watched.history["val_accuracy"][-1] == pytest.approx((p.argmax(axis=1) == wrong[1]).mean())
    assert watched.history["val_loss"][-1] == pytest.approx(-np.log(p[np.arange(40), wrong[1]]).mean(), rel=1e-4)
    assert "val_loss" not in alone.history


def test_tells_of_each_epoch(trainer: Trainer, easy: Windows) -> None:
    told: list[tuple[int, dict[str, float]]] = []
    trained = fit(trainer, easy, on_epoch=lambda epoch, scores: told.append((epoch, scores)))
    assert [epoch for epoch, _ in told] == [1, 2]
    assert [scores["loss"] for _, scores in told] == trained.history["loss"]


def test_other_peoples_random_numbers_are_left_alone(trainer: Trainer, easy: Windows) -> None:
    def draw() -> tuple[float, float]:
        return float(np.random.rand()), random.random()  # noqa: NPY002

    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    expected = draw()
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    fit(trainer, easy)
    Trainer(build(easy), trainer.spec)
    assert draw() == expected


def test_penalties_of_layers_count(easy: Windows, few: Windows) -> None:
    def loss(**settings: Any) -> float:
        return fit(Trainer(build(easy, **settings), TrainSpec(epochs=1)), few).history["loss"][0]

    penalty = {"class_name": "L2", "config": {"l2": 1.0}}
    assert loss(conv={"kernel_regularizer": penalty}) > loss() + 1


def test_running_means_are_learnt_and_used(few: Windows) -> None:
    inputs = keras.Input(few.x.shape[1:])
    x = keras.layers.BatchNormalization()(inputs)
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(keras.layers.Flatten()(x)))
    trainer = Trainer(model, TrainSpec(epochs=1))
    start = trainer.start()
    trained = fit(trainer, few)
    assert not same(start.others, trained.others)
    said = trainer.put(trained).predict(few.x, verbose=0)  # Keras gives up the arrays that its variables hold
    np.testing.assert_allclose(trainer.predict(trained, few.x), said, rtol=1e-4, atol=1e-6)
    assert not same(start.others, trained.others)


@pytest.mark.parametrize(("name", "written"), [("float32", "Precision.HIGHEST)"), ("tf32", "Precision.HIGH)")])
def test_products_on_a_gpu_are_as_exact_as_asked(
    easy: Windows, name: str, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "on_cpu", lambda: False)
    trainer = Trainer(build(easy), TrainSpec.model_validate({"precision": name}))
    start = trainer.start()
    state = (start.weights, start.others, trainer.fresh_optimizer(1))
    x, y = np.zeros((4, *trainer.model.input_shape[1:]), np.float32), np.zeros(4, np.int32)
    assert written in str(jax.make_jaxpr(trainer.train_step)(state, x, y, np.arange(4)))
    assert written in str(jax.make_jaxpr(trainer.forward)(start.weights, start.others, x))


def test_a_cpu_knows_one_precision(easy: Windows) -> None:
    with pytest.raises(SettingError, match=r"train.precision = 'tf32': this device is a CPU"):
        Trainer(build(easy), TrainSpec(precision="tf32"))


@pytest.mark.filterwarnings("error")
def test_a_training_that_diverges_ends_with_that_epoch(easy: Windows) -> None:
    trainer = Trainer(build(easy), TrainSpec(epochs=5, learning_rate=1e30, best_weights="val_loss"))
    history = trainer.fit(trainer.start(), easy.x, easy.y, seed=0, validation=(easy.x, easy.y)).history
    assert {name: len(values) for name, values in history.items()} == dict.fromkeys(history, 1)
    assert not np.isfinite(history["loss"][0])


def test_the_best_weights_are_never_those_that_diverged(easy: Windows) -> None:
    trainer = Trainer(build(easy), TrainSpec(epochs=2, best_weights="loss"))
    kept = trainer.step

    def breaks(state: Any, *rest: Any) -> Any:
        state, scores = kept(state, *rest)
        return state, scores * np.nan if seen else scores

    seen: list[int] = []
    trainer.step = breaks  # type: ignore[assignment]
    best = trainer.fit(trainer.start(), easy.x, easy.y, seed=0, on_epoch=lambda epoch, _: seen.append(epoch))
    trainer.step = kept
    one = Trainer(build(easy), TrainSpec(epochs=1))
    assert same(best.weights, one.fit(one.start(), easy.x, easy.y, seed=0).weights)
