"""Ridge regression on the classes, its penalty chosen by leaving out one training window at a time."""

from typing import Any

import numpy as np

PENALTIES = tuple(float(one) for one in np.logspace(-3, 3, 10))
"""As Dempster and others choose among for Rocket and its kin."""


def ridge() -> Any:
    """The last step after random kernels."""
    from sklearn.linear_model import RidgeClassifierCV

    return RidgeClassifierCV(alphas=PENALTIES)
