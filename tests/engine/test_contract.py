"""What is no network of probabilities is refused before anything is trained, in a sentence that helps."""

from typing import Any

import numpy as np
import pytest

from architectures import OF_EVERY_KIND
from stridenet.engine import contract
from stridenet.engine.backend import keras
from stridenet.engine.trainer import Trainer
from stridenet.errors import SettingError
from stridenet.models import build as models
from stridenet.models.learner import KerasLearner
from stridenet.models.own import from_object
from stridenet.signals.windows import Windows
from stridenet.spec import TrainSpec

L = keras.layers


def network(*last: Any, shape: tuple[int, ...] = (16, 2)) -> Any:
    return keras.Sequential([keras.Input(shape), *last], name="mine")


def functional(end: Any) -> Any:
    inputs = keras.Input((16, 2))
    return keras.Model(inputs, end(L.Flatten()(inputs)), name="mine")


class OwnStep(keras.Sequential):  # type: ignore[misc]  # Keras ships no types
    def train_step(self, *_: Any) -> Any:
        return {}


class Fails(keras.layers.Layer):  # type: ignore[misc]
    def call(self, _: Any) -> Any:
        raise RuntimeError("no such\n luck.")

    def compute_output_spec(self, x: Any) -> Any:
        return keras.KerasTensor(x.shape)


def frozen() -> Any:
    model = network(L.Flatten(), L.Dense(3, "softmax"))
    model.trainable = False
    return model


