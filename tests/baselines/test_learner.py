"""Estimators that learn from windows: what they are given, what they answer, what is refused."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV, GroupKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, OneClassSVM
from sklearn.tree import DecisionTreeRegressor

from stridenet.baselines import features
from stridenet.baselines.estimators import by_name, from_object
from stridenet.baselines.learner import EstimatorLearner, probabilities
from stridenet.baselines.table import BASELINES
from stridenet.baselines.transformer import FeatureTransformer
from stridenet.errors import SettingError
from stridenet.signals.windows import Windows

HERE = [name for name, one in BASELINES.items() if not one.needs]


def sides(easy: Windows) -> tuple[Windows, Windows]:
    tested = np.isin(easy.group, easy.test_groups)
    return easy.take(np.flatnonzero(~tested)), easy.take(np.flatnonzero(tested))


def answers(one: Any, easy: Windows, seed: int = 0, **options: Any) -> npt.NDArray[np.float32]:
    train, test = sides(easy)
    return EstimatorLearner(from_object(one), **options).fit(train, None, seed).predict(test)


class Shapes(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Remembers what it was given."""

    def __init__(self, windows_layout: str = "flat") -> None:
        self.windows_layout = windows_layout

    def fit(self, X: Any, y: Any) -> "Shapes":
        self.seen, self.classes_ = X, np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])


class Never(GaussianNB):  # type: ignore[misc]
    """Names the first class alone, whatever its probabilities."""

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])


@pytest.mark.parametrize("name", HERE)
def test_every_baseline_learns_and_a_seed_decides(name: str, easy: Windows) -> None:
    train, test = sides(easy)
    learner = EstimatorLearner(by_name(name, {"max_iter": 10} if name == "features-boosting" else {}))
    first, again, other = (learner.fit(train, None, seed).predict(test) for seed in (0, 0, 1))
    assert first.shape == (len(test), 3)
    np.testing.assert_allclose(first.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any() == by_name(name, {}).drawn
    accuracy = float(np.mean(first.argmax(axis=1) == test.y))
    assert accuracy == np.mean(test.y == 0) if name == "majority" else accuracy > 0.9


@pytest.mark.parametrize(("said", "shape"), [("flat", (116, 32)), ("ntc", (116, 16, 2)), ("nct", (116, 2, 16))])
def test_windows_come_flat_unless_a_part_says_otherwise(said: str, shape: tuple[int, ...], easy: Windows) -> None:
    train, _ = sides(easy)
    for one in (Shapes(said), make_pipeline(Shapes(said))):
        fitted = EstimatorLearner(from_object(one)).fit(train, None, 0)
        seen = getattr(fitted._rest, "steps", [("", fitted._rest)])[-1][1].seen
        assert seen.shape == shape
        expected = np.asarray(train.x).swapaxes(1, 2) if said == "nct" else train.x
        np.testing.assert_array_equal(np.asarray(seen).reshape(116, -1), np.asarray(expected).reshape(116, -1))


def test_features_in_a_pipeline_are_those_of_the_windows_and_computed_once(
    easy: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    compute = features.compute

    def counting(x: Any, *rest: Any, **options: Any) -> Any:
        counted.append(len(x))
        return compute(x, *rest, **options)

    monkeypatch.setattr(features, "compute", counting)
    train, test = sides(easy)
    learner = EstimatorLearner(from_object(make_pipeline(FeatureTransformer(), GaussianNB())))
    first = learner.fit(train, None, 0).predict(test)
    learner.fit(train, None, 1).predict(test)
    learner.fit(easy.take(np.arange(len(easy))[::-1]), None, 0)  # another fold
    assert counted == [len(train), len(test)]
    by_hand = features.features(easy).values
    tested = np.isin(easy.group, easy.test_groups)
    alone = GaussianNB().fit(by_hand[~tested], train.y).predict_proba(by_hand[tested])
    np.testing.assert_allclose(first, alone, atol=1e-6)


def test_a_transformer_of_its_own_rate_is_heeded(easy: Windows) -> None:
    train, _ = sides(easy)
    one = make_pipeline(FeatureTransformer(rate_hz=1.0), GaussianNB())
    fitted = EstimatorLearner(from_object(one)).fit(train, None, 0)
    assert fitted._rest.steps[0][1].rate_hz == 1.0


def test_the_seed_and_the_threads_are_told_to_every_part(easy: Windows) -> None:
    train, _ = sides(easy)
    forest = make_pipeline(StandardScaler(), RandomForestClassifier(5, random_state=42, n_jobs=2))
    fitted = EstimatorLearner(from_object(forest), jobs=1).fit(train, None, 7)
    told = fitted._rest.get_params()
    assert (told["randomforestclassifier__random_state"], told["randomforestclassifier__n_jobs"]) == (7, 1)
    assert forest.get_params()["randomforestclassifier__random_state"] == 42  # a copy was trained


def test_all_threads_are_those_that_this_process_may_use(easy: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a machine's cores a container or a queue may give one; aeon refuses to start more threads than that."""
    monkeypatch.setattr("stridenet.baselines.learner.usable_cores", lambda: [3])
    train, _ = sides(easy)
    for asked, given in ((-1, 1), (2, 2), (None, None)):
        forest = make_pipeline(StandardScaler(), RandomForestClassifier(5, n_jobs=asked))
        told = EstimatorLearner(from_object(forest)).fit(train, None, 0)._rest.get_params()
        assert told["randomforestclassifier__n_jobs"] == given


def test_a_search_by_groups_is_given_the_people(easy: Windows) -> None:
    search = GridSearchCV(make_pipeline(FeatureTransformer(), GaussianNB()), {}, cv=GroupKFold(2))
    assert (answers(search, easy).argmax(axis=1) == sides(easy)[1].y).mean() > 0.8


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_without_any_are_a_softmax_that_keeps_the_answers(n_classes: int) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 4)), np.arange(60) % n_classes
    for model in (RidgeClassifier().fit(x, y), SVC().fit(x, y)):
        said = probabilities(model, x, model.classes_)
        np.testing.assert_array_equal(said.argmax(axis=1), model.predict(x))
        np.testing.assert_allclose(said.sum(axis=1), 1)
    values = RidgeClassifier().fit(x, y).decision_function(x)
    values = values if n_classes > 2 else np.stack([-values, values], axis=1)
    expected = np.exp(values) / np.exp(values).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities(RidgeClassifier().fit(x, y), x, np.arange(n_classes)), expected)


