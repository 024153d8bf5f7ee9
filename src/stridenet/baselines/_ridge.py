"""Ridge regression on the classes, its penalty chosen by leaving out one training window at a time."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import RidgeClassifier, RidgeClassifierCV

PENALTIES = tuple(float(one) for one in np.logspace(-3, 3, 10))
"""As Dempster and others choose among for Rocket and its kin."""


class Ridge(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped
    """scikit-learn's ridge classifier; with more windows than features the penalty is chosen faster than it does.

    Its ``RidgeClassifierCV`` then multiplies matrices of all features again for each penalty; one product serves all.

    Args:
        alphas: penalties.
    """

    def __init__(self, alphas: tuple[float, ...] = PENALTIES) -> None:
        self.alphas = alphas

    def fit(self, x: Any, y: Any) -> "Ridge":
        """From features (window, feature) to classes (window,)."""
        if len(x) > x.shape[1]:
            self.fitted_ = RidgeClassifier(alpha=penalty(x, y, self.alphas)).fit(x, y)
        else:
            self.fitted_ = RidgeClassifierCV(alphas=self.alphas).fit(x, y)
        self.classes_, self.n_features_in_ = self.fitted_.classes_, x.shape[1]
        return self

    def decision_function(self, x: Any) -> Any:
        """How much speaks for each class (window, class); of two classes for the second, (window,)."""
        return self.fitted_.decision_function(x)

    def predict(self, x: Any) -> Any:
        """The class for which most speaks, (window,)."""
        return self.fitted_.predict(x)


def penalty(x: npt.NDArray[np.floating], y: npt.NDArray[Any], alphas: tuple[float, ...]) -> float:
    """The penalty whose squared error, each window left out once, is least.

    The error of a window that is left out is its error divided by one less its leverage; both follow for all penalties
    from one decomposition of the features' covariance.

    Args:
        x: shape (window, feature), more windows than features.
        y: shape (window,), the classes.
        alphas: penalties to choose among.

    Source: Golub, Heath and Wahba, "Generalized cross-validation as a method for choosing a good ridge parameter"
    (Technometrics 21, 1979).
    """
    from scipy.linalg import eigh

    classes, codes = np.unique(y, return_inverse=True)
    wanted = np.where(codes[:, np.newaxis] == np.arange(len(classes)), 1.0, -1.0)
    wanted -= wanted.mean(axis=0)
    centred = np.asarray(x, np.float64) - np.mean(x, axis=0, dtype=np.float64)
    spread, directions = eigh(centred.T @ centred, overwrite_a=True, check_finite=False)
    turned = centred @ directions
    both = turned.T @ wanted
    squares = turned**2
    errors = []
    for alpha in alphas:
        shrunk = 1 / (np.maximum(spread, 0) + alpha)
        leverage = 1 / len(x) + squares @ shrunk
        left_out = (wanted - turned @ (shrunk[:, np.newaxis] * both)) / (1 - leverage)[:, np.newaxis]
        errors.append(float(np.mean(left_out**2)))
    return float(alphas[int(np.argmin(errors))])
