"""A trial: one training with one seed on one split, and what names it.

Its key is a digest of all that decides its numbers, and of nothing else: the settings as they were resolved, the seed,
who is on which side, the windows' content, our own code and the libraries. So it is found again whatever run asks.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.evaluation.learner import Fitted, Learner
from stridenet.evaluation.splits import Split
from stridenet.evaluation.whole import Whole
from stridenet.signals.windows import Windows
from stridenet.system.notes import OnEpoch

FORMAT = 1
TEACHING = "train_probability"
_DECIDING = ("engine", "models", "baselines", "named.py", "runs/trial.py")
"""Where the code lies that decides a trial's numbers, once windows and sides are known."""
_BLOCK = 65_536  # samples


class Outcome(NamedTuple):
    """What a trial leaves.

    Args:
        arrays: ``probability`` (window, class), ``history`` (score, epoch) with ``scores``, ``seconds`` of training,
            ``compile_seconds``, ``n_parameters`` and ``layers``, which are JSON; where there are such windows,
            ``held_probability`` of those that validate, ``whole_probability`` of whole recordings and, where another
            network learns it, ``train_probability`` of those that train.
        fitted: what was trained.
    """

    arrays: dict[str, Any]
    fitted: Fitted


class Turn(NamedTuple):
    """Which training of a run: in which fold, and from which seed."""

    fold: int
    seed: int


class Sides(NamedTuple):
    """The windows of each side, taken once for all trials of a split; no validation is None.

    Args:
        train: what is trained on.
        validation: what watches it.
        test: what is tested.
        whole: every window of the recordings that are tested, where a timeline is asked for.
        soft: shape (window, class), what is learnt of the training windows in place of their classes.
        teaches: whether what is said of the training windows is kept, for another network to learn.
    """

    train: Windows
    validation: Windows | None
    test: Windows
    whole: Windows | None = None
    soft: npt.NDArray[np.float32] | None = None
    teaches: bool = False

    @classmethod
    def of(cls, windows: Windows, split: Split, whole: Whole | None = None) -> "Sides":
        """The sides of a split."""
        validation = windows.take(split.validation) if len(split.validation) else None
        tested = whole.tested(windows, split) if whole is not None else None
        return cls(windows.take(split.train), validation, windows.take(split.test), tested)


class BySide:
    """The sides of a run's splits; those last asked for are kept, for trainings of one fold come after each other."""

    def __init__(
        self, windows: Windows, splits: Sequence[Split], whole: Whole | None = None, *, teaches: bool = False
    ) -> None:
        self._windows, self._splits, self._whole, self._teaches = windows, splits, whole, teaches
        self._fold = -1
        self._sides: Sides | None = None

    def of(self, fold: int) -> Sides:
        """The sides of this fold; the same object as long as no other fold is asked for."""
        if self._sides is None or fold != self._fold:
            self._fold, self._sides = fold, self._made(fold)
        return self._sides

    def _made(self, fold: int) -> Sides:
        return Sides.of(self._windows, self._splits[fold], self._whole)._replace(teaches=self._teaches)


def train(learner: Learner, sides: Sides, seed: int, on_epoch: OnEpoch | None = None) -> Outcome:
    """Trains once, and then, and only then, answers for the test windows."""
    more: dict[str, Any] = {} if sides.soft is None else {"soft": sides.soft}  # which networks alone can learn
    return outcome(learner, learner.fit(sides.train, sides.validation, seed, on_epoch=on_epoch, **more), sides)


def outcome(learner: Learner, fitted: Fitted, sides: Sides) -> Outcome:
    """What is kept of a training."""
    asked = {"probability": sides.test, "held_probability": sides.validation, "whole_probability": sides.whole}
    asked |= {TEACHING: sides.train} if sides.teaches else {}
    arrays = {name: fitted.predict(windows) for name, windows in asked.items() if windows is not None} | {
        "scores": np.array(list(fitted.history)),
        "history": np.array(list(fitted.history.values())),
        "seconds": np.array(fitted.seconds),
        "n_parameters": np.array(fitted.n_parameters),
        "layers": np.array(json.dumps(fitted.layers)),
    }
    return Outcome(arrays | {"compile_seconds": np.array(learner.compiled())}, fitted)


def key(deciding: Mapping[str, Any], seed: int) -> str:
    """The trial's name: equal when, and only when, all that decides its numbers is.

    >>> key({"data": "1"}, 0) == key({"data": "1"}, 0) != key({"data": "1"}, 1)
    True
    """
    text = json.dumps({"format": FORMAT, "seed": seed, **deciding}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def content(windows: Windows) -> str:
    """Identifies what windows hold: samples, classes, people and places.

    The same windows have the same content, whether they came as places over a signal or as copies.
    """
    digest = hashlib.sha256(json.dumps([windows.channels, windows.units, windows.classes, windows.rate_hz]).encode())
    order, fresh = windows.in_time()
    for array in (windows.y, windows.group, windows.recording, windows.start, fresh):
        body = np.ascontiguousarray(array)
        digest.update(f"{body.dtype.str}{body.shape}".encode())
        digest.update(body.view(np.uint8).data if body.size else b"")
    digest.update(f"{windows.x.shape}".encode())
    for piece in windows.places.pieces(order, fresh):
        for first in range(0, len(piece), _BLOCK):
            digest.update(np.ascontiguousarray(piece[first : first + _BLOCK], np.float32).view(np.uint8).data)
    return digest.hexdigest()


@cache
def code() -> str:
    """Identifies the code of ours that decides a trial's numbers."""
    package = resources.files("stridenet")
    digest = hashlib.sha256()
    for part in _DECIDING:
        place = package.joinpath(part)
        files = [place] if place.is_file() else sorted(place.iterdir(), key=lambda file: file.name)
        for file in files:
            if file.name.endswith(".py"):
                digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()
