"""Hydra as two steps of a pipeline: aeon's kernels, a block of windows at a time, and the scaling of its counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin

_BLOCK = 256
Array = npt.NDArray[np.float32]


class Hydra(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """aeon's ``HydraTransformer`` without its memory for all windows at once, and without touching PyTorch's seed.

    Args:
        n_kernels: kernels in a group.
        n_groups: groups of kernels for each dilation.
        n_jobs: threads.
        random_state: decides the kernels.
    """

    windows_layout = "nct"

    def __init__(
        self, n_kernels: int = 8, n_groups: int = 64, n_jobs: int | None = None, random_state: int | None = None
    ) -> None:
        self.n_kernels, self.n_groups, self.n_jobs, self.random_state = n_kernels, n_groups, n_jobs, random_state

    def fit(self, X: Array, y: Any = None) -> "Hydra":
        """Draws the kernels; of the windows only the shape is looked at."""
        del y
        import torch
        from aeon.transformations.collection.convolution_based import HydraTransformer

        with torch.random.fork_rng(devices=[]), _threads():
            kernels = HydraTransformer(
                n_kernels=self.n_kernels,
                n_groups=self.n_groups,
                n_jobs=self.n_jobs or 1,
                random_state=self.random_state,
                output_type="numpy",
            )
            self.kernels_ = kernels.fit(np.asarray(X[:2], np.float32))
        return self

    def transform(self, X: Array) -> Array:
        """Counts: shape (window, feature)."""
        blocks = (np.asarray(X[i : i + _BLOCK], np.float32) for i in range(0, len(X), _BLOCK))
        with _threads(self.n_jobs):
            return np.concatenate([np.asarray(self.kernels_.transform(block), np.float32) for block in blocks])


@contextmanager
def _threads(n: int | None = None) -> Iterator[None]:
    """PyTorch on so many threads; afterwards on as many as before."""
    import torch

    before = torch.get_num_threads()
    if n is not None and n > 0:
        torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class SparseScaler(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Square roots of counts, standardized; a count of 0 stays 0, and rare counts are kept small.

    Source: Dempster, Schmidt and Webb (2023), as for Hydra.
    """

    def fit(self, X: Array, y: Any = None) -> "SparseScaler":
        """Mean and deviation of the training windows."""
        del y
        root = np.sqrt(np.maximum(X, 0))
        self.mean_ = root.mean(axis=0)
        self.scale_ = root.std(axis=0, ddof=1) + (root == 0).mean(axis=0) ** 4 + 1e-8
        return self

    def transform(self, X: Array) -> Array:
        """Shape (window, feature)."""
        root = np.sqrt(np.maximum(X, 0))
        return np.asarray((root - self.mean_) * (root != 0) / self.scale_, np.float32)
