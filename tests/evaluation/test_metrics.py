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
    assert metrics.confusion(TRUE, SAID, 4).shape == (4, 4)


classes = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)


@given(classes)
def test_accuracy_agrees_with_the_confusion_matrix(pairs: list[tuple[int, int]]) -> None:
    y_true, y_pred = np.array(pairs).T
    counts = metrics.confusion(y_true, y_pred, 4)
    assert counts.sum() == len(pairs)
    assert metrics.accuracy(y_true, y_pred) == pytest.approx(np.trace(counts) / len(pairs))
