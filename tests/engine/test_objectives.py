"""Optimizers, schedules, losses and class weights: numbers as of Keras' own ``fit``; what cannot be is said."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stridenet.engine import objectives
from stridenet.engine.backend import keras, seeded
from stridenet.engine.replicas import Replicas
from stridenet.engine.trainer import Trained, Trainer
from stridenet.errors import SettingError, UnknownNameError
from stridenet.models.build import build as preset
from stridenet.models.learner import KerasLearner
from stridenet.models.network import network
from stridenet.signals.windows import Windows
from stridenet.spec import ModelSpec, TrainSpec

RNG = np.random.default_rng(3)
Y = RNG.choice(3, 44, p=[0.6, 0.3, 0.1])
X = (RNG.normal(size=(44, 12, 2)) + Y[:, None, None]).astype(np.float32)
HELD = X[:10] + 1, Y[:10]
STEPS = 3 * 3  # of 3 epochs, in batches of 16


def build() -> Any:
    layers = keras.layers
    with seeded(2):
        return keras.Sequential(
            [
                keras.Input((12, 2)),
                layers.Conv1D(4, 3, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
                layers.Flatten(),
                layers.Dense(3, activation="softmax"),
            ]
        )


def by_keras(optimizer: Any, loss: Any, *, hot: bool, class_weight: Any = None) -> tuple[Any, dict[str, list[float]]]:
    """What Keras' own fit makes of the same windows in the same order."""
    model, history = build(), dict[str, list[float]]()
    model.compile(optimizer=optimizer, loss=loss)
    y = np.eye(3, dtype=np.float32)[Y] if hot else Y
    for epoch in (1, 2, 3):
        order = np.random.default_rng([0, epoch]).permutation(len(X))
        more: Any = {"batch_size": 16, "shuffle": False, "verbose": 0, "class_weight": class_weight}
        for name, values in model.fit(X[order], y[order], **more).history.items():
            history.setdefault(name, []).extend(values)
    return model.get_weights(), history


def ours(spec: TrainSpec, engine: type = Trainer, **objects: Any) -> Trained:
    made = engine(build(), spec, **objects)
    start = Trainer(build(), TrainSpec()).start()
    if engine is Replicas:
        trained: Trained = made.fit([start, start], X, Y, seeds=(0, 1))[0]
        return trained
    one: Trained = made.fit(start, X, Y, seed=0, validation=HELD)
    return one


OP, S, LO = keras.optimizers, keras.optimizers.schedules, keras.losses
BALANCED = {i: float(w) for i, w in enumerate(len(Y) / (3 * np.bincount(Y)))}
SAME: dict[str, tuple[dict[str, Any], Callable[[], tuple[Any, Any]], dict[str, Any]]] = {
    "sgd with momentum": (
        {"optimizer": {"class_name": "SGD", "config": {"momentum": 0.9}}, "learning_rate": 0.05},
        lambda: (OP.SGD(0.05, momentum=0.9), "sparse_categorical_crossentropy"),
        {"hot": False},
    ),
    "adamw, cosine over all, smoothed labels": (
        {
            "optimizer": {"class_name": "adamw", "config": {"weight_decay": 0.1, "clipnorm": 1.0}},
            "schedule": "cosine",
            "learning_rate": 0.01,
            "loss": {"class_name": "categorical_crossentropy", "config": {"label_smoothing": 0.1}},
        },
        lambda: (
            OP.AdamW(S.CosineDecay(0.01, STEPS), weight_decay=0.1, clipnorm=1.0),
            LO.CategoricalCrossentropy(label_smoothing=0.1),
        ),
        {"hot": True},
    ),
    "focal, balanced, several steps in one": (
        {
            "optimizer": {"class_name": "rmsprop", "config": {"gradient_accumulation_steps": 2}},
            "loss": "categorical_focal_crossentropy",
            "class_weights": "balanced",
        },
        lambda: (OP.RMSprop(0.001, gradient_accumulation_steps=2), LO.CategoricalFocalCrossentropy()),
        {"hot": True, "class_weight": BALANCED},
    ),
    "weights by number, warmed up": (
        {
            "schedule": {"class_name": "CosineDecay", "config": {"warmup_steps": 3, "warmup_target": 0.02}},
            "class_weights": {2: 5},
        },
        lambda: (
            OP.Adam(S.CosineDecay(0.001, STEPS - 3, warmup_target=0.02, warmup_steps=3)),
            "sparse_categorical_crossentropy",
        ),
        {"hot": False, "class_weight": {0: 1.0, 1: 1.0, 2: 5.0}},
    ),
}


