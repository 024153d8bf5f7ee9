from typing import Any
from unittest.mock import MagicMock

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from stridenet.engine.backend import keras
from stridenet.engine.replicas import Replicas
from stridenet.engine.trainer import Trainer
from stridenet.models import build as models
from stridenet.runs.executors import memory
from stridenet.spec import TrainSpec


@pytest.mark.parametrize("name", ["cnn", "multihead", "gap"])
def test_the_estimate_is_more_than_xla_needs_and_not_much_more(name: str) -> None:
    model = models.build(name, length=128, n_channels=9, n_classes=6)
    spec = TrainSpec(batch_size=32)
    trainer = Trainer(model, spec)
    start = trainer.start()
    state = (start.weights, start.others, trainer.fresh_optimizer(1))
    x, y = np.zeros((64, *model.input_shape[1:]), np.float32), np.zeros(64, np.int32)
    batch = np.arange(32, dtype=np.int32)

    def needs(compiled: Any, n: int) -> float:
        found = compiled.memory_analysis()
        return float(found.temp_size_in_bytes + found.argument_size_in_bytes) / n

    estimate = memory.estimate(model, spec.batch_size)
    alone = needs(trainer.step.compiled(state, x, y, batch), 1)
    many = tuple([jnp.stack([v] * 4) for v in values] for values in state)
    steps = Replicas(model, spec)._steps
    together = needs(steps.compiled(many, x, y, np.stack([batch] * 4)[np.newaxis], None), 4)
    assert 1 <= estimate / max(alone, together) < 3


def test_more_trainings_at_once_where_there_is_more_room() -> None:
    assert memory.replicas_at_once(each=1_000_000_000, shared=500_000_000, free=10_000_000_000) == 7
    assert memory.replicas_at_once(each=9_000_000_000, shared=0, free=10_000_000_000) == 1  # an estimate: one is tried


class Own(keras.Model):  # type: ignore[misc]  # Keras has no types
    """Nothing can be seen of its layers."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = keras.layers.Dense(50, activation="relu")
        self.answer = keras.layers.Dense(3, activation="softmax")

    def call(self, x: Any) -> Any:
        return self.answer(self.inside(keras.ops.reshape(x, (-1, 64))))


def test_a_model_of_someone_s_own_making_is_measured_and_estimated_too() -> None:
    inputs = keras.Input((32, 2))
    model = Own()
    trainer = Trainer(keras.Model(inputs, model(inputs)), TrainSpec(batch_size=16))
    weights = 4 * model.count_params()
    assert weights < memory.estimate(model, 16) < 10 * weights
    assert 5 * weights < memory.of_training(trainer, 40) < 40 * weights


def test_what_xla_says_is_compiled_once_and_grows_with_the_batch() -> None:
    model = models.build("cnn", length=64, n_channels=3, n_classes=3, settings={"filters": 8, "dense": [8]})
    small, large = (Trainer(model, TrainSpec(epochs=1, batch_size=size)) for size in (8, 64))
    assert memory.of_training(small, 128) < memory.of_training(large, 128)
    assert memory.of_training(large, 64) == memory.of_training(large, 64)
    assert abs(memory.of_training(large, 1000) / memory.of_training(large, 64) - 1) < 0.1  # the windows do not count
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(small.step), "_compile", None)  # whatever is compiled anew falls over
        x, y = np.zeros((128, 64, 3), np.float32), np.zeros(128, np.int64)
        assert len(small.fit(small.start(), x, y, seed=0).history["loss"]) == 1


@pytest.mark.parametrize("says", [None, MagicMock(side_effect=NotImplementedError)])
def test_where_xla_does_not_say_it_is_estimated(says: Any) -> None:
    model = models.build("cnn", length=64, n_channels=3, n_classes=3, settings={"filters": 8, "dense": [8]})
    trainer = Trainer(model, TrainSpec())
    trainer.step.compiled = lambda *_: MagicMock(memory_analysis=says or (lambda: None))  # type: ignore[method-assign]
    assert memory.of_training(trainer, 100) == memory.estimate(model, 32)


@pytest.mark.parametrize("said", [None, {}, {"bytes_in_use": 5}])
def test_a_device_that_does_not_say_has_two_gigabytes(said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jax, "devices", lambda: [MagicMock(memory_stats=lambda: said)])
    assert memory.on_device() == 2_000_000_000


def test_what_a_device_says_is_what_is_left_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"bytes_limit": 100, "bytes_in_use": 30}
    monkeypatch.setattr(jax, "devices", lambda: [MagicMock(memory_stats=lambda: said)])
    assert memory.on_device() == 70
