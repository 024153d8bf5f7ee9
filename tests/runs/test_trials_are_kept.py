"""Nothing is trained twice, and nothing of other code is mixed in: runs and sweeps over one store."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet import spec
from stridenet.errors import SettingError
from stridenet.runs import job, sweep, trial
from stridenet.signals.windows import Windows
from stridenet.system.notes import Progress


def settings(tables: Path | str, **more: Any) -> dict[str, Any]:
    return {
        "repeats": 2,
        "executor": "here",
        "data": {"name": str(tables), "length": 16},
        "split": {"test": 0.3},
        "model": {"name": "cnn", "settings": {"filters": 2, "dense": [4]}},
        "train": {"epochs": 1},
    } | more


def trained(given: dict[str, Any], out: Path, **more: Any) -> tuple[job.Run, set[int], list[str]]:
    """The run, the seeds that were trained for it, and what was told."""
    seeds: set[int] = set()
    told: list[str] = []
    checked = spec.parse(given)

    def epoch(at: Progress) -> None:
        seeds.add(checked.seed + at.repeat - 1)

    done = job.run(checked, out=out, note=told.append, on_progress=epoch, **more)
    return done, seeds, told


def test_ten_repeats_become_twenty_by_training_ten(tables: Path, tmp_path: Path) -> None:
    ten, seeds, _ = trained(settings(tables, repeats=10), tmp_path)
    assert seeds == set(range(10))
    twenty, seeds, told = trained(settings(tables, repeats=20), tmp_path)
    assert seeds == set(range(10, 20))
    assert "found 10 of 20 repeats trained already" in told
    np.testing.assert_array_equal(twenty.result.probability[:10], ten.result.probability)
    assert twenty.result.seeds == tuple(range(20))
    again, seeds, _ = trained(settings(tables, repeats=10), tmp_path)
    assert again.found
    assert not seeds


def test_auto_takes_what_another_executor_trained_and_says_so(tables: Path, tmp_path: Path) -> None:
    _, seeds, _ = trained(settings(tables, repeats=2, executor="processes"), tmp_path)
    assert seeds == {0, 1}
    _, seeds, told = trained(settings(tables, repeats=3, executor="auto"), tmp_path)
    assert seeds == {2}
    assert "2 of them were trained by another executor than here: last digits can differ" in told
    _, seeds, _ = trained(settings(tables, repeats=2, executor="here"), tmp_path)
    assert seeds == {0, 1}  # it was asked for


def test_the_same_data_elsewhere_trains_nothing(tables: Path, tmp_path: Path) -> None:
    trained(settings(tables), tmp_path / "runs")
    for file in tables.iterdir():
        (tmp_path / "copy").mkdir(exist_ok=True)
        (tmp_path / "copy" / file.name).write_bytes(file.read_bytes())
    done, seeds, _ = trained(settings(tmp_path / "copy"), tmp_path / "runs")
    assert not seeds
    assert not done.found
    assert done.folder.name.startswith("copy-cnn-")


def test_other_code_is_never_mixed_in(tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _, _ = trained(settings(tables), tmp_path)
    monkeypatch.setattr(trial, "code", lambda: "another version of the code")
    other, seeds, _ = trained(settings(tables), tmp_path)
    assert seeds == {0, 1}
    assert other.folder != first.folder


def test_a_damaged_trial_is_trained_anew_alone(tables: Path, tmp_path: Path) -> None:
    done, _, _ = trained(settings(tables), tmp_path)
    job_, file = done.folder, sorted((tmp_path / "trials").glob("*.npz"))
    file[0].write_bytes(b"")
    again, seeds, told = trained(settings(tables, repeats=3), tmp_path)
    assert len(seeds) == 2  # the damaged one, and the third
    assert sum("is damaged" in line for line in told) == 1
    assert job_.is_dir()
    np.testing.assert_array_equal(again.result.probability[:2], done.result.probability)


def test_the_model_of_a_seed_that_had_none_is_trained_for(tables: Path, tmp_path: Path) -> None:
    trained(settings(tables), tmp_path)
    done, seeds, _ = trained(settings(tables, seed=1, repeats=1), tmp_path)
    assert seeds == {1}
    assert (done.folder / "model.keras").is_file()
    every, seeds, _ = trained(settings(tables, keep="all"), tmp_path, fresh=True)
    assert seeds == {0, 1}
    assert {file.name for file in every.folder.glob("*.keras")} == {"model.keras", "model-1.keras"}


def test_fresh_trains_again_and_gives_the_same(tables: Path, tmp_path: Path) -> None:
    one, _, _ = trained(settings(tables), tmp_path)
    again, seeds, _ = trained(settings(tables), tmp_path, fresh=True)
    assert seeds == {0, 1}
    assert again.folder == one.folder
    np.testing.assert_array_equal(again.result.probability, one.result.probability)


GRID: dict[str, list[Any]] = {"model.settings.filters": [2, 3], "prepare": ["none", "standardize"]}
SWEEP = (
    "import json, sys; from stridenet.runs import sweep\n"
    "sweep.sweep(json.loads(sys.argv[1]), json.loads(sys.argv[2]), out=sys.argv[3],\n"
    "            on_progress=lambda p: print('epoch', flush=True))"
)


@pytest.mark.parametrize("after", [1, pytest.param(5, marks=pytest.mark.slow)])
def test_a_killed_sweep_goes_on_where_it_was(tables: Path, tmp_path: Path, after: int) -> None:
    import json

    given = settings(tables)
    command = [sys.executable, "-c", SWEEP, json.dumps(given), json.dumps(GRID), str(tmp_path / "out")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for number, line in enumerate(process.stdout, start=1):
        assert line == "epoch\n"
        if number == after:
            break
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait()
    stored = {file.name for file in (tmp_path / "out" / "trials").glob("[!.]*.npz")}
    epochs: list[Progress] = []
    done = sweep.sweep(given, GRID, out=tmp_path / "out", on_progress=epochs.append)
    assert len(epochs) == 8 - len(stored)
    assert len(stored) >= after - 1
    undisturbed = sweep.sweep(given, GRID, out=tmp_path / "other")
    for point, alone in zip(done.points, undisturbed.points, strict=True):
        np.testing.assert_array_equal(point.run.result.probability, alone.run.result.probability)
    lock = {".readings.jsonl.lock"}  # of whoever wrote last
    out, other = ({p.name for p in (tmp_path / name).iterdir()} - lock for name in ("out", "other"))
    assert out == other
    assert not list((tmp_path / "out" / "trials").glob(".*"))


def stops_at(loss: float) -> Any:
    """A callback of one's own; it is here that its source is read."""
    from stridenet.engine.backend import keras

    class StopsAt(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
        def __init__(self) -> None:
            super().__init__()
            self.loss = loss

        def on_epoch_end(self, _: int, logs: Any = None) -> None:
            self.model.stop_training = logs["loss"] < self.loss

    return StopsAt()


def test_objects_name_their_trials(tables: Path, tmp_path: Path) -> None:
    given = settings(tables, executor="auto", repeats=1, train={"epochs": 2})
    first, seeds, _ = trained(given, tmp_path, callbacks=[stops_at(9.0)])
    assert (seeds, len(first.result.history[0]["loss"])) == ({0}, 1)
    assert first.result.executor == "here (callbacks came as objects)"
    again, seeds, _ = trained(given, tmp_path, callbacks=[stops_at(9.0)])
    assert again.found
    assert not seeds
    other, seeds, _ = trained(given, tmp_path, callbacks=[stops_at(0.0)])
    assert (seeds, len(other.result.history[0]["loss"])) == ({0}, 2)
    _, seeds, _ = trained(given, tmp_path)
    assert seeds == {0}
    with pytest.raises(SettingError, match=r"executor = 'processes': callbacks came as objects, which train in"):
        trained(given | {"executor": "processes"}, tmp_path, callbacks=[stops_at(9.0)])


def test_windows_from_python_are_called_so(easy: Windows, tmp_path: Path) -> None:
    given = {k: v for k, v in settings("nowhere").items() if k != "data"}
    done = job.run(spec.parse(given), windows=easy, out=tmp_path)
    assert done.folder.name.startswith("windows-from-python-cnn-")
    assert 'name = "windows-from-python"' in (done.folder / "settings.toml").read_text()
