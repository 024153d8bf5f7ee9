import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from stridenet.evaluation.calibration import (
    By,
    at_temperature,
    cost_of,
    fit_temperature,
    reliability,
    threshold_for_coverage,
    threshold_for_error,
)
from stridenet.evaluation.scores import tally
from stridenet_runtime.answers import tempered

K = 4
EPS = np.finfo(np.float32).eps


def said(n: int = 4000, temperature: float = 1.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Classes drawn from true probabilities, and what a network says that is too sure by this temperature."""
    rng = np.random.default_rng(seed)
    logits = 2 * rng.normal(size=(n, K))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (true.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    sharp = np.exp(logits * temperature)
    return y, sharp / sharp.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(("by", "theirs"), [("width", "uniform"), ("mass", "quantile")])
def test_the_curve_is_that_of_scikit_learn(by: By, theirs: str) -> None:
    y, p = said()
    found = reliability(y, p, bins=10, by=by)
    right = p.argmax(axis=1) == y
    accuracy, confidence = calibration_curve(right, p.max(axis=1), n_bins=10, strategy=theirs)
    np.testing.assert_allclose(found.accuracy, accuracy, atol=2e-3)  # their quantiles lie between answers
    np.testing.assert_allclose(found.confidence, confidence, atol=2e-3)
    assert found.count.sum() == len(y)
    assert (found.low <= found.confidence).all()
    assert (found.confidence <= found.high).all()
    if by == "mass":
        assert (found.count == 400).all()


def test_ece_is_equation_3_of_guo_and_others() -> None:
    y, p = said(temperature=2)
    sure, right = p.max(axis=1), p.argmax(axis=1) == y
    ece = 0.0
    for m in range(1, 16):  # as the paper writes it: bins ((m - 1) / M, m / M]
        inside = ((m - 1) / 15 < sure) & (sure <= m / 15)
        if inside.any():
            ece += inside.sum() / len(y) * abs(right[inside].mean() - sure[inside].mean())
    found = reliability(y, p)
    assert found.ece == pytest.approx(ece)
    assert found.gap == pytest.approx(sure.mean() - right.mean())
    assert found.gap > 0.1


def test_ends_of_bins_belong_to_the_lower_one() -> None:
    p = np.array([[0.5, 0.5], [1.0, 0.0]])
    found = reliability(np.array([0, 0]), p, bins=2)
    assert found.low.tolist() == [0, 0.5]
    assert found.count.tolist() == [1, 1]


def test_repeats_are_pooled_and_what_is_no_answer_is_left_out() -> None:
    y, p = said(50)
    both = np.stack([p, p])
    both[1, :5] = np.nan
    assert reliability(y, both).count.sum() == 95
    assert reliability(y, np.stack([p, p])).ece == pytest.approx(reliability(y, p).ece)


def test_few_answers_in_many_bins() -> None:
    found = reliability(np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]), by="mass")
    assert found.count.sum() == 2
    assert found.ece == pytest.approx((0.1 + 0.6) / 2)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_is_found_again(temperature: float) -> None:
    y, p = said(20_000, temperature)
    found = fit_temperature(y, p)
    assert found == pytest.approx(temperature, rel=0.03)
    assert reliability(y, at_temperature(p, found)).ece < 0.015


def test_no_other_temperature_has_less_log_loss_by_scikit_learn() -> None:
    y, p = said(1000, 2)
    best = fit_temperature(y, p)
    losses = [log_loss(y, at_temperature(p, best * away), labels=range(K)) for away in (0.98, 1.0, 1.02)]
    assert losses[1] == min(losses)


def test_the_temperature_is_that_of_the_logits() -> None:
    logits = np.random.default_rng(0).normal(size=(20, K)) * 3
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    softer = np.exp(logits / 1.7) / np.exp(logits / 1.7).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(at_temperature(p, 1.7), softer)
    assert (at_temperature(p, 1.7).argmax(axis=1) == p.argmax(axis=1)).all()
    np.testing.assert_allclose(at_temperature(np.stack([p, p]), 1.7)[1], softer)


def test_probabilities_of_zero_and_answers_that_are_all_right() -> None:
    sure = np.eye(3)[[0, 1, 2, 0]]
    assert np.isfinite(at_temperature(sure, 5.0)).all()
    assert fit_temperature(np.array([0, 1, 2, 1]), sure) > 1
    assert fit_temperature(np.array([0, 1, 2, 0]), sure * 0.8 + 0.2 / 3) == 1
    assert fit_temperature(np.array([0, 1]), np.full((2, 2), np.nan)) == 1


@pytest.mark.parametrize("n_trees", [3, 20, 200])
def test_the_log_loss_that_is_reported_is_never_worse_at_the_temperature(n_trees: int) -> None:
    """A forest's shares of its trees are often exactly 0, also of the true class."""
    y, true = said(400, seed=n_trees)
    p = (np.random.default_rng(0).multinomial(n_trees, true) / n_trees).astype(np.float32)
    p[0] = np.roll(np.eye(K, dtype=np.float32)[y[0]], 1)  # quite sure, and wrong
    reported = [float(tally(y, answers, y.astype(str), "abcd", q).score("log_loss")[0]) for answers, q in at_each(y, p)]
    assert reported[1] == min(reported)
    assert reported[1] < reported[0]


def at_each(y: np.ndarray, p: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """What is said as it is, at the temperature that is fitted, and at many others."""
    best = fit_temperature(y, p)
    others = [at_temperature(p, t) for t in np.geomspace(0.01, 100, 200)]
    return [(one[None].argmax(axis=2), one[None]) for one in (p, at_temperature(p, best), *others)]


def test_one_zero_among_many_right_answers_does_not_blur_them_all() -> None:
    p = np.tile(np.array([0.9, 0.1, 0], np.float32), (400, 1))
    y = np.zeros(400, int)
    y[:40], y[40] = 1, 2
    before, after = [
        -np.log(np.clip(q[np.arange(400), y], EPS, 1)).mean() for q in (p, at_temperature(p, fit_temperature(y, p)))
    ]
    assert after <= before
    assert fit_temperature(y, p) < 2


def test_a_bundle_answers_as_the_temperature_was_fitted() -> None:
    p = np.array([[1, 0, 0], [0.7, 0.3, 0]], np.float32)
    for t in (0.5, 1.0, 14.0):
        np.testing.assert_allclose(tempered(p, t), at_temperature(p, t), rtol=1e-6)


def test_at_a_temperature_of_one_nothing_changes() -> None:
    p = np.array([[1, 0, 0], [0.5, 0.5, 0]], np.float32)
    np.testing.assert_array_equal(at_temperature(p, 1.0), p)
    np.testing.assert_array_equal(at_temperature(p, np.array([[1.0], [2.0]]))[0], p[0])


GROUP = np.array(["a"] * 6 + ["b"] * 2)
Y = np.array([0, 0, 0, 0, 0, 0, 0, -1])
SURE = np.array([0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.99, 0.6])
P = np.stack([SURE, 1 - SURE], axis=1)
P[4] = P[4, ::-1]  # wrong, with 0.75


def test_each_person_counts_the_same() -> None:
    whole = cost_of(Y, P, GROUP, 0.0)
    assert whole.n_people == 2
    assert whole.coverage == pytest.approx(1)
    assert whole.error == pytest.approx((1 / 6 + 1 / 2) / 2)
    some = cost_of(Y, P, GROUP, 0.75)
    assert some.coverage == pytest.approx((5 / 6 + 1 / 2) / 2)
    assert some.error == pytest.approx(1 / 12 / (8 / 12))
    assert cost_of(Y, P, GROUP, 0.995).coverage == 0


def test_a_threshold_for_a_coverage_is_the_highest_that_keeps_it() -> None:
    found = threshold_for_coverage(Y, P, GROUP, 0.6)
    assert found.threshold == 0.75
    assert found.coverage == pytest.approx((5 / 6 + 1 / 2) / 2)
    assert cost_of(Y, P, GROUP, 0.76).coverage < 0.6
    assert threshold_for_coverage(Y, P, GROUP, 1).threshold == 0.6


def test_a_threshold_for_an_error_is_the_lowest_that_keeps_it() -> None:
    found = threshold_for_error(Y, P, GROUP, 0.0)
    assert found is not None
    assert (found.threshold, found.error) == (0.8, 0)
    assert threshold_for_error(Y, 1 - P, GROUP, 0.0) is None
    loose = threshold_for_error(Y, P, GROUP, 1.0)
    assert loose is not None
    assert loose.threshold == 0.6


def test_repeats_count_together() -> None:
    one, two = (cost_of(Y, p, GROUP, 0.75) for p in (P, np.stack([P, P])))
    assert (one.coverage, one.error) == pytest.approx((two.coverage, two.error))


def test_what_is_no_answer_is_not_covered() -> None:
    lost = P.copy()
    lost[:3] = np.nan
    assert cost_of(Y, lost, GROUP, 0.0).coverage == pytest.approx((3 / 6 + 1) / 2)
    assert threshold_for_coverage(Y, lost, GROUP, 0.9).threshold == 0.6
    assert threshold_for_coverage(Y, lost * np.nan, GROUP, 0.9).coverage == 0
    assert threshold_for_error(Y, lost * np.nan, GROUP, 0.9) is None


def test_a_threshold_of_validation_people_holds_on_others() -> None:
    y, p = said(20_000)
    person = (np.arange(20_000) // 1000).astype(str)
    found = threshold_for_error(y[:10_000], p[:10_000], person[:10_000], 0.05)
    assert found is not None
    assert cost_of(y[10_000:], p[10_000:], person[10_000:], found.threshold).error == pytest.approx(0.05, abs=0.015)
