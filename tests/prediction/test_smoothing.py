import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stridenet.evaluation.smoothing import Stretch, hysteresis, majority_past
from stridenet_runtime.smoothing import SMOOTHERS, smoothed, smoother

SCORES = hnp.arrays(np.float64, st.tuples(st.integers(1, 40), st.just(3)), elements=st.floats(0.01, 1))


def _probability(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


@given(SCORES, st.integers(1, 9))
def test_majority_is_that_of_the_evaluation(scores: npt.NDArray[np.float64], windows: int) -> None:
    said = _probability(scores)
    stretch = Stretch(said.argmax(axis=1), said, 1.0)
    ours = smoothed("majority", stretch.labels, said, windows=windows)
    assert ours.tolist() == majority_past(stretch, seconds=float(windows)).tolist()


@given(SCORES, st.floats(0, 1), st.floats(0, 1))
def test_hysteresis_is_that_of_the_evaluation(scores: npt.NDArray[np.float64], one: float, other: float) -> None:
    said, enter, leave = _probability(scores), max(one, other), min(one, other)
    stretch = Stretch(said.argmax(axis=1), said, 1.0)
    ours = smoothed("hysteresis", stretch.labels, said, enter=enter, leave=leave)
    assert ours.tolist() == hysteresis(stretch, enter=enter, leave=leave).tolist()


@given(st.lists(st.integers(0, 2), max_size=40), st.integers(1, 5))
def test_what_is_shown_was_named_often_enough(labels: list[int], windows: int) -> None:
    ours = smoothed("minimum-duration", labels, np.eye(3)[labels].reshape(-1, 3), windows=windows).tolist()
    for i in range(1, len(labels)):
        if ours[i] != ours[i - 1]:
            assert labels[i + 1 - windows : i + 1] == [ours[i]] * windows
    runs = [i for i in range(windows, len(labels) + 1) if len(set(labels[i - windows : i])) == 1]
    assert all(ours[i - 1] == labels[i - 1] for i in runs)


@pytest.mark.parametrize("name", sorted(SMOOTHERS))
def test_an_unknown_window_stays_and_begins_anew(name: str) -> None:
    labels, said = np.array([0, 0, 0, -1, 1]), np.eye(2)[[0, 0, 0, 0, 1]]
    assert smoothed(name, labels, said).tolist() == [0, 0, 0, -1, 1]


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("viterbi", {}, "unknown smoother 'viterbi'"),
        ("majority", {"seconds": 2}, "has no setting 'seconds'; known: windows"),
        ("majority", {"windows": 0}, "whole number from 1"),
        ("minimum-duration", {"windows": 1.5}, "whole number from 1"),
        ("hysteresis", {"enter": 0.1}, "leave is 0.2 and enter 0.1"),
    ],
)
def test_what_is_refused(name: str, settings: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        smoother(name, **settings)
