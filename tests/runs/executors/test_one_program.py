"""Repeats together as one program: who gets what, and what happens when they do not fit."""

from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest
from jax.errors import JaxRuntimeError

from stridenet.engine import backend
from stridenet.errors import SettingError
from stridenet.evaluation.splits import split
from stridenet.runs import job
from stridenet.runs.executors import choose, memory, one_program
from stridenet.runs.trial import Experiment, Repeat
from stridenet.spec import parse

SETTINGS: dict[str, Any] = {
    "repeats": 3,
    "data": {"people": ["p01", "p02", "p03"]},
    "split": {"validation": 0.4},
    "train": {"epochs": 1},
    "model": {"settings": {"filters": 4}},
}


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    spec = parse(SETTINGS)
    windows = job.load(spec)
    return Experiment(job.resolve(spec, windows), windows, split(windows, spec.split))


def test_one_program_gives_what_one_by_one_gives(experiment: Experiment) -> None:
    seeds, told = experiment.spec.seeds, []
    repeats = experiment.repeats(seeds, lambda *line: told.append(line[:2]))
    assert told == [(seed, 1) for seed in seeds]
    assert [repeat.model is None for repeat in repeats] == [False, True, True]
    for seed, (one, _) in zip(seeds, repeats, strict=True):
        alone, _ = experiment.repeat(seed)
        assert one["scores"].tolist() == alone["scores"].tolist() == ["loss", "accuracy", "val_loss", "val_accuracy"]
        np.testing.assert_allclose(one["history"], alone["history"], rtol=1e-3)
        np.testing.assert_allclose(one["probability"], alone["probability"], atol=1e-3)
        assert {k: v.shape for k, v in one.items()} == {k: v.shape for k, v in alone.items()}


def test_a_run_on_another_device_is_one_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "on_cpu", lambda: False)
    monkeypatch.setattr(choose, "may_have_accelerator", lambda: True)
    done = job.run(parse(SETTINGS | {"repeats": 2}), out=tmp_path)
    assert done.result.about["engine"] == "together (one program for 2 repeats)"
    assert len(done.result.accuracies) == 2


class Stub:
    """Stands for an experiment on a device that holds ``room`` repeats."""

    trainer, spec, windows = MagicMock(), MagicMock(), MagicMock()

    def __init__(self, room: int) -> None:
        self.room, self.asked = room, list[list[int]]()

    def repeats(self, seeds: list[int], _: object) -> list[Repeat]:
        self.asked.append(seeds)
        if len(seeds) > self.room:
            raise JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1 bytes.")
        return [Repeat({"seconds": np.array(seed)}, None) for seed in seeds]


def test_what_does_not_fit_is_tried_in_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    said: list[str] = []
    monkeypatch.setattr(one_program, "keep", lambda *place, **_: kept.append(place[1]))
    monkeypatch.setattr(memory, "of_training", lambda *_: 1)
    monkeypatch.setattr(memory, "replicas_at_once", lambda *_: 5)
    stub: Any = Stub(room=2)
    one_program.train(stub, range(7), tmp_path, tell=lambda *_: None, note=said.append)
    assert stub.asked == [[0, 1, 2, 3, 4], [0, 1], [2, 3], [4, 5], [6]]
    assert kept == list(range(7))
    assert said == ["5 repeats at once do not fit in the device's memory; going on with 2"]


def test_one_that_does_not_fit_alone_is_an_error_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "of_training", lambda *_: 1)
    stub: Any = Stub(room=0)
    with pytest.raises(SettingError, match=r"one training does not fit in the device's memory; .*batch_size"):
        one_program.train(stub, range(2), tmp_path, tell=lambda *_: None, note=lambda _: None)
