"""The main job on tiny data: what it leaves, what it finds again, and what a kill costs."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from stridenet import spec
from stridenet.engine.backend import keras
from stridenet.errors import OutputError, SettingError, SplitError
from stridenet.runs import folder as runfolder
from stridenet.runs import job
from stridenet.runs.executors import processes
from stridenet.runs.job import Run
from stridenet.spec import RunSpec
from stridenet.system import child
from stridenet.system.notes import Progress

KINDS = ("png", "svg")
NAMES = ("accuracies", "confusion", "confusion_first", "learning_curves", "people", "reliability")
PICTURES = {f"{name}.{kind}" for name in NAMES for kind in KINDS}
FILES = PICTURES | {
    "settings.toml", "environment.json", "metrics.json", "history.json", "predictions.csv", "model.keras",
    "model.stride", "report.html", "run.json", "result.npz"
}  # fmt: skip


def tiny(tables: Path, **more: Any) -> RunSpec:
    settings = {
        "repeats": 2,
        "seed": 3,
        "prepare": "standardize",
        "executor": "here",
        "data": {"name": str(tables), "length": 16},
        "split": {"test": 0.3, "validation": 0.3},
        "model": {"name": "cnn", "settings": {"filters": 4, "dense": [8]}},
        "train": {"epochs": 2, "batch_size": 4, "learning_rate": 0.01},
    }
    return spec.parse(settings | more)


@pytest.fixture(scope="module")
def told() -> list[Progress]:
    """What ``done`` told while it trained."""
    return []


@pytest.fixture(scope="module")
def done(tables: Path, tmp_path_factory: pytest.TempPathFactory, told: list[Progress]) -> Run:
    return job.run(tiny(tables), out=tmp_path_factory.mktemp("runs"), on_progress=told.append)


@pytest.fixture(scope="module")
def together(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return job.run(tiny(tables, executor="processes"), out=tmp_path_factory.mktemp("together"))


def beside(folder: Path) -> set[str]:
    """All that lies where runs lie, but for a lock that nobody holds."""
    return {path.name for path in folder.parent.iterdir() if path.name != ".readings.jsonl.lock"}


def test_the_folder_holds_what_was_promised_and_no_more(done: Run) -> None:
    assert {path.name for path in done.folder.iterdir()} == FILES
    assert beside(done.folder) == {done.folder.name, "trials", "readings.jsonl"}
    assert not done.found


def test_the_figures_are_those_of_the_stored_predictions(done: Run) -> None:
    figures = json.loads((done.folder / "metrics.json").read_text())
    table = pl.read_csv(done.folder / "predictions.csv", schema_overrides={"person": pl.String})
    right = table.with_columns(right=pl.col("true") == pl.col("predicted"))
    by_repeat = right.group_by("repeat").agg(pl.col("right").mean()).sort("repeat")["right"].to_list()
    assert figures["accuracies"] == pytest.approx(by_repeat)
    assert figures["accuracy_mean"] == pytest.approx(np.mean(by_repeat))
    assert figures["accuracy_sd"] == pytest.approx(np.std(by_repeat))
    by_person = dict(right.group_by("person").agg(pl.col("right").mean()).iter_rows())
    assert {name: f["mean"] for name, f in figures["people"].items()} == pytest.approx(by_person)
    pooled = [[right.filter(true=t, predicted=p).height for p in figures["classes"]] for t in figures["classes"]]
    assert figures["confusion_pooled"] == pooled
    assert (figures["protocol"]["shared_people"], figures["protocol"]["shared_samples"]) == (0, 0)
    assert set(figures["protocol"]["people"]["test"]) == set(by_person)
    assert figures["ledger"]["words"] == "nothing; read once"
    assert runfolder.read(done.folder).metrics() == done.result.metrics()


def test_it_learnt_something(done: Run) -> None:
    assert done.result.metrics()["accuracy_mean"] > 0.7
    assert done.result.seeds == (3, 4)
    assert set(done.result.history[0]) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert (done.result.probability[0] != done.result.probability[1]).any()


def test_the_stored_model_takes_raw_windows_and_says_what_was_stored(done: Run, tables: Path) -> None:
    windows = job.load(tiny(tables)).windows
    model = keras.models.load_model(done.folder / "model.keras")
    place = {
        (windows.recordings[r], s / 20): i
        for i, (r, s) in enumerate(zip(windows.recording, windows.start, strict=True))
    }
    index = [place[str(r), float(s)] for r, s in zip(done.result.recording, done.result.start_s, strict=True)]
    said = model.predict(np.ascontiguousarray(windows.x[index]), verbose=0)
    np.testing.assert_allclose(said, done.result.probability[0], rtol=1e-3, atol=1e-5)


def test_the_same_run_is_found(done: Run, tables: Path) -> None:
    told: list[str] = []
    again = job.run(tiny(tables), out=done.folder.parent, note=told.append)
    assert again.found
    assert again.folder == done.folder
    assert again.result.metrics() == done.result.metrics()
    assert any("found this very run complete" in line for line in told)


def test_its_own_settings_give_the_same_run_and_the_same_numbers(done: Run) -> None:
    before = (done.folder / "metrics.json").stat().st_mtime_ns
    settings = spec.parse(spec.read_toml(done.folder / "settings.toml"))
    again = job.run(settings, out=done.folder.parent, fresh=True)
    assert not again.found
    assert again.folder == done.folder
    assert (done.folder / "metrics.json").stat().st_mtime_ns > before
    np.testing.assert_array_equal(again.result.probability, done.result.probability)
    assert again.result.history == done.result.history


def test_compilation_is_told_apart_from_training(done: Run) -> None:
    first, second = done.result.compile_seconds
    assert first > second >= 0
    assert len(runfolder.read(done.folder).compile_seconds) == 2
    assert "over all processes, apart from training" in (done.folder / "report.html").read_text(encoding="utf-8")


def test_progress_counts_every_epoch_of_every_repeat(done: Run, told: list[Progress]) -> None:
    assert done.result.seeds == (3, 4)
    counted = [(p.repeat, p.epoch, p.done, p.total) for p in told]
    assert counted == [(1, 1, 1, 4), (1, 2, 2, 4), (2, 1, 3, 4), (2, 2, 4, 4)]


def test_together_trains_the_same_repeats(done: Run, together: Run) -> None:
    assert together.result.seeds == done.result.seeds
    assert together.result.executor == "processes (asked for)"
    np.testing.assert_allclose(together.result.probability, done.result.probability, atol=1e-3)


def test_what_is_refused_leaves_no_folder(tables: Path, tmp_path: Path) -> None:
    for executor in ("here", "processes"):
        with pytest.raises(SettingError, match="a kernel of 17 samples on an input of 16"):
            job.run(
                tiny(tables, executor=executor, model={"name": "cnn", "settings": {"kernel_size": 17}}),
                out=tmp_path / "runs",
            )
    with pytest.raises(SplitError, match="leaves nobody to train"):
        job.run(tiny(tables, split={"test": 0.99}), out=tmp_path / "runs")
    assert not (tmp_path / "runs").exists() or list((tmp_path / "runs").iterdir()) == []


def test_a_full_disk_under_a_worker_is_a_sentence(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import os, errno\n"
        "def full(*_): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
        "os.fsync = full\n"
        "from stridenet.runs.executors.worker import main\n"
        "main()"
    )
    monkeypatch.setattr(child, "command", lambda _: [sys.executable, "-c", code])
    with pytest.raises(OutputError, match=r"^cannot write .*: the disk is full; .*\.$"):
        job.run(tiny(tables, executor="processes", repeats=1), out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_few_work_where_memory_is_short(tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "free_memory", lambda: 1_000_000_000)
    monkeypatch.setattr(job, "usable_cores", lambda: [None, None, None])
    told: list[str] = []
    done = job.run(tiny(tables, executor="processes"), out=tmp_path, note=told.append)
    assert told.count("1 of 3 cores are used: memory is short (1.0 GB were free)") == 1
    assert len(done.result.accuracies) == 2


def test_only_workers_load_keras(together: Run, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from stridenet import spec; from stridenet.runs import job\n"
        "job.run(spec.parse(spec.read_toml(Path(sys.argv[1]))), out=sys.argv[2])\n"
        "print(sorted({'jax', 'keras'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(together.folder / "settings.toml"), str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"
    assert (tmp_path / together.folder.name / "model.keras").exists()


def test_all_threads_give_the_same_up_to_rounding(done: Run, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from stridenet import spec; from stridenet.runs import job\n"
        "job.run(spec.parse(spec.read_toml(Path(sys.argv[1]))), out=sys.argv[2])"
    )
    command = [sys.executable, "-c", code, str(done.folder / "settings.toml"), str(tmp_path)]
    subprocess.run(command, env={**os.environ, "XLA_FLAGS": ""}, check=True)  # the tests' own process has one thread
    again = runfolder.read(tmp_path / done.folder.name)
    np.testing.assert_allclose(again.probability, done.result.probability, atol=1e-3)


@pytest.mark.parametrize("executor", ["here", "processes"])
def test_a_kill_at_any_moment_leaves_no_run_or_a_whole_one(
    tables: Path, tmp_path: Path, executor: str, request: pytest.FixtureRequest
) -> None:
    undisturbed: Run = request.getfixturevalue("done" if executor == "here" else "together")
    code = (
        "import sys; from pathlib import Path; from stridenet import spec; from stridenet.runs import job\n"
        "job.run(spec.parse(spec.read_toml(Path(sys.argv[1]))), out=sys.argv[2],\n"
        "        on_progress=lambda p: print(p.done, flush=True))"
    )
    settings, out = str(undisturbed.folder / "settings.toml"), tmp_path / "runs"
    seed = time.time_ns()
    moment = random.Random(seed)
    until, later_s = moment.randint(1, 4), moment.uniform(0, 0.5)
    drawn = f"killed {later_s:.3f} s after epoch {until} of 4 (seed {seed})"
    print(drawn)
    process = subprocess.Popen([sys.executable, "-c", code, settings, str(out)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for line in process.stdout:
        if int(line) == until:
            break
    time.sleep(later_s)
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait()
    for folder in (p for p in out.iterdir() if p.is_dir() and not p.name.startswith(".") and p.name != "trials"):
        assert {p.name for p in folder.iterdir()} == FILES, drawn
        runfolder.read(folder)

    told: list[str] = []
    after = job.run(tiny(tables, executor=executor), out=out, note=told.append)
    trained = [line for line in told if line.startswith("found ")]
    assert trained or until < 3, f"{drawn}: {told}"
    assert beside(after.folder) == {after.folder.name, "trials", "readings.jsonl"}, drawn
    assert not list((out / "trials").glob(".*")), drawn
    np.testing.assert_array_equal(after.result.probability, undisturbed.result.probability, drawn)
    assert after.result.history == undisturbed.result.history, drawn
    assert after.folder.name == undisturbed.folder.name, drawn


def test_a_run_is_shown_in_a_few_lines(done: Run) -> None:
    shown = repr(done)
    assert shown.startswith(f"Run {done.folder.name}\n")
    assert str(done.folder / "report.html") in shown
    assert "  accuracy " in shown
    assert len(shown.splitlines()) < 20
    assert "<table>" in done._repr_html_()
