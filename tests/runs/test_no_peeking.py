"""Nobody looks at the test people: change all that is known of them, and no weight and no history may change.

The same for the validation people, but for what is fitted on them: temperature and threshold. It runs through the main
job, over every way of training, so that it sees whoever hands windows to the scaler, the trainer or the validation.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pytest

from stridenet import spec
from stridenet.data.load import Loaded
from stridenet.engine import backend
from stridenet.engine.backend import keras
from stridenet.evaluation.result import Result
from stridenet.evaluation.splits import Split, folds, split
from stridenet.runs import job
from stridenet.runs.executors import choose
from stridenet.runs.selection import Selection, select
from stridenet.signals.windows import Windows

Index = npt.NDArray[np.int64]
WAYS = ("here", pytest.param("processes", marks=pytest.mark.slow), "one-program")
SETTINGS: dict[str, Any] = {
    "repeats": 2,
    "prepare": "standardize",
    "split": {"test": 0.3, "validation": 0.5},
    "model": {"name": "cnn", "settings": {"filters": 4, "dense": [8]}},
    "train": {"epochs": 2, "learning_rate": 0.01},
}


OWN_NETWORK = """
import keras

def build(input_shape, n_classes):
    layers = [keras.layers.Conv1D(4, 3, activation="relu"), keras.layers.BatchNormalization(), keras.layers.Flatten()]
    return keras.Sequential([keras.Input(input_shape), *layers, keras.layers.Dense(n_classes, activation="softmax")])
