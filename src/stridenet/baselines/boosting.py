"""Hand-made features, then gradient boosting of trees over histograms.

Nothing is kept from training to say when to stop: windows drawn at random from the training people would say little.

Source: Ke et al., "LightGBM: a highly efficient gradient boosting decision tree" (NeurIPS 2017).
"""

from typing import Any

from pydantic import Field, PositiveFloat, PositiveInt

from stridenet.baselines._table import Table


class Settings(Table):
    """What can be changed."""

    max_iter: PositiveInt = Field(100, description="trees for each class")
    learning_rate: PositiveFloat = Field(0.1, description="how much of each tree is added")
    max_leaf_nodes: int = Field(31, ge=2, description="leaves of a tree at most")
    max_features: float = Field(0.3, gt=0, le=1, description="share of the features that each split looks at")


def make(settings: Settings) -> Any:
    """The estimator."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline

    from stridenet.baselines.transformer import FeatureTransformer

    last = HistGradientBoostingClassifier(early_stopping=False, **settings.model_dump())
    return make_pipeline(FeatureTransformer(), last)
