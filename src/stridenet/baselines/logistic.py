"""Hand-made features, standardized on the training windows, then logistic regression."""

from typing import Any

from pydantic import Field, PositiveFloat, PositiveInt

from stridenet.baselines._table import Table


class Settings(Table):
    """What can be changed."""

    C: PositiveFloat = Field(1.0, description="how little large weights are punished")
    max_iter: PositiveInt = Field(1000, description="steps of the solver at most")


def make(settings: Settings) -> Any:
    """The estimator."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from stridenet.baselines.transformer import FeatureTransformer

    last = LogisticRegression(C=settings.C, max_iter=settings.max_iter)
    return make_pipeline(FeatureTransformer(), StandardScaler(), last)
