"""A run of an estimator: what it leaves, finds again and tells, without epochs and without a model file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from stridenet import spec
from stridenet.cli._summary import summary
from stridenet.errors import SettingError
from stridenet.models.recipes import recipe
from stridenet.runs import folder as runfolder
from stridenet.runs import job
from stridenet.runs.job import Run
from stridenet.runs.listing import listed
from stridenet.runs.resolve import resolve
from stridenet.runs.sweep import sweep
from stridenet.signals.windows import Windows
from stridenet.spec import RunSpec
from stridenet.system.notes import Progress

FOREST: dict[str, Any] = {"name": "features-forest", "settings": {"n_estimators": 5}}


class Own(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """What no other process knows."""

    def fit(self, X: Any, y: Any) -> "Own":
        self.classes_, self.n_ = np.unique(y), len(X)
        return self

    def predict_proba(self, X: Any) -> Any:
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))

    def predict(self, X: Any) -> Any:
        return np.zeros(len(X), np.int64)


@pytest.fixture(scope="module")
def told() -> list[Progress]:
    return []


@pytest.fixture(scope="module")
def done(easy: Windows, tmp_path_factory: pytest.TempPathFactory, told: list[Progress]) -> Run:
    settings = RunSpec(repeats=2, model=FOREST, executor="here")
    return job.run(settings, windows=easy, out=tmp_path_factory.mktemp("runs"), on_progress=told.append)


def test_the_folder_holds_all_but_a_model_and_curves(done: Run, told: list[Progress]) -> None:
    files = {path.name for path in done.folder.iterdir()}
    assert {"report.html", "predictions.csv", "confusion.png", "people.png", "accuracies.png", "run.json"} <= files
    assert not [name for name in files if name.endswith(".keras") or "learning_curves" in name]
    assert json.loads((done.folder / "history.json").read_text()) == [{}, {}]
    assert [(p.repeat, p.done, p.total) for p in told] == [(1, 1, 2), (2, 2, 2)]


def test_it_is_read_back_and_found_again(done: Run, easy: Windows) -> None:
    assert runfolder.read(done.folder).metrics() == done.result.metrics()
    again = job.run(RunSpec(repeats=2, model=FOREST, executor="here"), windows=easy, out=done.folder.parent)
    assert again.found
    assert (listed(done.folder.parent)[0].differs or {})["model.settings.n_estimators"] == 5


def test_the_page_and_the_terminal_speak_of_no_network(done: Run) -> None:
    page = (done.folder / "report.html").read_text(encoding="utf-8")
    assert "features-forest; it has no epochs, and no model file is kept." in page
    assert "Learning curves" not in page
    assert "Use the model" not in page
    assert "<dt>Network" not in page
    assert "It trains the estimator again." in page
    said = summary(done)
    assert "parameters" not in said
    assert "compilation" not in said


def test_processes_give_the_same(done: Run, easy: Windows, tmp_path: Path) -> None:
    others = job.run(RunSpec(repeats=2, model=FOREST, executor="processes"), windows=easy, out=tmp_path)
    np.testing.assert_allclose(others.result.probability, done.result.probability, atol=1e-6)


def test_folds_of_an_estimator(easy: Windows, tmp_path: Path) -> None:
    settings = RunSpec(split={"kind": "leave-one-person-out"}, model={"name": "features-logistic"}, executor="here")
    result = job.run(settings, windows=easy, out=tmp_path).result
    assert result.probability.shape == (1, len(easy), 3)
    assert result.accuracies[0] > 0.9


def test_an_estimator_from_python(easy: Windows, tmp_path: Path) -> None:
    tree = DecisionTreeClassifier(max_features=1)
    done = job.run(RunSpec(repeats=2, executor="here"), model=tree, windows=easy, out=tmp_path)
    assert "DecisionTreeClassifier" in done.folder.name
    assert (done.result.probability[0] != done.result.probability[1]).any()
    assert not hasattr(tree, "tree_")
    other = job.run(RunSpec(executor="here"), model=GaussianNB(), windows=easy, out=tmp_path)
    assert other.folder != done.folder
    assert {one.state for one in listed(tmp_path)} == {"complete"}


def test_what_another_process_does_not_know_trains_here(easy: Windows) -> None:
    from stridenet.baselines.estimators import from_object

    assert resolve(RunSpec(repeats=2), easy, from_object(Own())).executor == "here"
    assert resolve(RunSpec(repeats=2), easy, recipe(spec.ModelSpec(**FOREST))).executor in ("here", "processes")
    with pytest.raises(SettingError, match="another process cannot build this model"):
        resolve(RunSpec(repeats=2, executor="processes"), easy, from_object(Own()))


def test_objects_of_a_network_are_refused(easy: Windows, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="loss would do nothing, for majority is no network; leave it out"):
        job.run(RunSpec(model={"name": "majority"}), loss=print, windows=easy, out=tmp_path)


def test_a_sweep_over_a_network_and_baselines(tmp_path: Path) -> None:
    settings = {"repeats": 1, "executor": "here", "data": {"people": ["p01", "p02", "p03", "p04", "p05", "p06"]}}
    done = sweep(settings, {"model.name": ["majority", "features-logistic"]}, out=tmp_path)
    assert [row["label"] for row in done.ranked()] == ["model.name features-logistic", "model.name majority"]
