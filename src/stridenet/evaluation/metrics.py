"""What true and predicted class numbers alone say; scores by class and by person are in ``scores.py``."""

import numpy as np
import numpy.typing as npt

Classes = npt.NDArray[np.integer]


def accuracy(y_true: Classes, y_pred: Classes) -> float:
    """The share of windows whose class was named, from 0 to 1.

    >>> import numpy as np
    >>> accuracy(np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0]))
    0.75
    """
    return float(np.mean(y_true == y_pred))


def confusion(y_true: Classes, y_pred: Classes, n_classes: int) -> npt.NDArray[np.int64]:
    """Counts of shape (true class, predicted class)."""
    from sklearn.metrics import confusion_matrix

    return np.asarray(confusion_matrix(y_true, y_pred, labels=np.arange(n_classes)), dtype=np.int64)
