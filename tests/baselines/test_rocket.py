"""Random kernels of aeon's, where it is installed."""

import numpy as np
import pytest

from stridenet.baselines.estimators import by_name
from stridenet.baselines.learner import EstimatorLearner
from stridenet.signals.windows import Windows

pytestmark = pytest.mark.filterwarnings("default")  # what other people's libraries warn of among themselves


@pytest.mark.parametrize(
    ("name", "needs", "settings"),
    [("minirocket", "aeon", {"n_kernels": 500}), ("hydra", "torch", {"n_kernels": 4, "n_groups": 8})],
)
def test_it_learns_and_a_seed_decides(name: str, needs: str, settings: dict[str, int], easy: Windows) -> None:
    pytest.importorskip("aeon")
    pytest.importorskip(needs)
    tested = np.isin(easy.group, easy.test_groups)
    train, test = easy.take(np.flatnonzero(~tested)), easy.take(np.flatnonzero(tested))
    learner = EstimatorLearner(by_name(name, settings), jobs=1)
    first, again, other = (learner.fit(train, None, seed).predict(test) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    np.testing.assert_allclose(first.sum(axis=1), 1, rtol=1e-5)
    assert (first.argmax(axis=1) == test.y).mean() > 0.9
