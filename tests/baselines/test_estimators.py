"""What names an estimator's trials, and who can make it."""

import pickle
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

import stridenet
from stridenet.baselines import table
from stridenet.baselines.estimators import by_name, from_object, is_estimator
from stridenet.baselines.transformer import FeatureTransformer
from stridenet.engine.backend import keras
from stridenet.errors import DataError, SettingError, UnknownNameError
from stridenet.models import recipes
from stridenet.signals.windows import Windows
from stridenet.spec import ModelSpec

OWN = """
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

def make(strength=1.0):
    return make_pipeline(StandardScaler(), LogisticRegression(C=strength))

def no_model():
    return 3
"""


class Own(BaseEstimator):  # type: ignore[misc]
    """No library has it."""

    def fit(self, X: Any, y: Any) -> "Own":
        self.seen = X, y
        return self

    def predict(self, X: Any) -> Any:
        return np.zeros(len(X), np.int64)


def same(first: Any, second: Any) -> bool:
    return bool(from_object(first).identity() == from_object(second).identity())


def test_what_decides_the_numbers_decides_the_identity() -> None:
    assert same(SVC(), SVC(C=1.0))
    assert not same(SVC(), SVC(C=2.0))
    assert not same(SVC(), LogisticRegression())
    assert same(RandomForestClassifier(random_state=1, n_jobs=2), RandomForestClassifier())
    assert not same(make_pipeline(StandardScaler(), SVC()), make_pipeline(StandardScaler(with_mean=False), SVC()))
    assert not same(make_pipeline(StandardScaler(), SVC()), make_pipeline(SVC()))
    assert not same(SVC(class_weight={0: 1.0}), SVC(class_weight={0: 2.0}))
    assert from_object(SVC()).identity()["versions"].keys() == {"scikit-learn"}
    assert by_name("majority", {}).identity() != by_name("features-svm", {}).identity()
    assert by_name("features-svm", {}).identity() == by_name("features-svm", {"C": 1.0}).identity()


def test_what_another_process_cannot_know_is_told() -> None:
    assert from_object(make_pipeline(FeatureTransformer(), SVC())).portable
    assert not from_object(Own()).portable
    assert not from_object(make_pipeline(FunctionTransformer(lambda x: x), SVC())).portable
    assert not from_object(make_pipeline(FunctionTransformer(find_spec), Own())).portable


def test_what_is_an_estimator() -> None:
    assert is_estimator(Own())
    assert not is_estimator(SVC)
    assert not is_estimator(StandardScaler())
    assert not is_estimator(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]))


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        (
            "features-forest",
            {"n_estimators": 0},
            r"setting model\.settings\.n_estimators = 0: it must be greater than 0",
        ),
        ("features-forest", {"n_estimator": 5}, r"did you mean 'model\.settings\.n_estimators'\?"),
        ("features-forst", {}, r"unknown model 'features-forst': did you mean 'features-forest'\?"),
        ("cnnn", {}, r"did you mean 'cnn'\? Known: cnn, cnn-lstm, deep-conv-lstm, fcn, features-boosting"),
    ],
)
def test_names_and_settings_are_checked(name: str, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises((SettingError, UnknownNameError), match=sentence):
        recipes.recipe(ModelSpec(name=name, settings=given))


@pytest.mark.parametrize(
    ("name", "there", "sentence"),
    [
        ("minirocket", [], r"needs aeon: aeon is not installed; install with: pip install 'stridenet\[rocket\]'\.$"),
        ("hydra", ["aeon"], r"aeon and torch: torch is not installed; install .* 'stridenet\[rocket\]' torch\.$"),
        ("hydra", [], r"aeon and torch are not installed"),
    ],
)
def test_a_missing_library_is_one_sentence(
    name: str, there: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "find_spec", lambda one: one in there or None)
    with pytest.raises(SettingError, match=sentence):
        recipes.recipe(ModelSpec(name=name))


def test_a_library_that_cannot_be_loaded_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "find_spec", lambda _: True)
    monkeypatch.setitem(sys.modules, "aeon", None)
    with pytest.raises(SettingError, match=r"needs aeon: cannot be loaded \(.*aeon"):
        table.make("minirocket", table.settings_of("minirocket"))


def test_a_function_in_a_file_gives_an_estimator(easy: Windows, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN)
    spec = ModelSpec(name=f"{tmp_path / 'mine.py'}:make", settings={"strength": 0.5})
    one = recipes.settled(recipes.recipe(spec), easy)
    assert one.name == "mine.make"
    assert one.settings() == {"strength": 0.5}
    again = pickle.loads(pickle.dumps(one))
    assert again.identity() == one.identity()
    assert again.new().steps[-1][1].C == 0.5
    before = one.identity()
    (tmp_path / "mine.py").write_text(OWN + "# changed\n")
    assert recipes.settled(recipes.recipe(spec), easy).identity() != before


def test_a_function_from_python_gives_an_estimator(easy: Windows) -> None:
    made = recipes.from_python(lambda n_classes: LogisticRegression(C=n_classes), easy)
    assert made.identity() == from_object(LogisticRegression(C=3)).identity()


def test_what_is_neither_is_refused(easy: Windows, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="or an estimator of scikit-learn's kind is needed"):
        recipes.from_python(StandardScaler(), easy)
    (tmp_path / "mine.py").write_text(OWN)
    one = recipes.settled(recipes.recipe(ModelSpec(name=f"{tmp_path / 'mine.py'}:no_model")), easy)
    with pytest.raises(SettingError, match=r"gives a int; it must return a keras\.Model, or an estimator"):
        recipes.try_out(one, easy, 32)


def test_scikit_learns_own_tools_take_windows(easy: Windows) -> None:
    model = make_pipeline(FeatureTransformer(easy.rate_hz, easy.channels), StandardScaler(), LogisticRegression())
    scores = cross_val_score(model, easy.x, easy.y, groups=easy.group, cv=GroupKFold(3), error_score="raise")
    assert scores.mean() > 0.9
    flat = cross_val_score(
        LogisticRegression(), easy.x.reshape(len(easy), -1), easy.y, groups=easy.group, cv=GroupKFold(3)
    )
    assert len(flat) == 3


def test_a_transformer_names_its_features_and_refuses_what_it_cannot_know(easy: Windows) -> None:
    one = FeatureTransformer(easy.rate_hz, easy.channels).fit(easy.x)
    assert one.get_feature_names_out().tolist() == list(stridenet.features(easy).names)
    np.testing.assert_array_equal(one.transform(easy.x), stridenet.features(easy).values)
    with pytest.raises(SettingError, match=r"give rate_hz=windows\.rate_hz"):
        FeatureTransformer().fit(easy.x)
    with pytest.raises(DataError, match=r"found shape \(174, 32\); give windows.x"):
        FeatureTransformer(20.0).fit(np.asarray(easy.x).reshape(174, -1))
    with pytest.raises(DataError, match=r"windows of \(8, 2\) came, and it was fitted on \(16, 2\)"):
        one.transform(np.asarray(easy.x)[:, :8])


def test_keras_and_jax_are_not_loaded_for_an_estimator(tmp_path: Path) -> None:
    code = (
        "import sys, stridenet\n"
        "spec = stridenet.RunSpec(repeats=1, model={'name': 'majority'})\n"
        f"stridenet.run(spec, out={str(tmp_path)!r})\n"
        "print({'keras', 'jax'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