@pytest.mark.parametrize("engine", [Trainer, Replicas])
@pytest.mark.parametrize("name", SAME)
def test_training_gives_what_keras_gives(name: str, engine: type) -> None:
    settings, objects, how = SAME[name]
    weights, history = by_keras(*objects(), **how)
    trained = ours(TrainSpec(epochs=3, batch_size=16, **settings), engine)
    for mine, theirs in zip(trained.weights, weights, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-4)
    np.testing.assert_allclose(trained.history["loss"], history["loss"], rtol=1e-3)


@pytest.mark.parametrize("optimizer", ["adadelta", "adagrad", "adamax", "adafactor", "nadam", "ftrl", "lion", "lamb"])
def test_every_optimizer_trains(optimizer: str) -> None:
    trained = ours(TrainSpec.model_validate({"epochs": 1, "optimizer": optimizer}))
    assert np.isfinite(trained.history["loss"]).all()


def test_objects_are_copied_and_train_as_their_names_do() -> None:
    given = OP.SGD(0.05, momentum=0.9)
    spec = TrainSpec(epochs=2, learning_rate=0.05, optimizer={"class_name": "sgd", "config": {"momentum": 0.9}})
    assert spec == TrainSpec(epochs=2, optimizer=given)
    named, first, again = ours(spec), *(ours(TrainSpec(epochs=2), optimizer=given) for _ in range(2))
    assert not given.built
    for one in (first, again):
        np.testing.assert_equal([np.asarray(w) for w in one.weights], [np.asarray(w) for w in named.weights])


def own_loss(y: Any, p: Any) -> Any:
    """As sparse categorical crossentropy; classes are numbers, as Keras would give them."""
    return -keras.ops.log(keras.ops.take_along_axis(p, y[:, None], axis=1)[:, 0])


class OwnLoss(LO.Loss):  # type: ignore[misc, name-defined]  # Keras ships no types
    def call(self, y: Any, p: Any) -> Any:
        return own_loss(y, p)


@pytest.mark.parametrize("loss", [own_loss, OwnLoss(), LO.SparseCategoricalCrossentropy()])
def test_a_loss_of_ones_own_gets_class_numbers(loss: Any) -> None:
    mine, usual = ours(TrainSpec(epochs=2), loss=loss), ours(TrainSpec(epochs=2))
    for name, values in usual.history.items():
        np.testing.assert_allclose(mine.history[name], values, rtol=1e-4)


def test_class_weights_do_not_enter_the_validation() -> None:
    weighted = Trainer(build(), TrainSpec(epochs=1), class_weights={0: 0, 1: 0, 2: 0})
    usual = Trainer(build(), TrainSpec(epochs=1))
    start = usual.start()
    history = weighted.fit(start, X, Y, seed=0, validation=HELD).history
    p = weighted.predict(weighted.fit(start, X, Y, seed=0), HELD[0])
    assert history["val_loss"][0] == pytest.approx(float(-np.log(p[np.arange(10), HELD[1]]).mean()), rel=1e-5)
    assert history["loss"][0] < 1 < history["val_loss"][0]  # what is left of the loss is the penalty


def test_the_validation_loss_is_the_loss_that_is_trained() -> None:
    trainer = Trainer(build(), TrainSpec(epochs=1, loss="mean_squared_error"))
    trained = trainer.fit(trainer.start(), X, Y, seed=0, validation=HELD)
    error = np.eye(3)[HELD[1]] - trainer.predict(trained, HELD[0])
    assert trained.history["val_loss"][0] == pytest.approx(float((error**2).mean()), rel=1e-5)
    together = Replicas(build(), trainer.spec).fit(
        [trainer.start()], np.concatenate([X, HELD[0]]), np.concatenate([Y, HELD[1]]), seeds=[0],
        train=[np.arange(44)], validation=[np.arange(44, 54)],
    )  # fmt: skip
    assert together[0].history["val_loss"][0] == pytest.approx(trained.history["val_loss"][0], rel=1e-4)


class Counting(OwnLoss):
    def __init__(self) -> None:
        super().__init__()
        self.seen = keras.Variable(0.0)


