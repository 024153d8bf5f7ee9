from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stridenet.evaluation.comparing import compare, corrected_t, holm, signed_ranks
from stridenet.evaluation.scores import Tally, tally


def result(right: np.ndarray, group: np.ndarray) -> Tally:
    """Of which windows are right, shape (repeat, window)."""
    return tally(np.zeros(len(group), dtype=int), 1 - right.astype(int), group, ["a", "b"])


def two(rng: np.random.Generator, people: int = 12, repeats: int = 3, gap: float = 0.0) -> tuple[Tally, Tally]:
    """Two results on the same people, who differ in how hard they are and in which result suits them."""
    group = np.repeat(np.arange(people), rng.integers(20, 60, people))
    hard, suits = rng.normal(1.5, 0.8, people), rng.normal(gap, 0.4, people)
    first, second = (
        rng.random((repeats, len(group))) < 1 / (1 + np.exp(-(hard + side * suits)[group])) for side in (0.5, -0.5)
    )
    return result(first, group.astype(str)), result(second, group.astype(str))


def test_the_difference_is_paired_by_person() -> None:
    first, second = two(np.random.default_rng(0))
    found = compare(first, second, draws=20_000, repeats_drawn=False)
    assert found.difference == pytest.approx(first.score("accuracy").mean() - second.score("accuracy").mean())
    hits = first.right.sum(axis=2).mean(axis=1) - second.right.sum(axis=2).mean(axis=1)
    drawn = np.random.default_rng(1).integers(0, 12, (20_000, 12))  # as the formula says it
    error = np.std(hits[drawn].sum(axis=1) / first.windows[drawn].sum(axis=1)) * np.sqrt(12 / 11)
    effective = first.windows.sum() ** 2 / (first.windows**2).sum()
    reach = stats.t.ppf(0.975, effective - 1) * error
    wanted = (found.difference - reach, found.difference + reach)
    assert (found.interval.low, found.interval.high) == pytest.approx(wanted, abs=0.002)
    own = first.per_person().mean(axis=1) - second.per_person().mean(axis=1)
    assert found.ranks == signed_ranks(own)


def test_the_other_way_round_only_the_sign_changes() -> None:
    first, second = two(np.random.default_rng(3), gap=0.8)
    one, other = compare(first, second, draws=500), compare(second, first, draws=500)
    assert one.differ
    assert other.differ
    assert one.difference == -other.difference
    assert one.interval.low == pytest.approx(-other.interval.high)
    assert one.ranks.p == other.ranks.p
    assert one.ranks.better == other.ranks.worse


def test_people_are_found_by_name() -> None:
    rng = np.random.default_rng(0)
    group, right = np.repeat(["z", "k", "a", "m", "b"], 20), rng.random((2, 100)) < 0.8
    first, back = result(right, group), result(right[:, ::-1], group[::-1])
    assert first.people != back.people
    found = compare(first, back, "macro_f1", draws=200)
    assert (found.difference, found.interval.low, found.interval.high, found.ranks.equal) == (0, 0, 0, 5)
    assert found.ranks.p == 1


def test_unlike_numbers_of_repeats_are_averaged() -> None:
    first, _ = two(np.random.default_rng(1), repeats=2)
    _, second = two(np.random.default_rng(1), repeats=2)
    more = Tally(
        second.people, second.classes, second.true, second.right.repeat(3, axis=1), second.said.repeat(3, axis=1), {}
    )
    one = compare(first, second, draws=300, repeats_drawn=False)
    other = compare(first, more, draws=300)
    assert one.difference == pytest.approx(other.difference)
    assert one.interval.low == pytest.approx(other.interval.low)


def test_repeats_that_are_drawn_make_the_interval_wider() -> None:
    group = np.repeat(np.arange(8), 30).astype(str)
    rng = np.random.default_rng(0)
    good = rng.random((4, 240)) < np.array([0.95, 0.7, 0.9, 0.75])[:, None]
    pair = result(good, group), result(rng.random((4, 240)) < 0.8, group)
    alone, drawn = (compare(*pair, repeats_drawn=yes, draws=2000).interval for yes in (False, True))
    assert drawn.high - drawn.low > 1.5 * (alone.high - alone.low)


