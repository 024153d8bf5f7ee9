"""Answers for new windows from a trained network: one at a time at once, or many."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.engine import checks, contract
from stridenet.engine.backend import on_cpu
from stridenet.engine.batches import in_batches
from stridenet.engine.compiling import Program, copied
from stridenet.engine.model_file import load_model
from stridenet.signals.places import Places

Array = npt.NDArray[np.float32]


class Predictor:
    """Class probabilities from a trained Keras model, compiled once for each of a few batch sizes.

    Any number of windows is answered without compiling again: what does not fill a batch is padded, and the padding's
    answers are cut off. The values of the model are taken as they are now; training it on does not change the answers.

    Args:
        model: from windows, in raw units, to probabilities.

    Raises:
        SettingError: the model gives something else.

    >>> from stridenet.engine.backend import keras
    >>> model = keras.Sequential([keras.Input((4, 2)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    >>> predictor = Predictor(model)
    >>> predictor.predict(np.zeros((5, 4, 2))).shape
    (5, 3)
    >>> predictor.predict_one(np.zeros((4, 2))).shape
    (3,)
    """

    def __init__(self, model: Any) -> None:
        contract.check(model, trained=False)
        self.shape: tuple[int | None, ...] = tuple(model.input_shape[1:])
        self.n_classes: int = model.output_shape[-1]
        values = copied([[v.value for v in vs] for vs in (model.trainable_variables, model.non_trainable_variables)])

        def forward(values: Any, x: Any) -> Any:
            return model.stateless_call(*values, x, training=False)[0]

        one_thread = {"xla_cpu_multi_thread_eigen": False} if on_cpu() else None  # threads only wait on so little work
        many, one = Program(forward), Program(forward, options=one_thread)

        def asked(x: Array) -> Any:
            return (many if len(x) > 1 else one)(values, x.reshape(len(x), -1) if len(self.shape) == 1 else x)

        self._forward: Callable[[Array], Any] = asked

    @classmethod
    def load(cls, path: Path | str) -> "Predictor":
        """The predictor of a ``.keras`` file, or of a run's folder.

        Nothing in the file is executed: what needs a Python lambda, or a layer that is not known here, is refused.

        Raises:
            DataError: there is no such file, or it holds no model that Keras can read.
        """
        return cls(load_model(Path(path)))

    def predict(self, x: npt.ArrayLike | Places) -> Array:
        """Probabilities (window, class) of windows (window, time, channel) in raw units.

        Raises:
            DataError: they are not of the shape that the model takes, or hold NaN, infinite values or text; or the
                model gives no number.
        """
        return checks.answers(in_batches(self._forward, checks.either(x, self.shape), self.n_classes))

    def predict_one(self, window: npt.ArrayLike) -> Array:
        """Probabilities (class,) of one window (time, channel) in raw units.

        Raises:
            DataError: as for :meth:`predict`.
        """
        answer: Array = checks.answers(np.asarray(self._forward(checks.windows([window], self.shape))))[0]
        return answer
