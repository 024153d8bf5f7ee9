import numpy as np
import pytest

from stridenet.evaluation.calibration import at_temperature, cost_of, fit_temperature
from stridenet.evaluation.held import Held
from stridenet.evaluation.unsure import NEVER, cost_on, temperatures, thresholds, when_unsure
from stridenet.views.pages._timeline import of_unsure

K = 3
CLASSES = ("a", "b", "c")


def said(n: int, temperature: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Classes, and what a network says that is too sure by this temperature."""
    rng = np.random.default_rng(seed)
    logits = 2 * rng.normal(size=(n, K))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (true.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    sharp = np.exp(logits * temperature)
    return y, sharp / sharp.sum(axis=1, keepdims=True)


def people(n: int) -> np.ndarray:
    return np.array(["ann", "bob", "eve"])[np.arange(n) % 3]


def held(n: int = 3000, sure: tuple[float, float] = (3.0, 0.5)) -> Held:
    """Two folds, in which the trainings are too sure by these."""
    both = [said(n, t, seed) for seed, t in enumerate(sure)]
    y, p = (np.concatenate([one[i] for one in both]) for i in range(2))
    return Held(p[None], y, np.concatenate([people(n)] * 2), np.repeat([0, 1], n))


def test_each_training_has_the_temperature_of_those_who_validated_it() -> None:
    found = temperatures(held())
    assert found.shape == (1, 2)
    np.testing.assert_allclose(found, [[3.0, 0.5]], rtol=0.1)


def test_probabilities_of_the_people_tested_become_what_they_say() -> None:
    mine = held()
    y, p = said(3000, 3.0, seed=7)
    found = when_unsure(mine, p[None], y, people(3000), np.zeros(3000, int), CLASSES)
    assert found.ece[1] < 0.03 < found.ece[0]
    assert found.log_loss[1] < found.log_loss[0]
    assert found.n_people == 3
    assert found.accuracy == pytest.approx((p.argmax(axis=1) == y).mean(), abs=0.01)


def test_a_window_is_tested_with_the_temperature_and_threshold_of_its_fold() -> None:
    mine = held()
    y, p = said(300, 1.0, seed=7)
    t, fold = temperatures(mine), np.arange(300) % 2
    first, second = thresholds(mine, t)
    found = when_unsure(mine, p[None], y, people(300), fold, CLASSES)
    after = at_temperature(p, t[0, fold][:, None])
    sure = after.max(axis=1)
    for limit, withheld in zip((first, second), found.withheld, strict=True):
        kept = sure >= limit[0, fold]
        mean = [kept[people(300) == who].mean() for who in ("ann", "bob", "eve")]
        np.testing.assert_allclose(withheld.answered[0], mean)
        right = kept & (after.argmax(axis=1) == y)
        assert withheld.by_person["bob"][1] == pytest.approx((right.sum() / kept.sum()), abs=0.15)
        assert withheld.accuracy > found.accuracy


def test_the_cost_is_that_of_one_threshold_where_there_is_one() -> None:
    y, p = said(300, 1.0, seed=7)
    who = np.where(np.arange(300) < 250, "ann", "bob")
    cost = cost_of(y, p, who, 0.6)
    found = cost_on(y, p[None], who, np.full((1, 300), 0.6), "", np.array([[0.6]]))
    assert found.coverage == pytest.approx(cost.coverage)
    assert 1 - found.accuracy == pytest.approx(cost.error)


def test_thresholds_do_what_is_wanted_on_those_who_validate() -> None:
    mine = held()
    t = temperatures(mine)
    first, second = thresholds(mine, t)
    for fold in (0, 1):
        side = mine.fold == fold
        after = at_temperature(mine.probability[0, side], float(t[0, fold]))
        assert cost_of(mine.y[side], after, mine.group[side], first[0, fold]).coverage == pytest.approx(0.9, abs=1e-3)
        assert cost_of(mine.y[side], after, mine.group[side], second[0, fold]).error <= 0.05


def test_a_training_that_is_wrong_however_sure_answers_nothing() -> None:
    y, p = said(300, 1.0, seed=7)
    wrong = Held(p[None], (p.argmax(axis=1) + 1) % K, people(300), np.zeros(300, int))
    found = when_unsure(wrong, p[None], y, people(300), np.zeros(300, int), CLASSES)
    assert found.withheld[1].threshold == NEVER
    assert found.withheld[1].coverage == 0
    told = found.plain()["none_of_these"][1]
    assert (told["without_threshold"], told["accuracy"], told["thresholds"]) == (1, None, [[None]])


def test_windows_without_an_answer_are_never_answered() -> None:
    y, p = said(300, 1.0, seed=7)
    broken = np.stack([p, np.full_like(p, np.nan)])
    lost = Held(broken, y, people(300), np.zeros(300, int))
    found = when_unsure(lost, broken, y, people(300), np.zeros(300, int), CLASSES)
    assert found.temperature[0, 0] == pytest.approx(fit_temperature(y, p))
    assert found.temperature[1, 0] == 1
    assert found.withheld[0].answered[1].tolist() == [0, 0, 0]
    assert np.isfinite(found.ece).all()


def test_who_validated_each_training_is_told_apart_from_all_who_did() -> None:
    y, p = said(300, 1.0, seed=7)
    who, fold = np.array(["ann", "bob", "eve"])[np.arange(300) // 100], np.arange(300) // 200
    found = when_unsure(Held(p[None], y, who, fold), p[None], y, people(300), fold, CLASSES)
    assert (found.n_people, found.n_each) == (3, (1, 2))
    assert "(1 to 2 people each, 3 people in all folds)" in str(of_unsure(found)["about"])
