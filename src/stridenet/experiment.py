"""An experiment: repeats of one network from their own seeds, tested on people it has never seen."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet import models
from stridenet.prepare import Preparer
from stridenet.replicas import Replicas
from stridenet.result import Result
from stridenet.spec import RunSpec
from stridenet.splits import Split, leaks
from stridenet.train import OnEpoch, Trained, Trainer
from stridenet.windows import Windows

Arrays = dict[str, Any]


class Experiment:
    """One network on one split of one set of windows, compiled once and trained per seed.

    Args:
        spec: the settings.
        windows: all windows.
        split: who trains, validates and is tested.
    """

    def __init__(self, spec: RunSpec, windows: Windows, split: Split) -> None:
        self.spec, self.windows, self.split = spec, windows, split
        train, validation = windows.take(split.train), windows.take(split.validation)
        self._prepare = Preparer(spec.prepare, train.without_overlap)
        model = self._build(spec.seed)
        self._shape = model.input_shape[1:]  # a flat model gets each window as one vector
        self._train = self._feed(train)
        self._validation = self._feed(validation) if len(validation) else None
        self._test_x = self._feed(windows.take(split.test))[0]
        self.trainer = Trainer(model, spec.train)

    def repeat(self, seed: int, on_epoch: OnEpoch | None = None) -> Arrays:
        """Trains once and predicts the test windows.

        Returns:
            ``probability`` (window, class), ``history`` (score, epoch) with ``scores``, ``seconds``, and the variables'
            values as ``weights_0``, ... and ``others_0``, ...
        """
        start = self.trainer.start(self._build(seed))
        trained = self.trainer.fit(start, *self._train, seed=seed, validation=self._validation, on_epoch=on_epoch)
        return self._arrays(seed, trained, self.trainer.predict(trained, self._test_x))

    def repeats(self, seeds: Sequence[int], tell: Callable[[int, int, dict[str, float]], None]) -> list[Arrays]:
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
        return [self._arrays(*each) for each in zip(seeds, trained, probability, strict=True)]

    def _arrays(self, seed: int, trained: Trained, probability: Any) -> Arrays:
        arrays: Arrays = {
            "probability": probability,
            "scores": np.array(list(trained.history)),
            "history": np.array(list(trained.history.values())),
            "seconds": np.array(trained.seconds),
        }
        if seed == self.spec.seed:  # the first repeat's model is the one that is kept
            arrays |= {f"weights_{i}": np.asarray(v) for i, v in enumerate(trained.weights)}
            arrays |= {f"others_{i}": np.asarray(v) for i, v in enumerate(trained.others)}
        return arrays

    def model(self, repeats: dict[int, Arrays]) -> Any:
        """The first repeat's Keras model, trained."""
        arrays = repeats[self.spec.seed]

        def values(prefix: str) -> list[npt.NDArray[Any]]:
            return [arrays[f"{prefix}_{i}"] for i in range(sum(name.startswith(f"{prefix}_") for name in arrays))]

        return self.trainer.put(Trained(values("weights"), values("others")))

    def result(self, repeats: dict[int, Arrays]) -> Result:
        """All repeats' predictions, in the order of their seeds."""
        windows, test = self.windows, self.split.test
        arrays = [repeats[seed] for seed in self.spec.seeds]
        return Result(
            probability=np.stack([a["probability"] for a in arrays]),
            y=windows.y[test],
            group=windows.group[test],
            recording=np.array(windows.recordings)[windows.recording[test]],
            start_s=windows.start[test] / windows.rate_hz,
            classes=windows.classes,
            seeds=self.spec.seeds,
            history=tuple(dict(zip(a["scores"].tolist(), a["history"].tolist(), strict=True)) for a in arrays),
            seconds=tuple(float(a["seconds"]) for a in arrays),
            protocol=self.split.protocol,
            n_parameters=sum(int(np.prod(v.shape)) for v in self.trainer.model.trainable_variables),
            about=self._about(),
        )

    def _about(self) -> dict[str, Any]:
        windows, sides = self.windows, self._sides()
        shared = leaks(windows, np.concatenate([sides["train"], sides["validation"]]), sides["test"])
        return {
            "source": windows.source,
            "rate_hz": windows.rate_hz,
            "length": windows.length,
            "channels": list(windows.channels),
            "windows": {name: len(side) for name, side in sides.items()} | {"dropped": windows.dropped},
            "people": {name: list(windows.take(side).people) for name, side in sides.items()},
            "leaks": {"people": shared.people, "samples": shared.samples},
            "majority_accuracy": float(np.bincount(windows.y[sides["test"]]).max() / len(sides["test"])),
        }

    def _sides(self) -> dict[str, npt.NDArray[np.int64]]:
        return {"train": self.split.train, "validation": self.split.validation, "test": self.split.test}

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