def test_a_class_that_nobody_trained_has_no_probability(easy: Windows) -> None:
    train, test = sides(easy)
    some = train.take(np.flatnonzero(train.y != 1))
    for one in (GaussianNB(), RidgeClassifier()):
        said = EstimatorLearner(from_object(one)).fit(some, None, 0).predict(test)
        assert (said[:, 1] == 0).all()
        np.testing.assert_allclose(said.sum(axis=1), 1, rtol=1e-5)


def test_what_fails_is_a_sentence_and_what_warns_a_note(easy: Windows) -> None:
    with pytest.raises(
        SettingError, match=r"model SVC: fit fails \(InvalidParameterError: The 'C' parameter"
    ) as caught:
        answers(SVC(C=-1.0), easy)
    assert "\n" not in str(caught.value)
    train, _ = sides(easy)
    told: list[str] = []
    learner = EstimatorLearner(from_object(LogisticRegression(max_iter=1)), note=told.append)
    for seed in (0, 1):
        learner.fit(train, None, seed)
    assert len(told) == 1
    assert told[0].startswith("model LogisticRegression: lbfgs failed to converge")


def test_a_regressor_is_refused(easy: Windows) -> None:
    from sklearn.linear_model import LinearRegression

    with pytest.raises(SettingError, match="which is no class; give a classifier"):
        answers(LinearRegression(), easy)


@pytest.mark.parametrize("one", [KMeans(3), OneClassSVM(), DecisionTreeRegressor(), make_pipeline(PCA(2), KMeans(3))])
def test_what_is_no_classifier_is_refused_before_it_is_trained(one: Any) -> None:
    """Numbers of clusters, and a tree's numbers, are those of classes too."""
    with pytest.raises(SettingError, match="and answers a number which is no class; give a classifier"):
        from_object(one)


@pytest.mark.parametrize(
    "one",
    [
        SVC(decision_function_shape="ovo"),  # of three classes there are three pairs
        make_pipeline(StandardScaler(), SVC(decision_function_shape="ovo")),
        FixedThresholdClassifier(GaussianNB(), threshold=0.0, pos_label=1),
        make_pipeline(StandardScaler(), Never()),
    ],
)
def test_answers_are_those_that_the_estimator_gives(one: Any, easy: Windows) -> None:
    if isinstance(one, FixedThresholdClassifier):  # it knows two classes
        easy = easy.take(np.flatnonzero(easy.y < 2))
    train, test = sides(easy)
    flat = [np.asarray(side.x).reshape(len(side), -1) for side in (train, test)]
    told: list[str] = []
    said = EstimatorLearner(from_object(one), note=told.append).fit(train, None, 0).predict(test)
    np.testing.assert_array_equal(said.argmax(axis=1), clone(one).fit(flat[0], train.y).predict(flat[1]))
    np.testing.assert_allclose(said.sum(axis=1), 1, rtol=1e-5)
    odd = not any(isinstance(part, SVC) for part in [one, *getattr(one, "named_steps", {}).values()])
    assert any("they count as predict" in line for line in told) == odd


def test_a_search_by_groups_may_be_a_step(easy: Windows) -> None:
    search = make_pipeline(StandardScaler(), GridSearchCV(GaussianNB(), {}, cv=GroupKFold(2)))
    assert answers(search, easy).shape == (len(sides(easy)[1]), 3)


def test_no_file_is_written(easy: Windows, tmp_path: Any) -> None:
    fitted = EstimatorLearner(from_object(GaussianNB())).fit(sides(easy)[0], None, 0)
    with pytest.raises(SettingError, match="no model file is kept of an estimator"):
        fitted.save(tmp_path / "model")
    assert (fitted.history, fitted.n_parameters, fitted.layers) == ({}, 0, ())
