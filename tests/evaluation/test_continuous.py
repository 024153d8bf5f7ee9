import inspect
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from easy import easy_recordings
from stridenet.errors import DataError, SettingError
from stridenet.evaluation import continuous
from stridenet.evaluation.continuous import Continuous, collect_continuous, settled
from stridenet.evaluation.events import event_errors
from stridenet.evaluation.on_timeline import on_timeline
from stridenet.evaluation.smoothing import SMOOTHERS
from stridenet.evaluation.splits import folds
from stridenet.evaluation.whole import whole_of
from stridenet.signals.recording import Recording
from stridenet.signals.windows import cut
from stridenet.spec import SMOOTHING, Smoothing, SmoothingSpec, SplitSpec

CLASSES = ("rest", "walk", "run")
KIND = SplitSpec(kind="by-person:3")


def said(recordings: list[Recording] | None = None, smoothing: Smoothing = "none", repeats: int = 2) -> Continuous:
    """Answers of which three in ten are drawn at random."""
    given = recordings or easy_recordings()
    windows = cut(given, length=16, step=8)
    made, whole, rng = folds(windows, KIND), whole_of(windows, given), np.random.default_rng(0)
    trainings = {}
    for seed in range(repeats):
        for fold, one in enumerate(made):
            tested = whole.tested(windows, one)
            y = np.array(
                [easy_recordings()[i].labels[s + 8] for i, s in zip(tested.recording, tested.start, strict=True)]
            )
            guess = np.where(rng.random(len(y)) < 0.3, rng.integers(0, 3, len(y)), y)
            p = np.full((len(y), 3), 0.1, np.float32)
            p[np.arange(len(y)), guess] += rng.uniform(0.2, 0.7, len(y)).astype(np.float32)
            trainings[fold, seed] = {"whole_probability": p / p.sum(axis=1, keepdims=True)}
    spec = settled(SmoothingSpec(name=smoothing), windows.length_s)
    return collect_continuous(windows, made, whole, trainings, range(repeats), spec)


def test_every_recording_has_a_timeline_in_every_repeat() -> None:
    found = said()
    for lines in found.each():
        assert [line.name for line in lines] == [f"r{i}" for i in range(1, 7)]
        assert [line.group for line in lines] == [f"p{i}" for i in range(1, 7)]
        for line, recording in zip(lines, easy_recordings(), strict=True):
            np.testing.assert_array_equal(line.truth, recording.labels)
            assert line.covered == 1
    assert not np.array_equal(found.lines(0)[0].predicted, found.lines(1)[0].predicted)


def test_what_is_told_is_what_events_tell_of_all_recordings_at_once() -> None:
    found = said(smoothing="median")
    told = on_timeline(found, CLASSES)
    for way, lines in zip(told.ways, (found.lines(0), found.smoothed(found.lines(0))), strict=True):
        errors = event_errors([one.truth for one in lines], [one.predicted for one in lines], 3, 20.0)
        assert way.errors[0].plain(CLASSES) == errors.plain(CLASSES)
        right = sum((one.truth == one.predicted).sum() for one in lines)
        assert way.accuracies[0] == pytest.approx(right / (6 * 240))
    assert [way.smoothing for way in told.ways] == ["none", "median"]
    assert told.ways[0].counts()["true"] == 18
    assert sum(told.ways[0].frames().values()) == pytest.approx(1)
    assert (told.recordings, told.people, told.seconds, told.labelled) == (6, 6, 72, 1)
    assert "smoothed by median" in str(told)


def test_smoothing_never_changes_what_the_network_is_told_to_say() -> None:
    plain, smoothed = (on_timeline(one, CLASSES).plain()["ways"] for one in (said(), said(smoothing="viterbi")))
    assert len(plain) == 1
    assert smoothed[0] == plain[0]
    assert smoothed[1]["smoothing"] == {"name": "viterbi"}
    assert smoothed[1]["classes"] != plain[0]["classes"]


def test_transitions_are_those_of_the_people_who_train() -> None:
    made = folds(cut(easy_recordings(), length=16, step=8), KIND)
    windows = cut(easy_recordings(), length=16, step=8)
    as_is = said().transitions
    for fold, one in enumerate(made):
        tested = set(windows.group[one.test])
        other = [replace(r, labels=(r.labels + 1) % 3) if r.group in tested else r for r in easy_recordings()]
        np.testing.assert_array_equal(said(other).transitions[fold], as_is[fold])
        assert not all(np.array_equal(said(other).transitions[k], as_is[k]) for k in range(3))


@pytest.mark.parametrize("smoothing", ["none", "viterbi", "majority"])
def test_it_comes_back_from_its_file(smoothing: Smoothing, tmp_path: Path) -> None:
    found = said(smoothing=smoothing)
    continuous.write(tmp_path / "timeline.npz", found)
    again = continuous.read(tmp_path / "timeline.npz", CLASSES)
    assert on_timeline(again, CLASSES).plain() == on_timeline(found, CLASSES).plain()
    assert again.smoothing == found.smoothing


def test_a_newer_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(continuous, "FORMAT", 2)
        continuous.write(tmp_path / "timeline.npz", said())
    with pytest.raises(DataError, match=r"newer version of stridenet \(format 2; this one reads up to 1\)"):
        continuous.read(tmp_path / "timeline.npz", CLASSES)


def test_a_training_that_diverged_has_a_timeline_of_nothing() -> None:
    found = said()
    found.probability[1] = np.nan
    told = on_timeline(found, CLASSES)
    assert told.ways[0].accuracies[1] == 0
    assert told.plain()["ways"][0]["events"][1]["deleted"] == 18


def test_settings_know_each_smoothing_and_what_it_takes() -> None:
    taken = {
        name: {k for k, p in inspect.signature(one.function).parameters.items() if p.kind is p.KEYWORD_ONLY}
        for name, one in SMOOTHERS.items()
    }
    assert {name: set(takes) for name, takes in SMOOTHING.items() if name != "none"} == {
        name: takes - {"transitions"} for name, takes in taken.items()
    }


def test_what_a_smoothing_does_not_take_is_refused_before_anything_is_trained() -> None:
    with pytest.raises(SettingError, match=r"leave is 0\.5 and enter 0\.3"):
        settled(SmoothingSpec(name="hysteresis", enter=0.3, leave=0.5), 2.56)
    with pytest.raises(SettingError, match="would do nothing with 'viterbi'; it is a setting of majority"):
        SmoothingSpec(name="viterbi", seconds=3)
    assert settled(SmoothingSpec(name="minimum-duration"), 2.56).given() == {"seconds": 2.56}
    assert settled(SmoothingSpec(name="majority", seconds=9), 2.56).given() == {"seconds": 9}
