"""Always the commonest class of the training windows, with the classes' shares as probabilities."""

from typing import Any

from stridenet.baselines._table import Table


class Settings(Table):
    """Nothing can be changed."""


def make(_: Settings) -> Any:
    """The estimator."""
    from sklearn.dummy import DummyClassifier

    return DummyClassifier(strategy="prior")
