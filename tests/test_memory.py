from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from stridenet import memory, models
from stridenet.replicas import Replicas
from stridenet.spec import TrainSpec
from stridenet.train import Trainer


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
    alone = needs(trainer.step.lower(state, x, y, batch).compile(), 1)
    many = tuple([jnp.stack([v] * 4) for v in values] for values in state)
    steps = Replicas(model, spec)._steps
    together = needs(steps.lower(many, x, y, np.stack([batch] * 4)[np.newaxis], None).compile(), 4)
    assert 1 <= estimate / max(alone, together) < 3


def test_more_trainings_at_once_where_there_is_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free", lambda: 10_000_000_000)
    assert memory.replicas_at_once(each=1_000_000_000, shared=500_000_000) == 7
    assert memory.processes_at_once(each=100_000_000, shared=100_000_000) == 8
    assert memory.replicas_at_once(each=9_000_000_000, shared=0) == 1  # it is an estimate: one is tried


def test_free_memory_is_what_linux_and_the_container_leave(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:    5000 kB\n")
    assert memory._available(tmp_path / "meminfo") == 5_120_000
    assert memory._available(tmp_path / "nothing") is None
    assert memory._left_in_group(tmp_path) is None
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("600\n")
    (tmp_path / "memory.stat").write_text("anon 100\ninactive_file 50\n")
    assert memory._left_in_group(tmp_path) is None
    (tmp_path / "memory.max").write_text("1000\n")
    assert memory._left_in_group(tmp_path) == 450


def test_this_machine_has_some() -> None:
    assert memory.free() > 100_000_000
