"""Hand-made features, standardized on the training windows, then a support vector machine with Gaussian kernels.

Source: Anguita et al. (ESANN 2013) classified UCI HAR so, with features of their own.
"""

from typing import Any

from pydantic import Field, PositiveFloat

from stridenet.baselines._table import Table


class Settings(Table):
    """What can be changed."""

    C: PositiveFloat = Field(1.0, description="how much a window on the wrong side is punished")


def make(settings: Settings) -> Any:
    """The estimator."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    from stridenet.baselines.transformer import FeatureTransformer

    return make_pipeline(FeatureTransformer(), StandardScaler(), SVC(C=settings.C))
