"""Answers for new windows from a trained network: one at a time at once, or many."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from stridenet.engine.backend import keras, on_cpu
from stridenet.engine.batches import in_batches
from stridenet.errors import DataError

Array = npt.NDArray[np.float32]


class Predictor:
    """Class probabilities from a trained Keras model, compiled once for each of a few batch sizes.

    Any number of windows is answered without compiling again: what does not fill a batch is padded, and the padding's
    answers are cut off. The values of the model are taken as they are now; training it on does not change the answers.

    Args:
        model: from windows, in raw units, to probabilities.

    >>> model = keras.Sequential([keras.Input((4, 2)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    >>> predictor = Predictor(model)
    >>> predictor.predict(np.zeros((5, 4, 2))).shape
    (5, 3)
    >>> predictor.predict_one(np.zeros((4, 2))).shape
    (3,)
    """

    def __init__(self, model: Any) -> None:
        self.shape: tuple[int, ...] = tuple(model.input_shape[1:])
        self.n_classes: int = model.output_shape[-1]
        values = [[jnp.copy(v.value) for v in vs] for vs in (model.trainable_variables, model.non_trainable_variables)]

        def forward(values: Any, x: Any) -> Any:
            return model.stateless_call(*values, x, training=False)[0]

        one_thread = {"xla_cpu_multi_thread_eigen": False} if on_cpu() else None  # threads only wait on so little work
        many, one = jax.jit(forward), jax.jit(forward, compiler_options=one_thread)
        self._forward: Callable[[Array], Any] = lambda x: (many if len(x) > 1 else one)(values, x)

    @classmethod
    def load(cls, path: Path | str) -> "Predictor":
        """The predictor of a ``.keras`` file, or of a run's folder.

        Raises:
            DataError: there is no such file, or Keras cannot read it.
        """
        file = Path(path) / "model.keras" if Path(path).is_dir() else Path(path)
        try:
            return cls(keras.saving.load_model(file, compile=False))
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0].rstrip(".")
            raise DataError(
                f"{file}: no model is read from there ({reason}); name a .keras file or a run's folder."
            ) from error

    def predict(self, x: npt.ArrayLike) -> Array:
        """Probabilities (window, class) of windows (window, time, channel) in raw units.

        Raises:
            DataError: the windows are not of the shape that the model takes.
        """
        return in_batches(self._forward, self._checked(x), self.n_classes)

    def predict_one(self, window: npt.ArrayLike) -> Array:
        """Probabilities (class,) of one window (time, channel) in raw units.

        Raises:
            DataError: the window is not of the shape that the model takes.
        """
        answer: Array = np.asarray(self._forward(self._checked(np.asarray(window)[np.newaxis])))[0]
        return answer

    def _checked(self, x: npt.ArrayLike) -> Array:
        array = np.asarray(x, dtype=np.float32)
        flat = len(self.shape) == 1 and array.ndim == 3 and array[:1].size in (0, self.shape[0])
        if array.shape[1:] != self.shape and not flat:
            raise DataError(f"windows of shape {array.shape[1:]} came, and the model takes {self.shape}.")
        return array.reshape(len(array), *self.shape)