"""
OTHER_TRAINING: dict[str, Any] = {
    "epochs": 2,
    "learning_rate": 0.01,
    "optimizer": {"class_name": "sgd", "config": {"momentum": 0.9}},
    "loss": {"class_name": "categorical_crossentropy", "config": {"label_smoothing": 0.1}},
    "class_weights": "balanced",
}
PLATEAU = {"class_name": "reduce_lr_on_plateau", "config": {"monitor": "loss", "patience": 1, "min_delta": 9.0}}


@dataclass(frozen=True)
class Seen:
    """What a run leaves that could tell what it has seen."""

    weights: list[npt.NDArray[np.float32]]
    history: list[dict[str, list[float]]]
    probability: npt.NDArray[np.float32]
    unsure: npt.NDArray[np.float64]
    """Temperature and both thresholds, of each training."""

    def fitted_as(self, other: "Seen", *, but: str = "none") -> bool:
        """Whether no weight and no history differs, but for histories whose name begins so."""
        mine, theirs = (
            [{k: v for k, v in h.items() if not k.startswith(but)} for h in s.history] for s in (self, other)
        )
        return mine == theirs and all(map(np.array_equal, self.weights, other.weights))

    def of_training(self, number: int) -> "Seen":
        """The same of one training; the weights are those of the first, whose model is kept."""
        weights = self.weights if number == 0 else []
        return Seen(weights, [self.history[number]], self.probability, self.unsure[:, number])


def seen(folder: Path, result: Result, history: list[dict[str, list[float]]]) -> Seen:
    """What this run has left."""
    unsure = result.unsure
    assert unsure is not None
    fitted = [unsure.temperature, *(one.threshold for one in unsure.withheld)]
    weights = keras.saving.load_model(folder / "model.keras").get_weights()
    return Seen(weights, history, result.probability, np.stack([one.ravel() for one in fitted]))


def changed(windows: Windows, index: Index, *, only_x: bool = False) -> Windows:
    """The same windows, those of the index replaced by what no person could be."""
    x, y = windows.x.copy(), windows.y.copy()
    x[index] = 1000
    if not only_x:
        y[index] = (y[index] + 1) % len(windows.classes)
    return replace(windows, x=x, y=y)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def others() -> dict[str, Any]:
    """Settings that a test changes."""
    return {}


@pytest.fixture
def trained(
    way: str, others: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Windows], Seen]:
    """Runs the main job on given windows, each time into a folder of its own."""
    if way == "one-program":
        monkeypatch.setattr(backend, "on_cpu", lambda: False)
        monkeypatch.setattr(choose, "may_have_accelerator", lambda: True)
    settings = spec.parse(SETTINGS | others | {"executor": way})

    def run(windows: Windows) -> Seen:
        monkeypatch.setattr(job, "load", lambda *_, **__: Loaded(windows))
        out = tmp_path / str(len(list(tmp_path.iterdir())))
        done = job.run(settings, out=out)
        assert not done.found
        history = json.loads((done.folder / "history.json").read_text())
        return seen(done.folder, done.result, history)

    return run


@pytest.fixture(scope="module")
def sides(easy: Windows) -> Split:
    return split(easy, spec.parse(SETTINGS).split)


def test_nothing_depends_on_the_test_people(trained: Callable[[Windows], Seen], easy: Windows, sides: Split) -> None:
    as_is, other = trained(easy), trained(changed(easy, sides.test))
    assert other.fitted_as(as_is)
    np.testing.assert_array_equal(other.unsure, as_is.unsure)
    assert not np.array_equal(other.probability, as_is.probability)  # they were tested, so the change was seen


def test_no_answer_depends_on_the_other_test_windows(
    trained: Callable[[Windows], Seen], easy: Windows, sides: Split
) -> None:
    half = sides.test[::2]
    as_is, other = trained(easy), trained(changed(easy, half))
    np.testing.assert_array_equal(other.probability[:, 1::2], as_is.probability[:, 1::2])


def test_nothing_but_the_validation_scores_depends_on_the_validation_people(
    trained: Callable[[Windows], Seen], easy: Windows, sides: Split
) -> None:
    as_is, other = trained(easy), trained(changed(easy, sides.validation))
    assert other.fitted_as(as_is, but="val_")
    assert not other.fitted_as(as_is)  # their scores did change
    assert (other.unsure != as_is.unsure).any(axis=0).all()  # and so did what is fitted on them
    np.testing.assert_array_equal(other.probability, as_is.probability)


def test_the_guard_sees_a_change_of_what_is_trained_on(
    trained: Callable[[Windows], Seen], easy: Windows, sides: Split
) -> None:
    assert not trained(changed(easy, sides.train[:1])).fitted_as(trained(easy))


class TestAnOwnNetworkTrainedInAnotherWay:
    """The same of what people bring along; one program has a schedule where others have a callback."""

    @pytest.fixture
    def others(self, way: str, tmp_path: Path) -> dict[str, Any]:
        (tmp_path / "mine.py").write_text(OWN_NETWORK)
        more = {"schedule": "cosine"} if way == "one-program" else {"callbacks": [PLATEAU]}
        return {"model": {"name": f"{tmp_path / 'mine.py'}:build"}, "train": OTHER_TRAINING | more}

    def test_nothing_depends_on_the_test_or_validation_people(
        self, trained: Callable[[Windows], Seen], easy: Windows, sides: Split
    ) -> None:
        hidden = np.concatenate([sides.test, sides.validation])
        as_is, other = trained(easy), trained(changed(easy, hidden))
        assert other.fitted_as(as_is, but="val_")
        assert not other.fitted_as(as_is)
        assert not np.array_equal(other.probability, as_is.probability)


class TestFolds:
    """The same of folds: what one tests, others train on, so the first fold's training is looked at alone."""

    @pytest.fixture
    def others(self) -> dict[str, Any]:
        return {"split": {"kind": "by-person", "folds": 3, "validation": 0.5}}

    @pytest.fixture
    def first(self, easy: Windows, others: dict[str, Any]) -> Split:
        return folds(easy, spec.parse(SETTINGS | others).split)[0]

    def test_nothing_of_a_fold_depends_on_its_test_people(
        self, trained: Callable[[Windows], Seen], easy: Windows, first: Split
    ) -> None:
        as_is, other = trained(easy), trained(changed(easy, first.test))
        assert len(as_is.history) == 6
        assert other.of_training(0).fitted_as(as_is.of_training(0))
        np.testing.assert_array_equal(other.of_training(0).unsure, as_is.of_training(0).unsure)
        assert not other.of_training(1).fitted_as(as_is.of_training(1))  # another fold trains on them
        assert not np.array_equal(other.probability[:, first.test], as_is.probability[:, first.test])

    def test_nothing_but_validation_scores_depends_on_its_validation_people(
        self, trained: Callable[[Windows], Seen], easy: Windows, first: Split
    ) -> None:
        of_others = changed(easy, first.validation, only_x=True)  # folds are drawn with an eye on the classes
        as_is, other = (one.of_training(0) for one in (trained(easy), trained(of_others)))
        assert other.fitted_as(as_is, but="val_")
        assert not other.fitted_as(as_is)
        np.testing.assert_array_equal(other.probability[:, first.test], as_is.probability[:, first.test])