class OwnEnd(OP.SGD):  # type: ignore[misc, name-defined]
    def finalize_variable_values(self, var_list: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("objects", "said"),
    [
        ({"loss": lambda y, p: keras.ops.mean(own_loss(y, p))}, "gives one number for all windows: one for each"),
        ({"loss": lambda _, p: p}, r"gives the shape \(5, 3\) for 5 windows"),
        ({"loss": lambda y: y}, r"does not work for classes \(window,\) and probabilities \(window, 3\) \(TypeError"),
        ({"loss": LO.CategoricalCrossentropy(from_logits=True)}, "has from_logits=True, and the model gives prob"),
        ({"loss": LO.CategoricalCrossentropy(reduction="sum")}, "has reduction='sum', and a step takes the mean"),
        ({"loss": LO.SparseCategoricalCrossentropy(ignore_class=1)}, "has ignore_class"),
        ({"loss": LO.Dice()}, "loss Dice gives one number for all windows"),
        ({"loss": Counting()}, "loss Counting keeps a variable"),
        ({"loss": OwnLoss}, "is no loss: give a Keras loss"),
        ({"loss": "mse"}, "is no loss: give .* or a name of TrainSpec"),
        ({"optimizer": OP.Adam(use_ema=True)}, "optimizer Adam: use_ema has no effect"),
        ({"optimizer": OP.LossScaleOptimizer(OP.Adam())}, "changes the weights outside of its steps"),
        ({"optimizer": OwnEnd(0.1)}, "changes the weights outside of its steps"),
        ({"optimizer": "sgd"}, r"a str came as the optimizer: .* TrainSpec\(optimizer='sgd'\)"),
        ({"class_weights": {3: 1}}, "names the class 3, and there are 0 to 2"),
        ({"class_weights": {1: -1}}, r"class_weights\[1\] is -1: a finite number from 0"),
        ({"class_weights": [1, 2, 3]}, "balanced, sqrt-balanced or a table of class numbers"),
    ],
)
def test_what_the_step_cannot_take_is_said(objects: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said) as caught:
        ours(TrainSpec(epochs=1), **objects)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": {"class_name": "sgd", "config": {"speed": 3}}},
        {"optimizer": {"class_name": "sgd", "config": {"momentum": 3}}},
        {"optimizer": {"class_name": "adam", "config": {"clipnorm": 1.0, "clipvalue": 1.0}}},
        {"schedule": "exponential"},
        {"schedule": {"class_name": "cosine", "config": {"decay_steps": "many"}}},
        {"loss": {"class_name": "kl_divergence", "config": {"depth": 2}}},
    ],
    ids=str,
)
def test_arguments_that_keras_does_not_take_are_said(settings: dict[str, Any]) -> None:
    name = next(iter(settings))
    with pytest.raises(SettingError, match=rf"^train\.{name} = .* does not work \(.*\); change its config\.$"):
        Trainer(build(), TrainSpec(**settings))


def test_a_schedule_follows_the_number_of_windows() -> None:
    trainer = Trainer(build(), TrainSpec(epochs=2, batch_size=16, schedule="cosine"))
    start = trainer.start()
    for x, y in ((X, Y), (X[:20], Y[:20]), (X, Y)):
        alone = Trainer(build(), trainer.spec).fit(start, x, y, seed=0)
        assert trainer.fit(start, x, y, seed=0).history == alone.history


def test_trainings_of_unequal_length_are_one_program_each_with_its_own_schedule() -> None:
    spec = TrainSpec(epochs=2, batch_size=16, schedule="cosine", warmup=0.2, last_batch="filled")
    replicas, trainer = Replicas(build(), spec), Trainer(build(), spec)
    start, sides = trainer.start(), [np.arange(20), np.arange(40)]
    together = replicas.fit([start, start], X, Y, seeds=[0, 1], train=sides)
    for seed, side in enumerate(sides):
        alone = trainer.fit(start, X[side], Y[side], seed=seed)
        assert together[seed].history["loss"] == pytest.approx(alone.history["loss"], rel=1e-5)


def test_folds_of_about_as_many_windows_are_one_program(easy: Windows) -> None:
    spec = TrainSpec(epochs=1, batch_size=16, schedule="cosine", last_batch="filled")
    model = preset("cnn", length=16, n_channels=2, n_classes=3, settings={"filters": 4})
    trainer = Trainer(model, spec)
    for n in (98, 99, 100):
        fold = easy.take(np.arange(n))
        trainer.fit(trainer.start(), fold.x, fold.y, seed=0)
    assert len(trainer.step._compiled) == 1


