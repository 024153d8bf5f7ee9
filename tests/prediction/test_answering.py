from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from stridenet.errors import DataError, SettingError, UnknownNameError
from stridenet.prediction.answering import Prediction, predict, sample_labels
from stridenet.prediction.lines import lines
from stridenet.signals.recording import Recording
from stridenet_runtime.answers import InputError, Task, person
from stridenet_runtime.predictor import Predictor

TASK = Task(10, 5, 20.0, ("Rest", "walk"), ("x", "y"), ("g", "g"))
IN_G = {"x": "g", "y": "g"}


def said(windows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    moving = 1 / (1 + np.exp(-20 * (windows[..., 0].mean(axis=1) - 0.5)))
    return np.stack([1 - moving, moving], axis=1)


MODEL = Predictor(said, task=TASK, threads=1)


def recording(n: int = 100, name: str = "a.csv", start_s: float = 0.0, labels: Any = -1) -> Recording:
    moving = np.arange(n) // 25 % 2
    data = np.stack([moving, np.zeros(n)], axis=1).astype(np.float32)
    truth = moving if labels is None else np.full(n, labels)
    return Recording(name, "anna", data, ("x", "y"), ("g", "g"), 20.0, truth, ("rest", "walk", "run"), start_s)


def test_a_recording_is_answered() -> None:
    told = predict(MODEL, recording())
    assert told.n_windows == 19
    assert told.scores is None
    assert sample_labels(told.answers[0]).tolist()[:20] == [0] * 20
    assert told.seconds == 5
    assert told.models == ("model",)


def test_only_those_who_are_asked_for_are_answered() -> None:
    both = [recording(), replace(recording(), group="ben")]
    assert [line.group for line in predict(MODEL, both, people=["ben"]).lines] == ["ben"]
    with pytest.raises(UnknownNameError, match="did you mean 'anna'"):
        predict(MODEL, both, people=["ana"])


def test_labels_are_scored_by_their_names() -> None:
    told = predict(MODEL, [recording(labels=None), recording(labels=2)])
    assert told.scores is not None
    assert told.scores.accuracy > 0.9
    assert told.scores.confusion.sum() == 100
    assert told.scores.confusion.shape == (2, 3)
    assert told.scores.others == {"run": 100}


def test_pieces_are_joined_over_short_holes() -> None:
    pieces = [recording(40), recording(60, "a.csv#2", 2.5), recording(20, "a.csv#3", 100.0), recording(20, "b.csv")]
    found = lines(pieces, TASK)
    assert [(line.name, line.n_samples, line.n_missing) for line in found] == [
        ("a.csv", 110, 10),
        ("a.csv#3", 20, 0),
        ("b.csv", 20, 0),
    ]
    told = predict(MODEL, pieces)
    assert told.n_missing == 3
    assert told.answers[0].names()[6:11] == ["walk", "unknown", "unknown", "unknown", "Rest"]
    assert np.isnan(told.answers[0].samples()[1][42]).all()
    assert told.lines[1].start_s == 100


def test_several_models_vote() -> None:
    other = Predictor(lambda x: said(x)[:, ::-1], task=replace(TASK, name="other"), threads=1)
    told = predict([MODEL, other, MODEL], recording())
    one = predict(MODEL, recording())
    np.testing.assert_allclose(
        told.answers[0].probability,
        (2 * one.answers[0].probability + one.answers[0].probability[:, ::-1]) / 3,
        rtol=1e-6,
    )
    assert told.models == ("model", "other", "model")
    with pytest.raises(InputError, match="same windows"):
        predict([MODEL, Predictor(said, task=replace(TASK, step=3))], recording())


def test_a_step_and_smoothing_can_be_asked_for() -> None:
    assert predict(MODEL, recording(), step=1).n_windows == 91
    assert predict(MODEL, recording(), step_s=0.5).n_windows == 10
    slow = predict(MODEL, recording(), smoothing="minimum-duration", settings={"windows": 3})
    assert slow.answers[0].labels.tolist() != predict(MODEL, recording()).answers[0].labels.tolist()


@pytest.mark.parametrize(
    ("models", "data", "options", "error", "words"),
    [
        ([], recording(), {}, SettingError, "no model is given"),
        (MODEL, recording(), {"step": 0}, SettingError, "at least one sample"),
        (MODEL, recording(), {"step": 1, "step_s": 1}, SettingError, "one of the two"),
        (MODEL, recording(9), {}, DataError, r"takes windows of 10 samples \(0.5 s\), but the longest recording has 9"),
        (MODEL, [], {}, DataError, "data are recordings"),
        (MODEL, [np.zeros((5, 2))], {}, DataError, "data are recordings"),
        ([MODEL, MODEL], recording(), {"smoothing": "majority"}, SettingError, "vote are not smoothed"),
    ],
)
def test_what_is_refused(models: Any, data: Any, options: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        predict(models, data, **options)


def test_files_with_labels_and_without(tables: Path) -> None:
    told = predict(MODEL, tables, unit=IN_G)
    assert len(told.lines) == 5
    assert told.scores is not None
    assert told.scores.accuracy > 0.7
    assert told.timelines()[0].accuracy == pytest.approx(told.scores.accuracy, abs=0.2)


def test_missing_values_of_a_file_are_unknown_and_counted(tmp_path: Path) -> None:
    rows = [f"{i / 20},{i // 50 % 2 + i % 3 / 100:.2f},0.{i % 7}" for i in range(200)]
    for i in (60, 61, 130):
        rows[i] = f"{i / 20},,0.1"
    (tmp_path / "a.csv").write_text("\n".join(["time,x,y", *rows]) + "\n")
    notes: list[str] = []
    told = predict(MODEL, tmp_path / "a.csv", unit=IN_G, note=notes.append)
    assert [(line.n_samples, line.n_missing) for line in told.lines] == [(200, 3)]
    assert told.n_missing == 4
    assert told.n_windows == 39
    assert any("3 rows with longer holes were cut out" in note for note in notes)
    assert sample_labels(told.answers[0])[10:40].tolist() == [0] * 30


def test_progress_is_told() -> None:
    notes: list[str] = []
    predict(Predictor(said, task=TASK, threads=1), [recording(200_000)], note=notes.append)
    assert notes[0].startswith("model: windows answered: ")
    assert notes[-1].endswith("100 %")


def test_long_recordings_are_drawn_in_part() -> None:
    told = predict(MODEL, recording(450_000, labels=None))
    (line,) = told.timelines()
    assert len(line.truth) == 150_000
    assert line.rate_hz == pytest.approx(20 / 3)
    assert isinstance(told, Prediction)


def test_scores_on_people_who_trained_the_model_are_told_to_be_too_good() -> None:
    told: list[str] = []
    known = Predictor(said, task=replace(TASK, taught_by=frozenset({person("anna")})), threads=1)
    predict(known, recording(labels=0), note=told.append)
    assert any("1 of 1 labelled person trained model, by their names (anna)" in one for one in told)
    told.clear()
    predict(known, recording(), note=told.append)  # nothing is scored
    predict(known, replace(recording(labels=0), group="ben"), note=told.append)
    assert not any("trained" in one for one in told)
