from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from stridenet.engine.replicas import Replicas
from stridenet.engine.trainer import Trainer
from stridenet.models import build as models
from stridenet.runs.executors import memory
from stridenet.spec import TrainSpec


@pytest.mark.parametrize("name", models.names())
def test_the_estimate_is_more_than_xla_needs_and_not_much_more(name: str) -> None:
    model = models.build(name, length=128, n_channels=9, n_classes=6)
    spec = TrainSpec(batch_size=32)
    trainer = Trainer(model, spec)
    start = trainer.start()
    state = (start.weights, start.others, trainer.fresh_optimizer())
    x, y = np.zeros((64, *model.input_shape[1:]), np.float32), np.zeros(64, np.int32)
    batch = np.arange(32, dtype=np.int32)

    def needs(compiled: Any, n: int) -> float:
        found = compiled.memory_analysis()
        return float(found.temp_size_in_bytes + found.argument_size_in_bytes) / n

    estimate = memory.of_training(model, spec.batch_size)
    alone = needs(trainer.step.compiled(state, x, y, batch), 1)
    many = tuple([jnp.stack([v] * 4) for v in values] for values in state)
    steps = Replicas(model, spec)._steps
    together = needs(steps.compiled(many, x, y, np.stack([batch] * 4)[np.newaxis], None), 4)
    assert 1 <= estimate / max(alone, together) < 3


def test_more_trainings_at_once_where_there_is_more_room() -> None:
    assert memory.replicas_at_once(each=1_000_000_000, shared=500_000_000, free=10_000_000_000) == 7
    assert memory.replicas_at_once(each=9_000_000_000, shared=0, free=10_000_000_000) == 1  # an estimate: one is tried


def test_a_device_that_does_not_say_has_some() -> None:
    assert memory.on_device() > 100_000_000