@pytest.mark.parametrize("n_windows", [5, 16, 20])
def test_a_filled_batch_holds_the_first_windows_again(n_windows: int) -> None:
    trainer = Trainer(build(), TrainSpec(epochs=1, batch_size=16, last_batch="filled"))
    order = trainer.order(n_windows, 0, 1)
    assert len(order) == {5: 16, 16: 16, 20: 32}[n_windows]
    assert sorted(order[:n_windows]) == list(range(n_windows))
    assert (order == order[np.arange(len(order)) % n_windows]).all()
    usual = Trainer(build(), TrainSpec(epochs=1, batch_size=16)).order(n_windows, 0, 1)
    assert (usual == order[:n_windows]).all()


def test_classes_are_weighed_by_name_or_number(easy: Windows) -> None:
    def history(weights: Any, **given: Any) -> Any:
        spec = TrainSpec(epochs=1, class_weights=weights)
        learner = KerasLearner(network(ModelSpec(name="cnn", settings={"filters": 4})), "none", spec, **given)
        return learner.fit(easy, None, 0).history

    assert history({"walk": 3}) == history({1: 3}) == history(None, class_weights={"walk": 3}) != history(None)
    with pytest.raises(UnknownNameError, match=r"train\.class_weights 'wlak': did you mean 'walk'\?"):
        history({"wlak": 3})


def test_balanced_weights_of_a_class_that_is_not_there() -> None:
    weights = objectives.class_weights("balanced", np.array([0, 0, 2, 0]), 3)
    assert weights is not None
    assert weights.round(3).tolist() == pytest.approx([0.667, 1, 2])


@pytest.mark.parametrize(
    ("loss", "theirs"),
    [
        ("sparse_categorical_crossentropy", keras.losses.CategoricalCrossentropy()),
        (
            {"class_name": "categorical_crossentropy", "config": {"label_smoothing": 0.2}},
            keras.losses.CategoricalCrossentropy(label_smoothing=0.2),
        ),
        ("kl_divergence", keras.losses.KLDivergence()),
    ],
)
def test_soft_targets_are_learnt_as_keras_does(loss: Any, theirs: Any) -> None:
    soft = RNG.dirichlet(np.ones(3), len(X)).astype(np.float32)
    model = build()
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=theirs)
    for epoch in (1, 2):
        order = np.random.default_rng([0, epoch]).permutation(len(X))
        said = model.fit(X[order], soft[order], batch_size=16, shuffle=False, verbose=0).history
    trainer = Trainer(build(), TrainSpec(epochs=2, batch_size=16, optimizer="sgd", learning_rate=0.1, loss=loss))
    trained = trainer.fit(trainer.start(), X, Y, seed=0, soft=soft)
    assert trained.history["loss"][-1] == pytest.approx(said["loss"][0], rel=1e-4)
    for mine, other in zip(trained.weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-5)


def test_soft_targets_that_are_sure_are_the_classes() -> None:
    how: dict[str, Any] = {"epochs": 2, "batch_size": 16, "class_weights": {"0": 1, "1": 2, "2": 5}}
    trainer = Trainer(build(), TrainSpec(**how))
    plain = trainer.fit(trainer.start(), X, Y, seed=0, validation=HELD)
    sure = trainer.fit(trainer.start(), X, Y, seed=0, validation=HELD, soft=np.eye(3)[Y])
    for name, values in plain.history.items():
        assert sure.history[name] == pytest.approx(values, rel=1e-4)


def test_a_loss_of_ones_own_takes_no_soft_targets() -> None:
    def own(y: Any, p: Any) -> Any:
        return -keras.ops.log(keras.ops.take_along_axis(p, y[:, None], axis=1))[:, 0]

    trainer = Trainer(build(), TrainSpec(epochs=1), loss=own)
    with pytest.raises(SettingError, match="loss own gets class numbers"):
        trainer.fit(trainer.start(), X, Y, seed=0, soft=np.eye(3)[Y])


def test_soft_targets_from_the_host_are_the_same(easy: Windows) -> None:
    soft = RNG.dirichlet(np.ones(3), len(easy.y)).astype(np.float32)
    learner = [
        KerasLearner(
            network(ModelSpec(name="gap", settings={"filters": [4], "kernel_size": 3})),
            "none",
            TrainSpec(epochs=1),
            room=r,
        )
        for r in (None, 0)
    ]
    one, other = (each.fit(easy, None, 0, soft=soft) for each in learner)
    np.testing.assert_array_equal(one.predict(easy), other.predict(easy))
