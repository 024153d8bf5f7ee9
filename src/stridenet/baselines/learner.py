"""An estimator as something that learns from windows, with probabilities whatever it answers."""

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.baselines._kept import Kept
from stridenet.baselines.estimators import Estimator, layout
from stridenet.baselines.transformer import FeatureTransformer
from stridenet.errors import SettingError, StridenetError, short
from stridenet.evaluation.learner import Layer
from stridenet.signals.windows import Windows
from stridenet.system.machine import usable_cores
from stridenet.system.notes import Note, OnEpoch, once, silent

Array = npt.NDArray[np.float32]


class EstimatorLearner:
    """Trains new estimators, each with its seed as ``random_state``.

    What an estimator, or a part of it, has as parameters is told to it: ``random_state`` is the seed whatever it was,
    ``rate_hz`` and ``channels`` are the windows' where they are None, and ``n_jobs`` is ``jobs`` where it was asked
    for. Features that are computed by :class:`stridenet.baselines.transformer.FeatureTransformer` as a pipeline's
    first step are computed once for each window. A search by a splitter of groups is given the people.

    Args:
        estimator: what is trained.
        jobs: threads; by default as many as the estimator asks for.
        note: told what scikit-learn warns of.
    """

    def __init__(self, estimator: Estimator, *, jobs: int | None = None, note: Note | None = None) -> None:
        self.estimator, self._jobs, self._note = estimator, jobs, once(note or silent)
        self._kept = Kept()

    def fit(
        self, windows: Windows, validation: Windows | None, seed: int, *, on_epoch: OnEpoch | None = None
    ) -> "EstimatorFitted":
        """Trains once on these windows; the validation windows are not looked at."""
        del validation
        began = time.perf_counter()
        with self.told("fit"):
            model = self.estimator.new()
            _set(model, windows, seed, self._jobs)
            fitted = EstimatorFitted(self, model, windows)
        fitted.seconds = time.perf_counter() - began
        if on_epoch:
            on_epoch(1, {})
        return fitted

    def compiled(self) -> float:
        """Nothing is compiled."""
        return 0.0

    def features(self, windows: Windows, transformer: FeatureTransformer) -> Array:
        """What a transformer gives, computed once for each window."""
        return self._kept.of(windows, transformer.edges)

    @contextmanager
    def told(self, what: str) -> Iterator[None]:
        """Warnings become notes, and what fails a sentence."""
        name = self.estimator.name
        try:
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("default")
                yield
        except (StridenetError, MemoryError):
            raise
        except Exception as error:  # anyone's code
            words = " ".join(str(error).split())[:300].rstrip(".")
            raise SettingError(f"model {name}: {what} fails ({type(error).__name__}: {words}).") from error
        for one in said:
            self._note(f"model {name}: {' '.join(str(one.message).split())[:300]}")


class EstimatorFitted:
    """A trained estimator; what it offers is told by :class:`stridenet.evaluation.learner.Fitted`.

    ``history`` is empty and ``n_parameters`` 0: it has no epochs, and numbers that it learnt are not counted.
    """

    def __init__(self, learner: EstimatorLearner, model: Any, windows: Windows) -> None:
        self._learner, self._model, self._n_classes = learner, model, len(windows.classes)
        self.history: dict[str, list[float]] = {}
        self.seconds, self.n_parameters = 0.0, 0
        self.layers: tuple[Layer, ...] = ()
        self._by_hand = _by_hand(model, windows)
        self._rest = model if self._by_hand is None else model[1:]
        people = {"groups": windows.group} if "Group" in type(getattr(model, "cv", None)).__name__ else {}
        self._rest.fit(self._taken(windows), windows.y, **people)
        self._classes = np.asarray(getattr(self._rest, "classes_", np.unique(windows.y)))

    def predict(self, windows: Windows) -> Array:
        """Probabilities (window, class); see :func:`probabilities`."""
        with self._learner.told("predict"):
            said = probabilities(self._rest, self._taken(windows), self._classes)
            found = np.zeros((len(windows), self._n_classes), np.float32)
            found[:, self._classes.astype(np.int64)] = said
            return found

    def save(self, path: Path) -> None:
        """Refuses: a pickle executes whatever it holds when it is loaded, and there is no other file for all."""
        raise SettingError(f"{path}: no model file is kept of an estimator; the settings train it again.")

    def _taken(self, windows: Windows) -> Any:
        """Windows as the estimator takes them."""
        if self._by_hand is not None:
            return self._learner.features(windows, self._by_hand)
        match layout(self._model):
            case "ntc":
                return windows.x
            case "nct":
                return np.ascontiguousarray(np.asarray(windows.x).swapaxes(1, 2))
            case _:
                return np.asarray(windows.x).reshape(len(windows), -1)


def probabilities(model: Any, x: Any, classes: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Probabilities (window, class) of the classes that a fitted estimator knows.

    Its own where it has ``predict_proba``. Else the softmax of its decision values, which keeps every answer; for two
    classes these are the value and its negative. So log loss and calibration are defined, but nothing has made the
    values fit to be probabilities. An estimator that has neither gets 1 for its answer.

    Raises:
        SettingError: it answers what is no class.
    """
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(x), np.float64)
    if hasattr(model, "decision_function"):
        values = np.asarray(model.decision_function(x), np.float64)
        values = np.stack([-values, values], axis=1) if values.ndim == 1 else values
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    said = np.asarray(model.predict(x))
    right = np.asarray(said.reshape(-1, 1) == classes)
    if (lost := np.flatnonzero(~right.any(axis=1))).size:
        raise SettingError(
            f"the estimator answers {short(said.ravel()[lost[0]])}, which is no class; give a classifier."
        )
    return right.astype(np.float64)


def _by_hand(model: Any, windows: Windows) -> FeatureTransformer | None:
    """The first step of a pipeline, where it gives the features of these very windows."""
    steps: Any = getattr(model, "steps", ())
    if len(steps) < 2 or type(first := steps[0][1]) is not FeatureTransformer:
        return None
    alike = (first.rate_hz, tuple(first.channels or ())) == (windows.rate_hz, windows.channels)
    return first if alike else None


def _set(model: Any, windows: Windows, seed: int, jobs: int | None) -> None:
    """Tells an estimator and its parts what they ask for."""
    if not hasattr(model, "get_params"):
        return
    told: dict[str, Any] = {}
    for name, value in model.get_params(deep=True).items():
        match name.rpartition("__")[2]:
            case "random_state":
                told[name] = seed
            case "n_jobs" if value is not None and (jobs or value == -1):
                told[name] = jobs or len(usable_cores())  # all that there are may be more than this process may use
            case ("rate_hz" | "channels") as what if value is None:
                told[name] = getattr(windows, what)
    model.set_params(**told)
