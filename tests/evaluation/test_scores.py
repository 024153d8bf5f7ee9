import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs

from stridenet.evaluation.scores import RANGES, Tally, tally

K = 4
SKLEARN = {
    "accuracy": theirs.accuracy_score,
    "kappa": theirs.cohen_kappa_score,
    "mcc": theirs.matthews_corrcoef,
}


def made_up(n: int = 300, repeats: int = 3, people: int = 6, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Classes, probabilities and people, none of them even."""
    rng = np.random.default_rng(seed)
    y = rng.choice(K, n, p=[0.1, 0.2, 0.3, 0.4])
    group = np.array([f"p{i}" for i in rng.permutation(people)])[np.sort(rng.integers(0, people, n))]
    logits = rng.normal(0, 1, (repeats, n, K)) + 1.5 * np.eye(K)[y]
    probability = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    return y, probability.astype(np.float32), group


def of(y: np.ndarray, predicted: np.ndarray, group: np.ndarray | None = None) -> Tally:
    group = np.full(len(y), "ann") if group is None else group
    return tally(y, np.atleast_2d(predicted), group, "abcd")


@pytest.mark.parametrize("lost", [0, 20])
def test_scores_are_those_of_scikit_learn(lost: int) -> None:
    y, probability, group = made_up()
    predicted = probability.argmax(axis=2)
    predicted[:, :lost] = -1  # no answer: to scikit-learn, one class more
    told = tally(y, predicted, group, "abcd", probability)
    for name, score in SKLEARN.items():
        np.testing.assert_allclose(told.score(name), [score(y, p) for p in predicted], err_msg=name)
    there = np.unique(y)
    f1 = [theirs.f1_score(y, p, labels=there, average="macro", zero_division=0.0) for p in predicted]
    np.testing.assert_allclose(told.score("macro_f1"), f1)
    recall = [theirs.recall_score(y, p, labels=there, average="macro", zero_division=0.0) for p in predicted]
    np.testing.assert_allclose(told.score("balanced_accuracy"), recall)
    for i, p in enumerate(predicted):
        each = theirs.precision_recall_fscore_support(y, p, labels=range(K), zero_division=0.0)
        for name, values in zip(("precision", "recall", "f1"), each, strict=False):
            np.testing.assert_allclose(told.per_class()[name][i], values)


def test_balanced_accuracy_and_losses_are_those_of_scikit_learn() -> None:
    y, probability, group = made_up()
    told = tally(y, probability.argmax(axis=2), group, "abcd", probability)
    p64 = probability.astype(np.float64)
    p64 /= p64.sum(axis=2, keepdims=True)
    losses = [theirs.log_loss(y, p, labels=range(K)) for p in p64]
    np.testing.assert_allclose(told.score("log_loss"), losses, rtol=1e-6)
    balanced = [theirs.balanced_accuracy_score(y, p) for p in probability.argmax(axis=2)]
    np.testing.assert_allclose(told.score("balanced_accuracy"), balanced)
    two = y % 2
    p = np.stack([1 - p64[0, :, 1], p64[0, :, 1]], axis=1)[None]
    brier = tally(two, p.argmax(axis=2), group, "ab", p).score("brier")
    assert brier == pytest.approx([2 * theirs.brier_score_loss(two, p[0, :, 1])])  # theirs counts one of two classes


def test_the_score_of_a_draw_is_that_of_its_windows() -> None:
    y, probability, group = made_up()
    told = tally(y, probability.argmax(axis=2), group, "abcd", probability)
    weights = np.array([[2, 0, 1, 0, 3, 0.0]])
    drawn = np.concatenate(
        [np.flatnonzero(group == p) for p, n in zip(told.people, weights[0], strict=True) for _ in range(int(n))]
    )
    again = tally(y[drawn], probability[:, drawn].argmax(axis=2), group[drawn], "abcd", probability[:, drawn])
    for name in set(RANGES) - {"person_accuracy"}:
        np.testing.assert_allclose(told.score(name, weights)[0], again.score(name), err_msg=name)
    own = told.per_person()[:, 0]
    assert told.score("person_accuracy", weights)[0, 0] == pytest.approx(np.average(own, weights=weights[0]))


def test_people_keep_the_order_of_first_appearance() -> None:
    told = of(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array(["z", "a", "z"]))
    assert told.people == ("z", "a")
    assert told.per_person().tolist() == [[1.0], [0.0]]
    assert told.windows.tolist() == [2, 1]


def test_a_class_that_no_window_has_is_named_and_left_out() -> None:
    told = of(np.array([0, 0, 2]), np.array([0, 0, 2]))
    assert told.absent == ("b", "d")
    assert told.score("macro_f1") == told.score("balanced_accuracy") == 1
    wrongly = of(np.array([0, 0, 2]), np.array([0, 3, 2]))  # one is taken for a class that is not there
    assert wrongly.score("macro_f1") == pytest.approx((2 / 3 + 1) / 2)


@pytest.mark.parametrize("said", [[0, 0], [1, 1], [-1, -1]])
def test_where_one_class_is_tested_nothing_was_told_apart(said: list[int]) -> None:
    told = of(np.array([0, 0]), np.array(said))
    assert told.score("kappa") == told.score("mcc") == 0


def test_no_answer_costs_what_a_sure_and_wrong_answer_costs() -> None:
    y, group = np.array([0, 1]), np.array(["a", "a"])
    nothing = np.full((1, 2, 2), np.nan)
    wrong = np.array([[[0.0, 1.0], [1.0, 0.0]]])
    lost = tally(y, np.full((1, 2), -1), group, "ab", nothing)
    sure = tally(y, wrong.argmax(axis=2), group, "ab", wrong)
    for name in ("log_loss", "brier"):
        assert lost.score(name) == sure.score(name)
    assert sure.score("brier") == 2


def test_without_probabilities_there_are_no_losses() -> None:
    assert "log_loss" not in of(np.array([0]), np.array([0])).names
    assert "log_loss" in tally(np.array([0]), np.array([[0]]), np.array(["a"]), "ab", np.array([[[1.0, 0]]])).names


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3), st.integers(0, 2)), min_size=1, max_size=30))
def test_no_score_leaves_its_range(rows: list[tuple[int, int, int]]) -> None:
    y, said, person = np.array(rows).T
    told = of(y, said, person.astype(str))
    for name in told.names:
        low = 0 if RANGES[name] == "share" else -1
        for scores in (told.score(name), told.per_person(name)):
            assert np.isfinite(scores).all()
            assert (low - 1e-12 <= scores).all()
            assert (scores <= 1 + 1e-12).all()