class TestDistillation:
    """The same of the network that learns from the repeats: neither what it learns nor what it is depends on them."""

    OTHERS: ClassVar[dict[str, Any]] = {"distill": True, "ensemble": True}

    @pytest.fixture(params=["here", pytest.param("processes", marks=pytest.mark.slow)])
    def way(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def learnt(
        self, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[Windows], tuple[Seen, list[npt.NDArray[np.float32]]]]:
        """What the distilled network is, and the weights of the ensemble."""

        def run(windows: Windows) -> tuple[Seen, list[npt.NDArray[np.float32]]]:
            monkeypatch.setattr(job, "load", lambda *_, **__: Loaded(windows))
            out = tmp_path / str(len(list(tmp_path.iterdir())))
            done = job.run(spec.parse(SETTINGS | self.OTHERS | {"executor": way}), out=out)
            network, mean = (keras.saving.load_model(done.folder / f"{one}.keras") for one in ("distilled", "ensemble"))
            distilled = done.result.distilled
            assert distilled is not None
            nothing = np.zeros(0)
            history = list(distilled.history)
            return Seen(network.get_weights(), history, distilled.probability, nothing), mean.get_weights()

        return run

    def test_nothing_depends_on_the_test_or_validation_people(
        self,
        learnt: Callable[[Windows], tuple[Seen, list[npt.NDArray[np.float32]]]],
        easy: Windows,
        sides: Split,
    ) -> None:
        hidden = np.concatenate([sides.test, sides.validation])
        (as_is, mean), (other, mean_of_other) = learnt(easy), learnt(changed(easy, hidden))
        assert other.fitted_as(as_is, but="val_")
        assert not other.fitted_as(as_is)  # the validation scores did change
        assert not np.array_equal(other.probability, as_is.probability)  # and they were tested
        assert all(map(np.array_equal, mean, mean_of_other))
        taught, _ = learnt(changed(easy, sides.train[:1]))
        assert not taught.fitted_as(as_is, but="val_")


OWN_ESTIMATOR = """
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

def make():
    return make_pipeline(StandardScaler(), LogisticRegression())
"""


class TestAnEstimator:
    """Whose scaler is a step of its own: what it says of windows that are as they were tells what it was fitted on."""

    @pytest.fixture(params=["here", "processes"])
    def way(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture(params=["mine.py:make", "features-logistic"])
    def answers(
        self, request: pytest.FixtureRequest, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[Windows], npt.NDArray[np.float32]]:
        (tmp_path / "mine.py").write_text(OWN_ESTIMATOR)
        monkeypatch.chdir(tmp_path)
        settings = {"repeats": 2, "split": SETTINGS["split"], "model": {"name": request.param}, "executor": way}

        def run(windows: Windows) -> npt.NDArray[np.float32]:
            monkeypatch.setattr(job, "load", lambda *_, **__: Loaded(windows))
            return job.run(spec.parse(settings), out=tmp_path / str(len(list(tmp_path.iterdir())))).result.probability

        return run

    def test_no_answer_depends_on_other_test_people_or_on_validation_people(
        self, answers: Callable[[Windows], npt.NDArray[np.float32]], easy: Windows, sides: Split
    ) -> None:
        hidden = np.concatenate([sides.test[::2], sides.validation])
        as_is, other = answers(easy), answers(changed(easy, hidden))
        np.testing.assert_array_equal(other[:, 1::2], as_is[:, 1::2])
        assert not np.array_equal(other[:, ::2], as_is[:, ::2])  # they were tested, so the change was seen
        assert not np.array_equal(answers(changed(easy, sides.train[:1]))[:, 1::2], as_is[:, 1::2])


class TestSelection:
    """The same of settings that are chosen: neither the inner scores nor the choice nor what was trained at last."""

    GRID: ClassVar[dict[str, list[Any]]] = {"model.settings.filters": [2, 4], "train.learning_rate": [0.001, 0.01]}

    @pytest.fixture
    def way(self) -> str:
        return "here"  # the others train the same folds

    @pytest.fixture
    def chosen(
        self, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[Windows, dict[str, Any]], tuple[Selection, Seen]]:
        if way == "one-program":
            monkeypatch.setattr(backend, "on_cpu", lambda: False)
            monkeypatch.setattr(choose, "may_have_accelerator", lambda: True)

        def choose_on(windows: Windows, split: dict[str, Any]) -> tuple[Selection, Seen]:
            monkeypatch.setattr(job, "load", lambda *_, **__: Loaded(windows))
            out = tmp_path / str(len(list(tmp_path.iterdir())))
            nested = SETTINGS | {"executor": way, "repeats": 1, "split": split}
            done = select(nested, self.GRID, inner_folds=2, out=out)
            return done, seen(done.folder, done.result, list(done.result.history))

        return choose_on

    def test_no_score_no_choice_and_no_weight_depends_on_the_test_people(
        self, chosen: Callable[[Windows, dict[str, Any]], tuple[Selection, Seen]], easy: Windows, sides: Split
    ) -> None:
        (one, as_is), (two, other) = (
            chosen(windows, {"validation": 0.5}) for windows in (easy, changed(easy, sides.test))
        )
        assert [c.scores for c in one.candidates] == [c.scores for c in two.candidates]
        assert [c.people for c in one.candidates] == [c.people for c in two.candidates]
        assert one.chosen == two.chosen
        assert other.fitted_as(as_is)
        assert not np.array_equal(other.probability, as_is.probability)

    def test_nothing_of_a_fold_depends_on_its_test_people(
        self, chosen: Callable[[Windows, dict[str, Any]], tuple[Selection, Seen]], easy: Windows
    ) -> None:
        split = {"kind": "by-person", "folds": 3, "validation": 0.5}
        first = folds(easy, spec.parse({"split": split}).split)[0]
        other_signals = changed(easy, first.test, only_x=True)  # labels decide the folds
        (one, as_is), (two, other) = (chosen(windows, split) for windows in (easy, other_signals))
        assert [c.scores[0] for c in one.candidates] == [c.scores[0] for c in two.candidates]
        assert [c.scores[1] for c in one.candidates] != [c.scores[1] for c in two.candidates]  # others train on them
        assert one.chosen[0] == two.chosen[0]
        assert other.of_training(0).fitted_as(as_is.of_training(0))
