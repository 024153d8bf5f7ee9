"""An experiment: repeats of one network from their own seeds, tested on people it has never seen."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.engine.backend import compile_seconds
from stridenet.engine.replicas import Replicas
from stridenet.engine.trainer import OnEpoch, Trained, Trainer
from stridenet.evaluation.splits import Split
from stridenet.models import build as models
from stridenet.models.prepare import Preparer
from stridenet.signals.windows import Windows
from stridenet.spec import RunSpec


class Repeat(NamedTuple):
    """What a repeat leaves.

    Args:
        arrays: ``probability`` (window, class), ``history`` (score, epoch) with ``scores``, ``seconds`` of training,
            ``compile_seconds`` since the repeat before, and ``n_parameters``.
        model: the trained Keras model of the first repeat, which is the one that is kept: choosing the best on test
            people would be peeking. Of the others none.
    """

    arrays: dict[str, Any]
    model: Any | None


class Experiment:
    """One network on one split of one set of windows, compiled once and trained per seed.

    Args:
        spec: the settings.
        windows: all windows.
        split: who trains, validates and is tested.
    """

    def __init__(self, spec: RunSpec, windows: Windows, split: Split) -> None:
        self.spec, self.windows, self.split = spec, windows, split
        self._compiled = compile_seconds()
        train, validation = windows.take(split.train), windows.take(split.validation)
        self._prepare = Preparer(spec.prepare, train.without_overlap)
        model = self._build(spec.seed)
        self._shape = model.input_shape[1:]  # a flat model gets each window as one vector
        self._train = self._feed(train)
        self._validation = self._feed(validation) if len(validation) else None
        self._test_x = self._feed(windows.take(split.test))[0]
        self.trainer = Trainer(model, spec.train)

    def repeat(self, seed: int, on_epoch: OnEpoch | None = None) -> Repeat:
        """Trains once and predicts the test windows."""
        start = self.trainer.start(self._build(seed))
        trained = self.trainer.fit(start, *self._train, seed=seed, validation=self._validation, on_epoch=on_epoch)
        return self._repeat(seed, trained, self.trainer.predict(trained, self._test_x))

    def repeats(self, seeds: Sequence[int], tell: Callable[[int, int, dict[str, float]], None]) -> list[Repeat]:
        """The same for several seeds, trained as one program; ``tell`` hears the seed, the epoch and its scores."""
        replicas = Replicas(self.trainer.model, self.spec.train)
        x, y = self._train
        train = [np.arange(len(x))] * len(seeds)
        validation = None
        if self._validation:
            more_x, more_y = self._validation
            validation = [np.arange(len(x), len(x) + len(more_x))] * len(seeds)
            x, y = np.concatenate([x, more_x]), np.concatenate([y, more_y])
        trained = replicas.fit(
            [self.trainer.start(self._build(seed)) for seed in seeds],
            x,
            y,
            seeds=seeds,
            train=train,
            validation=validation,
            on_epoch=lambda i, epoch, scores: tell(seeds[i], epoch, scores),
        )
        probability = replicas.predict(trained, self._test_x)
        return [self._repeat(*each) for each in zip(seeds, trained, probability, strict=True)]

    def _repeat(self, seed: int, trained: Trained, probability: Any) -> Repeat:
        before, self._compiled = self._compiled, compile_seconds()
        arrays = {
            "probability": probability,
            "scores": np.array(list(trained.history)),
            "history": np.array(list(trained.history.values())),
            "seconds": np.array(trained.seconds),
            "compile_seconds": np.array(self._compiled - before),
            "n_parameters": np.array(sum(int(np.prod(v.shape)) for v in trained.weights)),
        }
        return Repeat(arrays, self.trainer.put(trained) if seed == self.spec.seed else None)

    def _feed(self, windows: Windows) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """Windows and classes in the shape that the model takes."""
        return windows.x.reshape(len(windows), *self._shape), windows.y

    def _build(self, seed: int) -> Any:
        return models.build(
            self.spec.model.name,
            length=self.windows.length,
            n_channels=len(self.windows.channels),
            n_classes=len(self.windows.classes),
            settings=self.spec.model.settings,
            prepare=self._prepare,
            seed=seed,
        )
