import numpy as np
import pytest

from stridenet.errors import SettingError
from stridenet.evaluation.rejection import coverage, none_of_these
from stridenet.evaluation.timeline import Timeline

SCORES = np.array([[0.9, 0.1], [0.45, 0.55], [0.2, 0.8], [np.nan, np.nan], [0.3, 0.7]])
PIECES = np.array([2, 1, 1, 1, 2])
TRUTH = np.array([0, 0, 0, 1, 1, -1, -1])
SAID = np.array([0, 0, 1, 1, -1, 1, 1])
LINE = Timeline("r", "anna", TRUTH, SAID, SCORES, PIECES, 1.0, ("a", "b"))


def test_below_the_threshold_is_unknown_and_at_it_is_not() -> None:
    assert none_of_these(LINE, 0).predicted.tolist() == SAID.tolist()
    assert none_of_these(LINE, 0.7).predicted.tolist() == [0, 0, -1, 1, -1, 1, 1]
    assert none_of_these(LINE, 0.71).predicted.tolist() == [0, 0, -1, 1, -1, -1, -1]
    assert none_of_these(LINE, 1).predicted.tolist() == [-1] * 7


def test_the_cost_is_what_applying_each_threshold_gives() -> None:
    cost = coverage([LINE, LINE])
    labelled = TRUTH >= 0
    for at, answered, wrong, unlabelled in zip(cost.threshold, cost.coverage, cost.error, cost.unlabelled, strict=True):
        found = none_of_these(LINE, at).predicted
        given = labelled & (found >= 0)
        assert answered == pytest.approx(given.sum() / labelled.sum())
        assert unlabelled == np.mean(found[~labelled] >= 0)
        assert np.isnan(wrong) if not given.any() else wrong == np.mean(found[given] != TRUTH[given])
    assert cost.coverage[0] == 0.8
    assert cost.error[0] == 0.25


def test_nothing_to_count_is_no_number() -> None:
    for cost in (coverage([]), coverage([], [0.5])):
        assert np.isnan([cost.coverage, cost.error, cost.unlabelled]).all()


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_is_a_probability(threshold: float) -> None:
    with pytest.raises(SettingError, match="a probability, from 0 to 1"):
        none_of_these(LINE, threshold)
    with pytest.raises(SettingError, match="a probability, from 0 to 1"):
        coverage([LINE], [0.5, threshold])
