"""Hand-made features, then a random forest.

Source: Breiman, "Random forests" (Machine Learning 45, 2001).
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.baselines._table import Table


class Settings(Table):
    """What can be changed."""

    n_estimators: PositiveInt = Field(200, description="trees")
    max_depth: PositiveInt | None = Field(None, description="questions from a tree's root to its leaf at most")
    min_samples_leaf: PositiveInt = Field(1, description="windows in a leaf at least")


def make(settings: Settings) -> Any:
    """The estimator."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline

    from stridenet.baselines.transformer import FeatureTransformer

    return make_pipeline(FeatureTransformer(), RandomForestClassifier(n_jobs=-1, **settings.model_dump()))
