"""A Keras network as something that learns from windows: compiled once, trained per seed, alone or as one program."""

import copy
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.engine import objectives
from stridenet.engine.augment import rotation
from stridenet.engine.compiling import compile_seconds
from stridenet.engine.replicas import Replicas
from stridenet.engine.trainer import Trained, Trainer
from stridenet.errors import DataError
from stridenet.evaluation.learner import Layer
from stridenet.models._sensors import turning
from stridenet.models.layer_table import layer_table
from stridenet.models.network import Network, check_memory
from stridenet.models.prepare import Preparer
from stridenet.signals.channels import Channels
from stridenet.signals.places import Places
from stridenet.signals.windows import Windows
from stridenet.spec import Preparation, TrainSpec
from stridenet.system.notes import Note, OnEpoch, Tell

Array = npt.NDArray[np.float32]


class KerasLearner:
    """Learns with a Keras network, the preparation inside it.

    What is compiled for some training windows is used again as long as these very windows come.

    Args:
        network: what is trained.
        prepare: scaling, fitted on the training windows alone.
        spec: how it is trained.
        optimizer: a Keras optimizer in place of the settings' one; so are ``loss`` and ``class_weights`` (by the
            classes' names or numbers), see :class:`stridenet.engine.trainer.Trainer`.
        callbacks: Keras callbacks; each training gets copies of them as they were given, so that none knows of the one
            before.
        room: bytes of a signal that a trainer may copy.
        note: told what :class:`stridenet.engine.trainer.Trainer` tells.
    """

    def __init__(
        self,
        network: Network,
        prepare: Preparation,
        spec: TrainSpec,
        *,
        optimizer: Any | None = None,
        loss: Any | None = None,
        class_weights: Any | None = None,
        callbacks: Sequence[Any] = (),
        room: int | None = None,
        note: Note | None = None,
    ) -> None:
        self.network, self.prepare, self.spec, self._note, self._room = network, prepare, spec, note, room
        self._given = {"optimizer": optimizer, "loss": loss}
        self._class_weights = spec.class_weights if class_weights is None else class_weights
        self._callbacks = callbacks
        self._compiled = compile_seconds()
        self._windows: Windows | None = None
        self._seen = _Seen(0, (), Channels((), (), 1.0))
        self._trainer: Trainer
        self._prepare: Preparer

    def fit(
        self,
        windows: Windows,
        validation: Windows | None,
        seed: int,
        *,
        soft: Array | None = None,
        on_epoch: OnEpoch | None = None,
    ) -> "KerasFitted":
        """Trains once on these windows; ``validation`` is scored after each epoch and never trained on.

        With ``soft``, shape (window, class), these probabilities are learnt in place of the windows' classes.
        """
        trainer = self.trainer(windows, seed)
        held = _fed(validation) if validation is not None else None
        start = trainer.start(self._build(seed))
        trainer.callbacks = copy.deepcopy(self._callbacks)
        trained = trainer.fit(start, *_fed(windows), seed=seed, validation=held, soft=soft, on_epoch=on_epoch)
        return KerasFitted(trainer, trained, self.layers())

    def fit_together(
        self,
        windows: Windows,
        validation: Windows | None,
        seeds: Sequence[int],
        *,
        tell: Tell,
    ) -> list["KerasFitted"]:
        """The same for several seeds, trained as one program; ``tell`` hears the seed, the epoch and its scores.

        With callbacks they are trained one after the other.
        """
        if self._callbacks or self.spec.callbacks:  # which know one training each
            return [self.fit(windows, validation, seed, on_epoch=partial(tell, seed)) for seed in seeds]
        trainer = self.trainer(windows, seeds[0])
        x, y = _fed(windows)
        train = [np.arange(len(x))] * len(seeds)
        held = None
        if validation is not None:
            more_x, more_y = _fed(validation)
            held = [np.arange(len(x), len(x) + len(more_x))] * len(seeds)
            x, y = x.plus(more_x), np.concatenate([y, more_y])
        trained = Replicas(trainer.model, self.spec, note=self._note, **self._objects()).fit(
            [trainer.start(self._build(seed)) for seed in seeds],
            x,
            y,
            seeds=seeds,
            train=train,
            validation=held,
            on_epoch=lambda i, epoch, scores: tell(seeds[i], epoch, scores),
        )
        return [KerasFitted(trainer, each, self.layers()) for each in trained]

    def compiled(self) -> float:
        """Seconds of compilation since this was last asked."""
        before, self._compiled = self._compiled, compile_seconds()
        return self._compiled - before

    def trainer(self, windows: Windows, seed: int = 0) -> Trainer:
        """What trains on these windows; the seed matters only to what nothing is kept of."""
        if self._windows is windows:
            return self._trainer
        before, self._windows = self._seen, windows
        self._seen = _Seen(windows.length, windows.classes, Channels.of(windows))
        same = before == self._seen and not self._prepare.fits
        self._prepare = Preparer(self.prepare, windows.pieces)
        if same:
            return self._trainer  # whose program holds nothing of the windows before: another fold of the same data
        check_memory(self.network, windows, self._seen.channels, self.spec.batch_size)
        if self._note and self.network.raw:
            for told in self._seen.channels.told(windows.units):
                self._note(told)
        self._trainer = Trainer(
            self._build(seed),
            self.spec,
            n_classes=len(windows.classes),
            room=self._room,
            note=self._note,
            **self._objects(),
        )
        return self._trainer

    def layers(self) -> tuple[Layer, ...]:
        """The layers of what was last trained; none of a model that cannot be looked into."""
        try:
            rows = layer_table(self._trainer.model).rows
        except DataError:
            return ()
        return tuple(
            Layer(row.name, row.kind, row.size, row.output_shape, row.parameters, row.receptive_field) for row in rows
        )

    def _objects(self) -> dict[str, Any]:
        return {
            **self._given,
            "class_weights": objectives.by_number(self._class_weights, self._seen.classes),
            "augment": rotation(self.spec.rotation, turning(self._seen.channels)),
        }

    def _build(self, seed: int) -> Any:
        length, classes, channels = self._seen
        return self.network.build(
            length=length,
            n_channels=len(channels.names),
            n_classes=len(classes),
            prepare=self._prepare,
            channels=channels,
            seed=seed,
        )


def _fed(windows: Windows) -> tuple[Places, npt.NDArray[np.int64]]:
    """Windows, not gathered, and classes."""
    return windows.places, windows.y


class _Seen(NamedTuple):
    """What a network is built for: where that is the same, one serves other windows too."""

    length: int
    classes: tuple[str, ...]
    channels: Channels


class KerasFitted:
    """A trained network; what it offers is told by :class:`stridenet.evaluation.learner.Fitted`."""

    def __init__(self, trainer: Trainer, trained: Trained, layers: tuple[Layer, ...]) -> None:
        self._trainer, self._trained = trainer, trained
        self.history, self.seconds = trained.history, trained.seconds
        self.n_parameters = sum(int(np.prod(v.shape)) for v in trained.weights)
        self.layers = layers

    def predict(self, windows: Windows) -> Array:
        """Probabilities (window, class)."""
        return self._trainer.predict(self._trained, windows.places)

    def save(self, path: Path) -> None:
        """Writes the Keras model, which takes raw units."""
        self._trainer.put(self._trained).save(path)
