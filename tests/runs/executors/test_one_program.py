"""Repeats together as one program: who gets what, and what happens when they do not fit."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest
from jax.errors import JaxRuntimeError

from stridenet.engine import backend
from stridenet.errors import SettingError
from stridenet.models.learner import KerasLearner
from stridenet.models.network import network
from stridenet.runs import job, trial
from stridenet.runs.executors import choose, memory, one_program
from stridenet.runs.resolve import Resolved, resolve
from stridenet.runs.store import Store
from stridenet.runs.trial import Sides, Turn
from stridenet.spec import parse

SETTINGS: dict[str, Any] = {
    "repeats": 3,
    "data": {"people": ["p01", "p02", "p03"]},
    "split": {"validation": 0.4},
    "train": {"epochs": 1},
    "model": {"name": "cnn", "settings": {"filters": 4}},
}


@pytest.fixture(scope="module")
def resolved() -> Resolved:
    settings = parse(SETTINGS)
    return resolve(settings, job.load(settings).windows, network(settings.model))


def test_one_program_gives_what_one_by_one_gives(resolved: Resolved) -> None:
    spec, sides = resolved.spec, Sides.of(resolved.windows, resolved.splits[0])
    learner = KerasLearner(network(spec.model), spec.prepare, spec.train)
    told: list[tuple[int, int]] = []
    together = learner.fit_together(sides.train, sides.validation, spec.seeds, tell=lambda *line: told.append(line[:2]))
    assert told == [(seed, 1) for seed in spec.seeds]
    for seed, fitted in zip(spec.seeds, together, strict=True):
        one, alone = trial.outcome(learner, fitted, sides).arrays, trial.train(learner, sides, seed).arrays
        assert one["scores"].tolist() == alone["scores"].tolist() == ["loss", "accuracy", "val_loss", "val_accuracy"]
        np.testing.assert_allclose(one["history"], alone["history"], rtol=1e-3)
        np.testing.assert_allclose(one["probability"], alone["probability"], atol=1e-3)
        assert {k: v.shape for k, v in one.items()} == {k: v.shape for k, v in alone.items()}


def test_a_run_on_another_device_is_one_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "on_cpu", lambda: False)
    monkeypatch.setattr(choose, "may_have_accelerator", lambda: True)
    done = job.run(parse(SETTINGS | {"repeats": 2}), out=tmp_path)
    assert done.result.executor == "one-program (one program for 2 repeats)"
    assert len(done.result.accuracies) == 2


class Stub:
    """Stands for a learner on a device that holds ``room`` repeats."""

    def __init__(self, room: int) -> None:
        self.room, self.asked = room, list[list[int]]()

    def trainer(self, *_: object) -> Any:
        return MagicMock()

    def compiled(self) -> float:
        return 0.0

    def fit_together(self, _: object, __: object, seeds: list[int], **___: object) -> list[Any]:
        self.asked.append(seeds)
        if len(seeds) > self.room:
            raise JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1 bytes.")
        return [MagicMock(history={"loss": [1.0]}, seconds=1.0, n_parameters=1, layers=()) for _ in seeds]


def test_what_does_not_fit_is_tried_in_halves(
    resolved: Resolved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    said: list[str] = []
    stub, store = Stub(room=2), Store(tmp_path)
    monkeypatch.setattr(one_program, "KerasLearner", lambda *_, **__: stub)
    monkeypatch.setattr(store, "keep", lambda key, *_: kept.append(key))
    monkeypatch.setattr(memory, "estimate", lambda *_: 1)
    monkeypatch.setattr(memory, "replicas_at_once", lambda *_: 5)
    resolved = replace(resolved, spec=resolved.spec.model_copy(update={"repeats": 7}))
    one_program.train(resolved, [Turn(0, seed) for seed in range(7)], store, tell=lambda *_: None, note=said.append)
    assert stub.asked == [[0, 1, 2, 3, 4], [0, 1], [2, 3], [4, 5], [6]]
    assert kept == [resolved.key(Turn(0, seed)) for seed in range(7)]
    assert said == ["5 repeats at once do not fit in the device's memory; going on with 2"]


def test_one_that_does_not_fit_alone_is_an_error_that_says_so(
    resolved: Resolved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_program, "KerasLearner", lambda *_, **__: Stub(room=0))
    monkeypatch.setattr(memory, "estimate", lambda *_: 1)
    with pytest.raises(SettingError, match=r"one training does not fit in the device's memory; .*batch_size"):
        one_program.train(
            resolved, [Turn(0, seed) for seed in range(2)], Store(tmp_path), tell=lambda *_: None, note=lambda _: None
        )
