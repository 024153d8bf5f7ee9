"""Hand-made features as the first step of a scikit-learn pipeline."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin

from stridenet.baselines import features as by_hand
from stridenet.errors import DataError, SettingError
from stridenet.signals.places import Places


class FeatureTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """From windows (window, time, channel), such as ``windows.x``, to :func:`stridenet.features` of each.

    It learns nothing: the features of a window depend on that window alone. In a run of stridenet it is told the rate
    and the channels; elsewhere it must be given them.

    Args:
        rate_hz: samples per second.
        channels: the channels' names, which tell what the axes of one sensor are; by default none belong together.
        edges: where bands of frequencies meet, see :func:`stridenet.features`.

    >>> import numpy as np
    >>> FeatureTransformer(rate_hz=20).fit_transform(np.zeros((3, 40, 2))).shape
    (3, 48)
    """

    windows_layout = "ntc"

    def __init__(
        self,
        rate_hz: float | None = None,
        channels: Sequence[str] | None = None,
        edges: Sequence[float] | None = None,
    ) -> None:
        self.rate_hz, self.channels, self.edges = rate_hz, channels, edges

    def fit(self, X: npt.ArrayLike | Places, y: Any = None) -> "FeatureTransformer":
        """Looks at the windows' shape, at nothing else.

        Raises:
            SettingError: the rate is not known.
            DataError: these are no windows.
        """
        del y
        if self.rate_hz is None:
            raise SettingError(
                "FeatureTransformer: a frequency needs the samples per second; give rate_hz=windows.rate_hz and "
                "channels=windows.channels."
            )
        shape = np.shape(X)
        if len(shape) != 3:
            raise DataError(
                f"FeatureTransformer: expected windows (window, time, channel), found shape {shape}; give windows.x."
            )
        self.length_ = shape[1]
        self.channels_ = tuple(self.channels or (f"channel {i}" for i in range(1, shape[2] + 1)))
        return self

    def transform(self, X: npt.ArrayLike | Places) -> npt.NDArray[np.float32]:
        """Shape (window, feature).

        Raises:
            DataError: windows of other channels than before.
        """
        if self.rate_hz is None or np.shape(X)[1:] != (self.length_, len(self.channels_)):
            wanted = (self.length_, len(self.channels_))
            raise DataError(f"FeatureTransformer: windows of {np.shape(X)[1:]} came, and it was fitted on {wanted}.")
        return by_hand.compute(X, self.rate_hz, self.channels_, edges=self.edges)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The features' names."""
        del input_features
        names = by_hand.names(self.length_, self.rate_hz or 1.0, self.channels_, edges=self.edges)
        return np.array(names, dtype=object)
