from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.engine import feeding
from stridenet.engine.backend import keras
from stridenet.engine.replicas import Replicas
from stridenet.engine.trainer import Trained, Trainer
from stridenet.errors import DataError
from stridenet.models import build as models
from stridenet.signals.places import Places
from stridenet.signals.windows import Windows
from stridenet.spec import TrainSpec
from stridenet.system import mapped
from stridenet.system.cache import Stored, load_or_make

SPEC = TrainSpec(epochs=2, batch_size=32)


def network(easy: Windows, *, flat: bool) -> Any:
    if not flat:
        return models.build("cnn", length=16, n_channels=2, n_classes=3, settings={"filters": 4, "dense": [8]})
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((easy.length * 2,)), keras.layers.Dense(3, activation="softmax")])


@pytest.fixture
def on_disk(easy: Windows, tmp_path: Path) -> Places:
    small = easy.places.compact()
    stored = load_or_make("a", lambda: Stored({"x": small.signals[0]}), folder=tmp_path)
    return Places([stored.arrays["x"]], small.which, small.first, small.length)


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("readers", [1, 8])
def test_windows_from_everywhere_train_the_same_weights(
    flat: bool, readers: int, easy: Windows, on_disk: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    if readers > 1:
        monkeypatch.setattr(feeding, "SHARE", 0)  # as where the memory does not hold the file
    model = network(easy, flat=flat)

    def trained(x: Any, room: int | None) -> tuple[Trained, Any]:
        trainer = Trainer(model, SPEC, room=room)
        found = trainer.fit(trainer.start(), x, easy.y, seed=3, validation=(x, easy.y))
        return found, trainer.predict(found, x)

    array, p = trained(np.asarray(easy.x), None)
    for x, room in ((easy.x, None), (easy.x, 0), (on_disk, None), (on_disk, 0)):
        found, q = trained(x, room)
        assert found.history == array.history
        np.testing.assert_array_equal(q, p)
        for one, other in zip(found.weights, array.weights, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_signal_without_room_is_never_copied_whole(easy: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(network(easy, flat=False), SPEC, room=0)
    monkeypatch.setattr(Places, "compact", None)
    monkeypatch.setattr(Places, "__array__", None)
    trained = trainer.fit(trainer.start(), easy.x, easy.y, seed=0)
    assert trainer.predict(trained, easy.x).shape == (len(easy), 3)


def test_a_batch_is_as_large_as_asked_and_holds_what_its_places_do(easy: Windows) -> None:
    order = np.random.default_rng(0).permutation(len(easy)).astype(np.int32)
    for room in (None, 0):
        steps = feeding.feed(easy.x, easy.y, flat=False, room=room).steps(order, 50)
        seen = [(np.asarray(step.data[step.batch]), np.asarray(step.labels)[step.batch]) for step in steps]
        assert [len(x) for x, _ in seen] == [50, 50, 50, len(easy) - 150]
        np.testing.assert_array_equal(np.concatenate([x for x, _ in seen]), easy.x[order])
        np.testing.assert_array_equal(np.concatenate([y for _, y in seen]), easy.y[order])


def test_readers_end_with_whoever_stops_in_between(easy: Windows) -> None:
    import threading

    before = threading.active_count()
    steps = feeding.feed(easy.x, easy.y, flat=False, room=0).steps(np.arange(len(easy), dtype=np.int32), 8)
    next(iter(steps))
    steps.close()  # type: ignore[attr-defined]  # a generator
    assert threading.active_count() == before


@pytest.mark.parametrize("room", [None, 0])
def test_what_is_compiled_to_know_its_memory_is_what_trains(easy: Windows, room: int | None) -> None:
    trainer = Trainer(network(easy, flat=False), TrainSpec(epochs=1, batch_size=58), room=room)  # 3 equal batches
    assert trainer.memory(easy.places) > 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(trainer.step), "_compile", None)
        trainer.fit(trainer.start(), easy.x, easy.y, seed=0)


def test_replicas_gather_from_the_signal_too(easy: Windows) -> None:
    model = network(easy, flat=False)
    side = np.arange(0, len(easy), 2), np.arange(1, len(easy), 2)

    def trained(x: Any) -> list[Trained]:
        together = Replicas(model, SPEC)
        starts = [together.trainer.start()] * 2
        return together.fit(starts, x, easy.y, seeds=[0, 1], train=[side[0]] * 2, validation=[side[1]] * 2)

    for one, other in zip(trained(easy.x), trained(np.asarray(easy.x)), strict=True):
        assert one.history == other.history
        for v, w in zip(one.weights, other.weights, strict=True):
            np.testing.assert_array_equal(v, w)


def test_windows_that_are_none_are_refused_before_they_are_gathered(easy: Windows) -> None:
    trainer = Trainer(network(easy, flat=False), SPEC)
    x = np.asarray(easy.x)
    x[100, 3, 1] = np.nan
    with pytest.raises(DataError, match=r"in window 100, sample 3, channel 1"):
        trainer.fit(trainer.start(), replace(easy, x=x).x, easy.y, seed=0)
    other = replace(easy, x=np.asarray(easy.x)[:, :8])
    with pytest.raises(DataError, match=r"windows of shape \(8, 2\) came, and the model takes \(16, 2\)"):
        trainer.fit(trainer.start(), other.x, easy.y, seed=0)


def test_the_system_is_told_of_what_is_mapped_and_of_nothing_else(on_disk: Places) -> None:
    for tell in (mapped.will_need, mapped.at_random):
        tell([on_disk.signals[0], on_disk.signals[0][100:200], np.zeros(3), on_disk.signals[0][:0]])
