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
from stridenet.baselines.estimators import Estimator, layout, parts
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
            self.note(" ".join(str(one.message).split())[:300])

    def note(self, what: str) -> None:
        """Tells it of this estimator, once."""
        self._note(f"model {self.estimator.name}: {what}")


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
        self._rest.fit(self._taken(windows), windows.y, **_people(model, windows))
        self._classes = np.asarray(getattr(self._rest, "classes_", np.unique(windows.y)))

    def predict(self, windows: Windows) -> Array:
        """Probabilities (window, class); see :func:`probabilities`."""
        with self._learner.told("predict"):
            last, x = last_step(self._rest, self._taken(windows))
            found = np.zeros((len(windows), self._n_classes), np.float32)
            found[:, self._classes.astype(np.int64)] = probabilities(last, x, self._classes)
            if not self._learner.estimator.ours and _named_first(found, _answered(last, x, self._classes)):
                self._learner.note("its answers are not all those with the largest probability; they count as predict")
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

    Its own where it has ``predict_proba``. Else the softmax of its decision values, where there is one for each class;
    for two classes these are the value and its negative. So log loss and calibration are defined, but nothing has made
    the values fit to be probabilities. An estimator that has neither gets 1 for its answer.

    Raises:
        SettingError: it answers what is no class.
    """
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(x), np.float64)
    if hasattr(model, "decision_function") and not _by_pairs(model):
        values = np.asarray(model.decision_function(x), np.float64)
        values = np.stack([-values, values], axis=1) if values.ndim == 1 else values
        if values.shape[1] == len(classes):
            powers = np.exp(values - values.max(axis=1, keepdims=True))
            return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    return np.asarray(_answered(model, x, classes).reshape(-1, 1) == classes, np.float64)


def last_step(model: Any, x: Any) -> tuple[Any, Any]:
    """The last step of a pipeline, and what the steps before it make of windows, so that they do it once."""
    if type(model).__module__ != "sklearn.pipeline" or len(getattr(model, "steps", ())) < 2:
        return model, x
    return model[-1], model[:-1].transform(x)


def _answered(model: Any, x: Any, classes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Shape (window,): the classes that an estimator names."""
    said = np.asarray(model.predict(x)).ravel()
    if (lost := np.flatnonzero(~np.isin(said, classes))).size:
        raise SettingError(f"the estimator answers {short(said[lost[0]])}, which is no class; give a classifier.")
    return said


def _named_first(found: Array, named: npt.NDArray[Any]) -> bool:
    """Gives the class that is named the largest probability of its window; whether any had another."""
    named, likeliest = named.astype(np.int64), found.argmax(axis=1)
    at = np.flatnonzero(named != likeliest)
    found[at, likeliest[at]], found[at, named[at]] = found[at, named[at]], found[at, likeliest[at]]
    tied = at[found[at].argmax(axis=1) != named[at]]
    found[tied, named[tied]] = np.nextafter(found[tied, named[tied]], np.float32(2))
    return bool(len(at) > len(tied))


def _by_pairs(model: Any) -> bool:
    """Whether decision values are of pairs of classes: of three classes there are as many."""
    return any(getattr(part, "decision_function_shape", "") == "ovo" for part in parts(model))


def _people(model: Any, windows: Windows) -> dict[str, Any]:
    """The people, for a search by a splitter of groups, which may be a step of a pipeline."""
    searches = {"": model} | {f"{name}__": step for name, step in getattr(model, "steps", ())}
    return {
        f"{name}groups": windows.group
        for name, one in searches.items()
        if "Group" in type(getattr(one, "cv", None)).__name__
    }


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
