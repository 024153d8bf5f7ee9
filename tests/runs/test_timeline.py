"""Whole recordings answered by a run: the same answers, kept as trials, told apart from everything else."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from easy import easy_recordings
from stridenet import spec
from stridenet.__main__ import main
from stridenet.data.load import Loaded
from stridenet.errors import SettingError
from stridenet.evaluation.result import Result
from stridenet.runs import folder as runfolder
from stridenet.runs import job
from stridenet.runs.job import Run
from stridenet.runs.sweep import sweep
from stridenet.signals.windows import Windows, cut
from stridenet.system.notes import Progress

RECORDINGS = easy_recordings()


def settings(**more: Any) -> spec.RunSpec:
    return spec.parse(
        {
            "repeats": 2,
            "executor": "here",
            "timeline": True,
            "split": {"kind": "by-person:3", "validation": 0.3},
            "model": {"name": "cnn", "settings": {"filters": 4, "dense": [8]}},
            "train": {"epochs": 2, "learning_rate": 0.01},
        }
        | more
    )


@pytest.fixture(scope="module")
def windows() -> Windows:
    return cut(RECORDINGS, length=16, step=8, labels="pure", test_groups=("p5", "p6"))


Trained = Callable[..., tuple[Run, int]]


@pytest.fixture(scope="module")
def trained(windows: Windows, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Runs with these settings, and counts the epochs that were trained."""
    out = tmp_path_factory.mktemp("runs")

    def run(given: spec.RunSpec | None = None, **more: Any) -> tuple[Run, int]:
        epochs: list[Progress] = []
        told: dict[str, Any] = {"windows": windows, "recordings": RECORDINGS, "out": out} | more
        return job.run(given or settings(), on_progress=epochs.append, **told), len(epochs)

    return run


@pytest.fixture(scope="module")
def done(trained: Trained) -> Run:
    return trained()[0]


def test_a_labelled_window_has_the_same_answer_in_its_recording(done: Run) -> None:
    result = done.result
    said = result.continuous
    assert said is not None
    at = {(said.recordings[i].name, s): k for k, (i, s) in enumerate(zip(said.recording, said.start, strict=True))}
    where = [at[name, round(20 * s)] for name, s in zip(result.recording, result.start_s, strict=True)]
    np.testing.assert_allclose(said.probability[:, where], result.probability, rtol=1e-4, atol=1e-6)
    assert len(at) > len(where)  # also those of two activities


def test_it_is_kept_and_drawn_again(done: Run) -> None:
    again = runfolder.read(done.folder)
    assert again.metrics() == done.result.metrics()
    told = json.loads((done.folder / "metrics.json").read_text())
    assert told["timeline"]["ways"][0]["accuracies"] == list(done.result.events.ways[0].accuracies)  # type: ignore[union-attr]
    assert np.shape(told["when_unsure"]["temperatures"]) == (2, 3)
    assert {"timeline.npz", "timeline.png", "timeline.svg"} <= {file.name for file in done.folder.iterdir()}
    page = (done.folder / "report.html").read_text()
    assert "When it is not sure" in page
    assert "On the timeline" in page


def test_another_smoothing_trains_nothing(done: Run, trained: Trained) -> None:
    smoothed, epochs = trained(settings(smoothing="viterbi"))
    assert epochs == 0
    assert smoothed.folder != done.folder
    assert smoothed.result.events.ways[0].accuracies == done.result.events.ways[0].accuracies  # type: ignore[union-attr]
    assert [way.smoothing for way in smoothed.result.events.ways] == ["none", "viterbi"]  # type: ignore[union-attr]


def test_other_labels_between_windows_are_another_run_of_the_same_trials(done: Run, trained: Trained) -> None:
    labels = RECORDINGS[0].labels.copy()
    labels[79] = 1  # in windows of two activities alone
    other = [replace(RECORDINGS[0], labels=labels), *RECORDINGS[1:]]
    run, epochs = trained(recordings=other)
    assert epochs == 0
    assert run.folder != done.folder


def test_without_a_timeline_there_is_none(trained: Trained, done: Run) -> None:
    run, epochs = trained(settings(timeline=False))
    assert epochs == 12  # its trials left no answers for whole recordings
    assert run.result.continuous is None
    assert run.result.metrics()["timeline"] is None
    np.testing.assert_array_equal(run.result.probability, done.result.probability)


@pytest.mark.parametrize("executor", ["processes", "one-program"])
def test_every_executor_answers_whole_recordings(executor: str, trained: Trained, done: Run, tmp_path: Path) -> None:
    run, _ = trained(settings(executor=executor), out=tmp_path)
    mine, theirs = run.result.continuous, done.result.continuous
    assert mine is not None
    assert theirs is not None
    np.testing.assert_allclose(mine.probability, theirs.probability, atol=1e-3)


@pytest.mark.parametrize("kind", ["official", "by-session:3", "leave-one-person-out"])
def test_every_protocol_that_keeps_recordings_whole(kind: str, trained: Trained, tmp_path: Path) -> None:
    run, _ = trained(settings(repeats=1, split={"kind": kind}), out=tmp_path)
    said = run.result.continuous
    assert said is not None
    assert {one.group for one in said.recordings} == set(run.result.group)
    assert run.result.unsure is None  # nobody validated


def test_random_validation_fits_nothing(trained: Trained, tmp_path: Path) -> None:
    split = {"kind": "official", "validation": 0.3, "validation_kind": "random"}
    run, _ = trained(settings(repeats=1, timeline=False, split=split), out=tmp_path)
    assert run.result.held is not None
    assert run.result.unsure is None


def test_what_cannot_be_answered_whole_is_refused_before_training(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="needs the recordings that windows were cut from"):
        trained(recordings=None, out=tmp_path)
    with pytest.raises(SettingError, match="by-time' also trains on parts of recordings"):
        trained(settings(split={"kind": "by-time"}), out=tmp_path)
    with pytest.raises(SettingError, match=r"smoothing.name = 'median' would do nothing, for timeline is false"):
        settings(timeline=False, smoothing="median")
    assert not list(tmp_path.iterdir())


def test_a_sweep_has_timelines_too(windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "load", lambda *_, **__: Loaded(windows, RECORDINGS))
    given = settings(repeats=1, split={"kind": "official"}).model_dump(exclude_none=True)
    found = sweep(given, {"model.settings.filters": [2, 4]}, out=tmp_path)
    results: list[Result] = [point.run.result for point in found.points]
    assert all(result.events is not None for result in results)


def test_the_command_line_tells_it_in_a_line(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny = [
        "--length",
        "16",
        "--epochs",
        "1",
        "--repeats",
        "1",
        "--model",
        "cnn",
        "--set",
        "filters=2",
        "--set",
        "executor=here",
    ]
    command = ["run", str(tables), "--timeline", "--set", "smoothing=minimum-duration", "--set", "smoothing.seconds=1"]
    assert main([*command, *tiny, "--out", str(tmp_path)]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("timeline")]
    assert len(lines) == 1
    assert "% of labelled samples; of 10 events" in lines[0]
    assert "smoothed by minimum-duration" in lines[0]