REFUSED: dict[str, tuple[Any, str]] = {
    "sigmoid": (lambda: network(L.Flatten(), L.Dense(1, "sigmoid")), r"ends in one unit: two classes need two"),
    "one unit": (lambda: functional(L.Dense(1)), r"ends in one unit"),
    "logits": (lambda: network(L.Flatten(), L.Dense(3)), r"answers \[.*\] .*: these are logits; end in softmax, as in"),
    "log-softmax": (lambda: functional(L.Dense(3, "log_softmax")), "these are logits"),
    "logits by operation": (lambda: functional(lambda x: keras.ops.log(L.Dense(3, "softmax")(x))), "these are logits"),
    "relu": (lambda: network(L.Flatten(), L.Dense(30, "relu")), "these are logits|does not sum to 1"),
    "sigmoids": (lambda: network(L.Flatten(), L.Dense(3, "sigmoid")), r"which does not sum to 1: .* not in sigmoid"),
    "softmax over windows": (lambda: functional(lambda x: L.Softmax(axis=0)(L.Dense(3)(x))), "does not sum to 1"),
    "an answer a sample": (lambda: network(L.Dense(3, "softmax")), r"gives the shape \(None, 16, 3\): .*Flatten"),
    "several outputs": (
        lambda: functional(lambda x: [L.Dense(3, "softmax")(x), L.Dense(3, "softmax")(x)]),
        "gives 2 arrays: one is needed",
    ),
    "several inputs": (
        lambda: (lambda a, b: keras.Model([a, b], L.Dense(3, "softmax")(L.Concatenate()([a, b])), name="mine"))(
            keras.Input((4,)), keras.Input((4,))
        ),
        "takes 2 arrays: one is needed",
    ),
    "pictures": (lambda: network(L.Flatten(), L.Dense(3, "softmax"), shape=(16, 2, 1)), r"takes .*\(16, 2, 1\)"),
    "nothing to learn": (lambda: network(L.GlobalAveragePooling1D(), L.Softmax()), "has nothing to train"),
    "frozen": (frozen, "has nothing to train"),
    "not built": (lambda: keras.Sequential([L.Flatten(), L.Dense(3, "softmax")], name="mine"), "has no shapes yet"),
    "a step of its own": (
        lambda: OwnStep([keras.Input((16, 2)), L.Flatten(), L.Dense(3, "softmax")], name="mine"),
        "has a train_step of its own, .*: give the loss as loss=",
    ),
    "a step of its own inside": (
        lambda: functional(lambda x: OwnStep([keras.Input((32,)), L.Dense(3, "softmax")])(x)),
        "has a train_step of its own",
    ),
    "a layer that fails": (lambda: functional(lambda x: Fails()(L.Dense(3)(x))), r"\(RuntimeError: no such luck\)\.$"),
    "a list": (lambda: [network(L.Flatten(), L.Dense(3, "softmax"))], "a list came as the model"),
    "a class": (lambda: keras.Sequential, "a type came as the model"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_network_of_probabilities_is_refused(name: str) -> None:
    make, said = REFUSED[name]
    with pytest.raises(SettingError, match=said) as caught:
        Trainer(make(), TrainSpec())
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


TAKEN: dict[str, Any] = {
    "softmax as a layer": lambda: network(L.Flatten(), L.Dense(3), L.Softmax()),
    "softmax as an activation": lambda: network(L.Flatten(), L.Dense(3), L.Activation("softmax")),
    "softmax by operation": lambda: functional(lambda x: keras.ops.softmax(L.Dense(3)(x))),
    "a mean of two": lambda: functional(lambda x: L.Average()([L.Dense(3, "softmax")(x), L.Dense(3, "softmax")(x)])),
    "two in one": lambda: functional(lambda x: network(L.Dense(3, "softmax"), shape=(32,))(x)),
    "any length": lambda: network(L.GlobalMaxPooling1D(), L.Dense(2, "softmax"), shape=(None, 2)),  # type: ignore[arg-type]
    "what is undefined below zero": lambda: functional(lambda x: keras.ops.sqrt(L.Dense(3)(x) - 100)),
}


@pytest.mark.parametrize("name", TAKEN)
def test_every_way_to_end_in_probabilities_is_taken(name: str) -> None:
    contract.check(TAKEN[name]())


@pytest.mark.parametrize("name", OF_EVERY_KIND)
def test_presets_are_known_without_asking_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "_try", None)
    contract.check(models.build(name, length=128, n_channels=2, n_classes=3), n_classes=3)


def test_a_learner_knows_how_many_classes_there_are(easy: Windows) -> None:
    def build(length: int, n_channels: int, units: int = 4) -> Any:
        return network(L.Flatten(), L.Dense(units, "softmax"), shape=(length, n_channels))

    learner = KerasLearner(from_object(build, length=16, n_channels=2, n_classes=3), "none", TrainSpec(epochs=1))
    with pytest.raises(SettingError, match="ends in 4 units, and the data has 3 classes: end in Dense\\(3"):
        learner.fit(easy, None, 0)


def test_a_learner_refuses_swapped_axes_by_name() -> None:
    def build(length: int, n_channels: int, n_classes: int) -> Any:
        return network(L.Flatten(), L.Dense(n_classes, "softmax"), shape=(n_channels, length))

    with pytest.raises(SettingError, match=r"takes windows of shape \(2, 16\), .*: samples and channels are swapped"):
        from_object(build, length=16, n_channels=2, n_classes=3)


def test_the_trial_leaves_keras_random_state_alone() -> None:
    model = network(L.Flatten(), L.Dropout(0.5), L.Dense(3), L.Softmax())
    before = [np.asarray(v) for v in model.non_trainable_variables]
    contract.check(model)
    np.testing.assert_equal([np.asarray(v) for v in model.non_trainable_variables], before)


def test_what_keras_takes_and_we_do_not_is_said() -> None:
    model = network(L.Flatten(), L.Dense(3, "softmax"))
    with pytest.raises(SettingError, match="metrics is not taken here: loss and accuracy are there; compute others"):
        Trainer(model, TrainSpec(), metrics=["f1"])
    trainer = Trainer(model, TrainSpec())
    for name, said in (
        ("sample_weight", "give class_weights"),
        ("epochs", r"TrainSpec\(epochs"),
        ("speed", "see the arg"),
    ):
        more: Any = {name: 1}
        with pytest.raises(SettingError, match=f"{name} is not taken here: .*{said}"):
            trainer.fit(trainer.start(), np.zeros((3, 16, 2)), [0, 1, 2], seed=0, **more)
