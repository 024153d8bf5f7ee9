"""What anything that learns from windows must offer: presets, anyone's own Keras model, scikit-learn's estimators."""

from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from stridenet.signals.windows import Windows
from stridenet.system.notes import OnEpoch


class Layer(NamedTuple):
    """A layer of what was trained, for people to read.

    Args:
        name: its name.
        kind: its class, such as ``Conv1D``.
        size: samples under a filter, or that pooling turns into one; 0 for a layer that has no such size.
        output_shape: of one window.
        parameters: its numbers, learnt or not.
        receptive_field: samples of the window that one output value depends on.
    """

    name: str
    kind: str
    size: int
    output_shape: tuple[int, ...]
    parameters: int
    receptive_field: int


class Fitted(Protocol):
    """What a training leaves.

    Args:
        history: ``loss``, ``accuracy`` and, with validation, ``val_loss`` and ``val_accuracy``; a value per epoch.
            Empty for what has no epochs.
        seconds: training time without compilation.
        n_parameters: how many numbers were learnt; 0 where they are not counted.
        layers: in the order in which they are computed; empty for what has none to show.
    """

    history: dict[str, list[float]]
    seconds: float
    n_parameters: int
    layers: tuple[Layer, ...]

    def predict(self, windows: Windows) -> npt.NDArray[np.float32]:
        """Probabilities (window, class)."""

    def save(self, path: Path) -> None:
        """Writes the model, whose input is raw windows, into a file."""


class Recipe(Protocol):
    """What is trained anew for each repeat, with its settings: a network or an estimator."""

    @property
    def name(self) -> str:
        """A short name, for folders and pictures."""

    @property
    def address(self) -> str:
        """What finds it again as ``model.name``, from any folder; of what came from Python just its name."""

    @property
    def portable(self) -> bool:
        """Whether another process can make it too."""

    @property
    def raw(self) -> bool:
        """Whether it takes raw units and scales them by itself, so that no other scaling goes before."""

    def settings(self) -> dict[str, Any]:
        """All its settings as TOML holds them, defaults written out."""

    def identity(self) -> dict[str, Any]:
        """What decides the numbers that it gives."""

    def training(self, n_windows: int, n_classes: int) -> dict[str, Any]:
        """How it is trained where nobody says otherwise: what differs from the usual settings of a training.

        Args:
            n_windows: that train.
            n_classes: that are told apart.
        """


class Learner(Protocol):
    """Learns from windows; never sees the test windows before :meth:`Fitted.predict`."""

    def fit(
        self, windows: Windows, validation: Windows | None, seed: int, *, on_epoch: OnEpoch | None = None
    ) -> Fitted:
        """Trains once on these windows; ``validation`` is scored after each epoch and never trained on."""

    def compiled(self) -> float:
        """Seconds of compilation since this was last asked; 0 for what compiles nothing."""
