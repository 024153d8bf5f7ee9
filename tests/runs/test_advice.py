"""Advice on windows: what is tried, on whom, and what is recommended."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.data.load import Loaded
from stridenet.errors import SettingError
from stridenet.runs import job
from stridenet.runs.advice import Advice, advise, variations
from stridenet.runs.cuttings import Cutting, Material
from stridenet.runs.recommending import Choice, combined, recommend
from stridenet.signals.recording import Recording
from stridenet.signals.resample import resample
from stridenet.signals.windows import Windows, cut

SETTINGS: dict[str, Any] = {
    "executor": "here",
    "model": {"name": "cnn", "settings": {"filters": 2, "dense": [4]}},
    "train": {"epochs": 2, "learning_rate": 0.02},
}


@pytest.fixture(scope="module")
def sensed(recordings: list[Recording]) -> list[Recording]:
    """The same with an accelerometer's channel and a gyroscope's."""
    return [replace(one, channels=("acc_x", "gyro_x"), units=("g", "rad/s")) for one in recordings]


@pytest.fixture(scope="module")
def material(sensed: list[Recording]) -> Material:
    return Material(Loaded(cut(sensed, length=16, step=8, test_groups=("p5", "p6")), sensed))


@pytest.fixture(scope="module")
def done(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Advice:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "load", lambda *_, **__: material.loaded)
        out = tmp_path_factory.mktemp("runs")
        return advise(SETTINGS, lengths_s=[0.8, 1.6, 90], rates_hz=[10], folds=2, out=out)


def test_one_thing_is_varied_at_a_time(material: Material) -> None:
    own = material.own
    assert own == Cutting(0.8, 0.4, 20.0, ("acc_x", "gyro_x"))
    tried = variations(material, None, None, None)
    assert tried[0] == ("as they are", own)
    assert [what for what, _ in tried].count("length") == 3
    assert [one.step_s for what, one in tried if what == "step"] == [0.2, 0.8]
    assert [one.rate_hz for what, one in tried if what == "rate"] == [10, 5]
    assert [one.channels for what, one in tried if what == "channels"] == [("acc_x",), ("gyro_x",)]
    assert len({one for _, one in tried}) == len(tried)


def test_the_test_people_are_left_alone(done: Advice) -> None:
    assert (done.left_alone, done.trained) == (("p5", "p6"), ("p1", "p2", "p3", "p4"))
    assert all(set(one.people) == set(done.trained) for one in done.choices)


def test_without_official_test_people_a_share_is_left_alone(
    material: Material, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loaded = replace(material.loaded, windows=replace(material.windows, test_groups=()))
    monkeypatch.setattr(job, "load", lambda *_, **__: loaded)
    one = advise(SETTINGS, lengths_s=[0.8], steps_s=[0.4], rates_hz=[20], folds=2, out=tmp_path)
    assert (len(one.left_alone), len(one.trained)) == (2, 4)
    assert not set(one.left_alone) & set(one.choices[0].people)


def test_what_cannot_be_tried_is_said(done: Advice) -> None:
    assert [what for what, _ in done.refused] == ["90 s every 45 s at 20 Hz, all channels"]
    assert "longer than every recording" in done.refused[0][1]
    assert "What could not be tried" in (done.folder / "advice.html").read_text()


def test_it_is_left_as_a_page_pictures_and_numbers(done: Advice) -> None:
    names = {file.name for file in done.folder.iterdir()}
    assert names == {"advice.json", "advice.html", "varied.png", "varied.svg", "costs.png", "costs.svg"}
    told = json.loads((done.folder / "advice.json").read_text())
    assert told["recommended"]["length_s"] == done.choice.cutting.length_s
    assert [one["recommended"] for one in told["choices"]].count(True) == 1
    assert all(one["mflop"] > 0 and one["n_parameters"] > 0 and one["verdict"] for one in told["choices"])
    assert "use" in repr(done)
    assert "<table>" in done._repr_html_()


def test_trials_are_found_again(done: Advice, material: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "load", lambda *_, **__: material.loaded)
    told: list[str] = []
    again = advise(SETTINGS, lengths_s=[0.8, 1.6], rates_hz=[10], folds=2, out=done.folder.parent, note=told.append)
    n = len(again.choices) - (again.choices[-1].varied == "together")
    assert f"found {2 * n} of {2 * n} trainings done already" in told
    assert again.choices[0].people == done.choices[0].people


def test_nothing_depends_on_the_test_people(
    done: Advice, material: Material, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = [
        replace(one, data=np.full_like(one.data, 1000), labels=one.labels[::-1]) if one.group in ("p5", "p6") else one
        for one in material.loaded.recordings or []
    ]
    loaded = Loaded(cut(other, length=16, step=8, test_groups=("p5", "p6")), other)
    monkeypatch.setattr(job, "load", lambda *_, **__: loaded)
    changed = advise(SETTINGS, lengths_s=[0.8, 1.6, 90], rates_hz=[10], folds=2, out=tmp_path)
    assert [one.people for one in changed.choices] == [one.people for one in done.choices]
    assert (changed.recommended, changed.reasons) == (done.recommended, done.reasons)


def test_windows_that_came_cut_keep_their_length(material: Material, sensed: list[Recording]) -> None:
    came_cut = Material(Loaded(material.windows))
    assert {what for what, _ in variations(came_cut, None, None, None)} == {"as they are", "rate", "channels"}
    with pytest.raises(SettingError, match=r"their length is 0.8 s and no other"):
        variations(came_cut, [1.6], None, None)
    slower = came_cut.cut(replace(came_cut.own, rate_hz=10.0, channels=("gyro_x",)))
    assert (slower.x.shape, slower.rate_hz, slower.units) == ((len(material.windows), 8, 1), 10.0, ("rad/s",))
    of_recordings = material.cut(replace(material.own, rate_hz=10.0, channels=("gyro_x",)))
    assert of_recordings.x.shape[1:] == (8, 1)
    np.testing.assert_array_equal(of_recordings.x[0][:, 0], resample(sensed[0], 10).data[:8, 1].astype(np.float32))
    assert float(np.corrcoef(slower.x[:, 2:6].ravel(), of_recordings.x[:, 2:6].ravel())[0, 1]) > 0.9


def test_windows_of_another_length_are_those_that_a_run_cuts(material: Material, sensed: list[Recording]) -> None:
    made, of_run = material.cut(replace(material.own, length_s=1.6, step_s=0.8)), cut(sensed, length_s=1.6, step_s=0.8)
    np.testing.assert_array_equal(np.asarray(made.x), np.asarray(of_run.x))
    np.testing.assert_array_equal(made.start, of_run.start)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"folds": 1}, "2 folds at least"),
        ({"lengths_s": [-1]}, "it must be above 0"),
        ({"by": "acuracy"}, "did you mean 'accuracy'"),
    ],
)
def test_what_is_wrong_is_refused_at_once(
    material: Material, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, Any], sentence: str
) -> None:
    monkeypatch.setattr(job, "load", lambda *_, **__: material.loaded)
    with pytest.raises(SettingError, match=sentence):
        advise(SETTINGS, out=tmp_path, **given)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"timeline": True}, "windows are compared without a timeline; leave it and smoothing out"),
        ({"split": {"validation": 0.2, "validation_kind": "random"}}, "people are the same in other windows"),
    ],
)
def test_what_other_windows_cannot_have_is_refused(
    material: Material, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, Any], sentence: str
) -> None:
    monkeypatch.setattr(job, "load", lambda *_, **__: material.loaded)
    with pytest.raises(SettingError, match=sentence):
        advise(SETTINGS | given, lengths_s=[1.6], steps_s=[0.4], rates_hz=[20], folds=2, out=tmp_path)
    assert not list(tmp_path.iterdir())


def choice(scores: list[float], mflop: float, *, varied: str = "length", **cutting: Any) -> Choice:
    made = replace(Cutting(2.0, 1.0, 50.0, ("a", "b")), **cutting)
    return Choice(made, varied, {f"p{i}": score for i, score in enumerate(scores)}, mflop, 100, 10, 1.0)


OWN = choice([0.9, 0.8, 0.94], 10, varied="as they are")  # 88.0 % with a standard error of 4.2 points


def test_the_cheapest_within_one_standard_error_is_used() -> None:
    cheap, bad = choice([0.88, 0.8, 0.9], 4, length_s=1.0), choice([0.7, 0.7, 0.7], 1, length_s=0.5)
    told, place, reasons = recommend([OWN, cheap, bad], 1, "accuracy", None, {})
    assert place == 1
    assert [one.verdict for one in told] == ["the best, and costs more", "use this", "18.0 points worse than the best"]
    assert "The best is 2 s every 1 s at 50 Hz, a, b: 88.0 %, with a standard error of 4.2 points" in reasons[0]


def test_who_answers_later_is_not_used_unless_it_may() -> None:
    late = choice([0.9, 0.8, 0.94], 5, length_s=4.0, step_s=2.0)
    told, place, _ = recommend([OWN, late], 1, "accuracy", None, {})
    assert (place, told[1].verdict) == (0, "as good, and answers later than 3 s")
    assert recommend([OWN, late], 1, "accuracy", 6.0, {})[1] == 1


def test_where_less_is_better_the_least_is_the_best() -> None:
    worse = choice([1.9, 1.8, 1.94], 1, length_s=1.0)
    assert recommend([OWN, worse], -1, "log_loss", None, {})[1] == 0


def test_the_best_of_each_is_tried_together() -> None:
    short = choice([0.9, 0.8, 0.94], 4, length_s=1.0, step_s=0.5)
    slow = choice([0.9, 0.8, 0.94], 4, varied="rate", rate_hz=25.0)
    assert combined([OWN, short, slow], 1, None) == Cutting(1.0, 0.5, 25.0, ("a", "b"))
    assert combined([OWN, slow], 1, None) is None


def test_arrays_from_nowhere_have_a_step(easy: Windows) -> None:
    alone = replace(easy.take(np.arange(0, 20, 2)), recording=np.arange(10), recordings=tuple("abcdefghij"))
    assert Material(Loaded(alone)).own.step_s == alone.length_s


def test_an_estimator_needs_no_epochs(material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "load", lambda *_, **__: material.loaded)
    told: list[str] = []
    settings = {"executor": "here", "model": {"name": "features-logistic"}}
    done = advise(settings, lengths_s=[1.6], steps_s=[0.4], rates_hz=[10], folds=2, out=tmp_path, note=told.append)
    assert len(done.choices) > 2
    assert not any("epoch" in line for line in told)
    page = (done.folder / "advice.html").read_text(encoding="utf-8")
    assert "features-logistic, 1 repeat." in page