def test_where_nothing_differs_19_of_20_intervals_hold_zero() -> None:
    rng = np.random.default_rng(5)
    pairs = [two(rng, people=8, repeats=1) for _ in range(400)]
    assert 0.92 <= np.mean([not compare(*pair, draws=200).differ for pair in pairs]) <= 0.98


@pytest.mark.parametrize("n", [3, 8, 30, 90])
def test_signed_ranks_without_ties_are_scipys_exact_ones(n: int) -> None:
    d = np.random.default_rng(n).normal(0.3, 1, n)
    found = signed_ranks(d)
    assert found.p == pytest.approx(stats.wilcoxon(d, method="exact").pvalue)
    assert (found.exact, found.tied, found.equal) == (True, 0, 0)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=8))
def test_signed_ranks_with_ties_count_all_signs(d: list[int]) -> None:
    found, moved = signed_ranks(np.array(d) / 100), np.array([x for x in d if x])
    assert (found.better, found.worse, found.equal) == (sum(x > 0 for x in d), sum(x < 0 for x in d), d.count(0))
    if not len(moved):
        assert found.p == 1
        return
    ranks = stats.rankdata(np.abs(moved))
    every = [(ranks * signs).sum() for signs in product([-1, 1], repeat=len(ranks))]
    seen = (ranks * np.sign(moved)).sum()
    assert found.p == pytest.approx(np.mean(np.abs(every) >= abs(seen) - 1e-9))


def test_very_many_people_are_compared_by_the_normal_distribution() -> None:
    d = np.round(np.random.default_rng(0).normal(0.1, 1, 300), 1)
    found = signed_ranks(d)
    assert found.p == pytest.approx(stats.wilcoxon(d, method="approx").pvalue)
    assert not found.exact
    assert found.tied > 200


def test_a_last_digit_makes_no_difference() -> None:
    assert signed_ranks([0.1 + 0.2 - 0.3, 0.3 - 0.1, 0.2]).equal == 1
    assert signed_ranks([0.1 + 0.2 - 0.3, 0.3 - 0.1, 0.2]).tied == 2


def test_corrected_t_is_that_of_scikit_learns_worked_example() -> None:
    """User guide, "Statistical comparison of models using grid search": 10 x 10 folds."""
    d = np.random.default_rng(0).normal(size=100)
    d = (d - d.mean()) / d.std(ddof=1) + 2.611 / 10  # an uncorrected t of 2.611
    found = corrected_t(d, 450, 50)
    assert stats.ttest_1samp(d, 0).statistic == pytest.approx(2.611)
    assert found.t == pytest.approx(0.750, abs=5e-4)
    assert found.p / 2 == pytest.approx(0.227, abs=5e-4)  # theirs is one-sided
    assert found.low < 0 < found.high


def test_without_a_shared_window_it_is_students_t() -> None:
    d = np.array([0.01, 0.03, -0.01, 0.02])
    found, theirs = corrected_t(d, 1, 0), stats.ttest_1samp(d, 0)
    assert (found.t, found.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    between = theirs.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((between.low, between.high))


def test_folds_that_all_say_the_same() -> None:
    assert corrected_t([0.0, 0.0], 8, 2).p == 1
    assert corrected_t([0.5, 0.5], 8, 2).p == 0


def test_holm_is_that_of_demsars_worked_example() -> None:
    """Section 3.2.2: p of .016, .019 and .607 stand against .017, .025 and .05."""
    assert holm([0.607, 0.016, 0.019]) == pytest.approx([0.607, 0.048, 0.048])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_rejects_as_its_steps_say(p: list[float]) -> None:
    raised = holm(p)
    still = True
    for step, i in enumerate(np.argsort(p, kind="stable")):
        still = still and p[i] * (len(p) - step) <= 0.05
        assert (raised[i] <= 0.05) == still
    assert all(0 <= q <= 1 and q >= a for q, a in zip(raised, p, strict=True))
