"""Scores of predicted classes, each from true and predicted class numbers alone."""

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


def macro_f1(y_true: Classes, y_pred: Classes, n_classes: int) -> float:
    """The mean over classes of F1 = 2 · precision · recall / (precision + recall); a class never named counts 0.

    Classes that are neither in the truth nor predicted are left out of the mean.
    """
    from sklearn.metrics import f1_score  # a worker trains without it

    labels = np.union1d(np.unique(y_true), np.unique(y_pred))
    labels = labels[(labels >= 0) & (labels < n_classes)]
    return float(f1_score(y_true, y_pred, labels=labels, average="macro", zero_division=0.0))


def confusion(y_true: Classes, y_pred: Classes, n_classes: int) -> npt.NDArray[np.int64]:
    """Counts of shape (true class, predicted class)."""
    from sklearn.metrics import confusion_matrix

    return np.asarray(confusion_matrix(y_true, y_pred, labels=np.arange(n_classes)), dtype=np.int64)


def per_class(y_true: Classes, y_pred: Classes, n_classes: int) -> dict[str, npt.NDArray[np.float64]]:
    """Precision, recall, F1 and support of every class.

    Precision = TP / (TP + FP), the share of the windows named so that are so. Recall = TP / (TP + FN), the share of
    the windows that are so and were named so. Support is the number of windows that are so. 0 / 0 counts as 0.

    Returns:
        Arrays of shape (class,) named ``precision``, ``recall``, ``f1`` and ``support``.
    """
    from sklearn.metrics import precision_recall_fscore_support

    scores = precision_recall_fscore_support(y_true, y_pred, labels=np.arange(n_classes), zero_division=0.0)
    names = ("precision", "recall", "f1", "support")
    return {name: np.asarray(score, dtype=np.float64) for name, score in zip(names, scores, strict=True)}


def per_group(y_true: Classes, y_pred: Classes, group: npt.NDArray[np.str_]) -> dict[str, float]:
    """Every person's accuracy, in the order of first appearance."""
    _, first = np.unique(group, return_index=True)
    return {str(name): accuracy(y_true[group == name], y_pred[group == name]) for name in group[np.sort(first)]}
