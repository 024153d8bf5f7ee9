"""Hydra: how often each of some random kernels fits best within its group, then ridge regression.

Source: Dempster, Schmidt and Webb, "Hydra: competing convolutional kernels for fast and accurate time series
classification" (Data Mining and Knowledge Discovery 37, 2023), as aeon has it.
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.baselines._table import Table


class Settings(Table):
    """What can be changed."""

    n_kernels: PositiveInt = Field(8, description="kernels in a group")
    n_groups: PositiveInt = Field(64, description="groups of kernels")


def make(settings: Settings) -> Any:
    """The estimator."""
    from sklearn.pipeline import make_pipeline

    from stridenet.baselines._hydra import Hydra, SparseScaler
    from stridenet.baselines._ridge import Ridge

    return make_pipeline(Hydra(n_jobs=-1, **settings.model_dump()), SparseScaler(), Ridge())
