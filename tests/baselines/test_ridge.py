import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import RidgeClassifierCV

from stridenet.baselines._ridge import PENALTIES, Ridge, penalty


@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize(("n", "features"), [(90, 40), (41, 40), (40, 40), (25, 40)])
@pytest.mark.parametrize("noise", [0.1, 1.0, 30.0])
def test_it_answers_as_scikit_learns(n: int, features: int, n_classes: int, noise: float) -> None:
    drawn = np.random.default_rng(n + n_classes)
    y = np.arange(n) % n_classes
    x = (drawn.normal(size=(n_classes, features))[y] + drawn.normal(0, noise, (n, features)) + 3).astype(np.float32)
    names = np.array(["a", "b", "c", "d", "e"])[y]
    theirs = RidgeClassifierCV(alphas=PENALTIES).fit(x, names)
    ours = clone(Ridge()).fit(x, names)
    if n > features:
        assert penalty(x, names, PENALTIES) == theirs.alpha_
    assert ours.classes_.tolist() == theirs.classes_.tolist()
    np.testing.assert_allclose(ours.decision_function(x), theirs.decision_function(x), rtol=1e-3, atol=1e-3)
    assert (ours.predict(x) == theirs.predict(x)).mean() > 0.99


def test_features_that_say_the_same_do_no_harm() -> None:
    x = np.repeat(np.random.default_rng(0).normal(size=(60, 5)), 4, axis=1)
    y = (x[:, 0] > 0).astype(int)
    assert penalty(x, y, PENALTIES) == RidgeClassifierCV(alphas=PENALTIES).fit(x, y).alpha_
