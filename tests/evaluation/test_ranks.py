import numpy as np
import pytest
from scipy import stats

from stridenet.evaluation.ranks import ranks

DEMSAR = np.array([
    [0.763, 0.768, 0.771, 0.798],
    [0.599, 0.591, 0.590, 0.569],
    [0.954, 0.971, 0.968, 0.967],
    [0.628, 0.661, 0.654, 0.657],
    [0.882, 0.888, 0.886, 0.898],
    [0.936, 0.931, 0.916, 0.931],
    [0.661, 0.668, 0.609, 0.685],
    [0.583, 0.583, 0.563, 0.625],
    [0.775, 0.838, 0.866, 0.875],
    [1.000, 1.000, 1.000, 1.000],
    [0.940, 0.962, 0.965, 0.962],
    [0.619, 0.666, 0.614, 0.669],
    [0.972, 0.981, 0.97501, 0.975],  # printed alike, but ranked 2 and 3 there
    [0.957, 0.978, 0.946, 0.970],
])  # fmt: skip
"""Table 6 of J. Demšar, "Statistical comparisons of classifiers over multiple data sets", JMLR 7 (2006)."""
NAMES = ("C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf")


def test_demsars_worked_example() -> None:
    found = ranks(DEMSAR, NAMES, groups_by="nemenyi")
    assert found.names == ("C4.5+m+cf", "C4.5+m", "C4.5+cf", "C4.5")
    assert found.mean == pytest.approx((1.964, 2.000, 2.893, 3.143), abs=5e-4)
    assert found.critical == pytest.approx(1.25, abs=5e-3)
    assert found.groups == (found.names,)  # "not powerful enough" at 0.05
    loose = ranks(DEMSAR, NAMES, groups_by="nemenyi", level=0.9)
    assert loose.critical == pytest.approx(1.12, abs=5e-3)
    assert loose.groups == (("C4.5+m+cf", "C4.5+m", "C4.5+cf"), ("C4.5+cf", "C4.5"))  # the worst and the best two


def test_friedman_is_scipys_as_iman_and_davenport_corrected_it() -> None:
    chi2, n, k = stats.friedmanchisquare(*DEMSAR.T).statistic, 14, 4
    f = (n - 1) * chi2 / (n * (k - 1) - chi2)
    assert ranks(DEMSAR, NAMES).p == pytest.approx(stats.f.sf(f, k - 1, (k - 1) * (n - 1)))


def test_people_who_all_agree_have_the_exact_p() -> None:
    scores = np.tile([0.9, 0.8, 0.7], (4, 1))
    assert ranks(scores, "abc").p == pytest.approx(1 / 6**3)
    assert ranks(scores * 0, "abc").p == 1


def test_few_people_show_no_difference_however_much_they_agree() -> None:
    scores = np.tile([0.9, 0.8], (5, 1)) + np.arange(5)[:, None] / 100
    assert ranks(scores, "ab").groups == (("a", "b"),)  # signs of five people alike: p = 0.0625
    assert ranks(np.concatenate([scores, scores + 0.001, scores + 0.002]), "ab").groups == ()


def test_groups_are_the_longest_runs_without_a_difference() -> None:
    rng = np.random.default_rng(0)
    scores = np.array([0.9, 0.9, 0.7, 0.7, 0.5]) + rng.normal(0, 0.01, (30, 5))
    found = ranks(scores, "abcde")
    assert [set(group) for group in found.groups] == [{"a", "b"}, {"c", "d"}]
    assert found.names[-1] == "e"
    assert found.n_people == 30
