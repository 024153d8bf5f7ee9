import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet.evaluation import metrics

TRUE = np.array([0, 0, 0, 1, 1, 2])
SAID = np.array([0, 0, 1, 1, 0, 0])


def test_by_hand() -> None:
    assert metrics.accuracy(TRUE, SAID) == 0.5
    np.testing.assert_array_equal(metrics.confusion(TRUE, SAID, 3), [[2, 1, 0], [1, 1, 0], [1, 0, 0]])
    scores = metrics.per_class(TRUE, SAID, 3)
    np.testing.assert_allclose(scores["precision"], [2 / 4, 1 / 2, 0])
    np.testing.assert_allclose(scores["recall"], [2 / 3, 1 / 2, 0])
    np.testing.assert_allclose(scores["f1"], [4 / 7, 1 / 2, 0])
    np.testing.assert_array_equal(scores["support"], [3, 2, 1])
    assert metrics.macro_f1(TRUE, SAID, 3) == pytest.approx((4 / 7 + 1 / 2) / 3)


def test_macro_f1_leaves_out_classes_that_are_nowhere() -> None:
    assert metrics.macro_f1(np.array([0, 2]), np.array([0, 2]), 5) == 1.0
    assert metrics.macro_f1(np.array([0, 0]), np.array([0, 4]), 5) == pytest.approx((2 / 3 + 0) / 2)


def test_per_class_has_every_class_also_one_that_is_nowhere() -> None:
    scores = metrics.per_class(np.array([0, 1]), np.array([0, 1]), 4)
    assert scores["f1"].tolist() == [1, 1, 0, 0]
    assert metrics.confusion(np.array([0, 1]), np.array([0, 1]), 4).shape == (4, 4)


def test_per_group_keeps_the_order_of_first_appearance() -> None:
    group = np.array(["b", "b", "10", "10", "a", "a"])
    found = metrics.per_group(TRUE, SAID, group)
    assert list(found.items()) == [("b", 1.0), ("10", 0.5), ("a", 0.0)]


classes = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)


@given(classes)
def test_figures_agree_with_the_confusion_matrix(pairs: list[tuple[int, int]]) -> None:
    y_true, y_pred = np.array(pairs).T
    counts = metrics.confusion(y_true, y_pred, 4)
    assert counts.sum() == len(pairs)
    assert metrics.accuracy(y_true, y_pred) == pytest.approx(np.trace(counts) / len(pairs))
    right, true, said = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    scores = metrics.per_class(y_true, y_pred, 4)
    np.testing.assert_array_equal(scores["support"], true)
    np.testing.assert_allclose(scores["recall"], right / np.maximum(true, 1))
    np.testing.assert_allclose(scores["precision"], right / np.maximum(said, 1))
    there = true + said > 0
    assert metrics.macro_f1(y_true, y_pred, 4) == pytest.approx(np.mean(2 * right[there] / (true + said)[there]))
