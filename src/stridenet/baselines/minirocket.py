"""MiniRocket: shares of positive values after some 10,000 small fixed kernels, then ridge regression.

Source: Dempster, Schmidt and Webb, "MiniRocket: a very fast (almost) deterministic transform for time series
classification" (KDD 2021), as aeon has it.
"""

from typing import Any

from pydantic import Field

from stridenet.baselines._table import Table


class Settings(Table):
    """What can be changed."""

    n_kernels: int = Field(10_000, ge=84, description="features, rounded down to whole kernels")


def make(settings: Settings) -> Any:
    """The estimator."""
    from aeon.transformations.collection.convolution_based import MiniRocket
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from stridenet.baselines._ridge import Ridge

    kernels = MiniRocket(n_kernels=settings.n_kernels, n_jobs=-1)
    return make_pipeline(kernels, StandardScaler(with_mean=False), Ridge())
