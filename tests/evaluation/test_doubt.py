from dataclasses import replace

import numpy as np
import pytest

from stridenet.evaluation.continuous import Continuous
from stridenet.evaluation.doubt import doubts
from stridenet.evaluation.held import Held
from stridenet.evaluation.unsure import Unsure, when_unsure
from stridenet.signals.recording import Recording

CLASSES = ("a", "b")


def recording(name: str, labels: list[int]) -> Recording:
    return Recording(name, name, np.empty((len(labels), 0), np.float32), (), (), 1.0, np.array(labels), CLASSES)


def said(sure: list[float]) -> Continuous:
    """Two recordings of four samples, in windows of two that do not overlap; class a is named so surely."""
    p = np.array([[[one, 1 - one] for one in sure]], np.float32)
    given = (recording("first", [0, 0, 1, -1]), recording("second", [0, 0, -1, -1]))
    none = np.zeros((2, 2, 2), np.int64)
    return Continuous(p, np.array([0, 0, 1, 1]), np.array([0, 2, 0, 2]), 2, given, np.array([0, 1]), none, 2)


def unsure(limits: tuple[float, float], temperature: tuple[float, float] = (1.0, 1.0)) -> Unsure:
    """With a threshold and a temperature for each of two folds."""
    y, p, who = np.array([0, 1]), np.array([[[0.9, 0.1], [0.2, 0.8]]]), np.array(["x", "y"])
    held = Held(np.repeat(p, 2, axis=1), np.repeat(y, 2), np.repeat(who, 2), np.array([0, 1, 0, 1]))
    found = when_unsure(held, p, y, who, np.array([0, 1]), CLASSES)
    one = replace(found.withheld[0], wanted="", threshold=np.array([limits]))
    return replace(found, temperature=np.array([temperature]), withheld=(one,))


def test_each_recording_has_the_threshold_of_its_fold() -> None:
    every, some = doubts(said([0.9, 0.7, 0.9, 0.7]), unsure((0.8, 0.6)))
    assert (every.answered, every.accuracy, every.unlabelled) == pytest.approx((1, 4 / 5, 1))
    assert (some.answered, some.accuracy, some.unlabelled) == pytest.approx((4 / 5, 1, 2 / 3))


def test_the_temperature_of_the_fold_comes_first() -> None:
    _, some = doubts(said([0.9, 0.7, 0.9, 0.7]), unsure((0.8, 0.8), (1.0, 0.2)))  # 0.7 becomes 0.99 in the second
    assert (some.answered, some.unlabelled) == pytest.approx((4 / 5, 2 / 3))


def test_a_training_without_a_threshold_answers_nothing() -> None:
    _, some = doubts(said([0.9, 0.7, 0.9, 0.7]), unsure((float("inf"), float("inf"))))
    assert (some.answered, some.unlabelled) == (0, 0)
    assert some.plain()["accuracy"] is None
