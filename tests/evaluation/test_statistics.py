import numpy as np
import pytest
from scipy import stats

from stridenet.evaluation.statistics import Printed, chance, chance_printed, of, pool, welch
from stridenet.reproduction.printed import TRAINED

OURS = [91.2, 90.1, 92.4, 89.9, 91.0, 90.5, 90.7, 91.9]


@pytest.mark.parametrize("printed", [Printed(90.787, 1.341), Printed(88.0, 0.3, 5), Printed(93.0, 2.0, 30)])
def test_the_interval_is_scipys(printed: Printed) -> None:
    m = printed.repeats
    found = welch(OURS, printed)
    test = stats.ttest_ind_from_stats(
        np.mean(OURS), np.std(OURS, ddof=1), len(OURS), printed.mean, printed.sd * (m / (m - 1)) ** 0.5, m, False
    )
    assert found.difference == pytest.approx(np.mean(OURS) - printed.mean)
    assert found.agrees == (test.pvalue >= 0.05)
    # the same scores, drawn so that they have just the printed mean and deviation
    theirs = np.linspace(-1, 1, m)
    theirs = printed.mean + printed.sd * (theirs - theirs.mean()) / theirs.std()
    interval = stats.ttest_ind(OURS, theirs, equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize(
    ("mean", "words"), [(91.0, "agrees"), (80.0, "differs: ours is higher"), (99.0, "differs: ours is lower")]
)
def test_verdicts(mean: float, words: str) -> None:
    assert welch(OURS, Printed(mean, 1.0)).verdict == words


def test_a_single_training_is_held_against_the_spread_of_ours() -> None:
    found = welch(OURS, Printed(92.0, repeats=1))
    reach = stats.t.ppf(0.975, 7) * np.std(OURS, ddof=1) * (1 + 1 / 8) ** 0.5
    assert found.high - found.difference == pytest.approx(reach)
    assert found.agrees


def test_scores_without_any_spread() -> None:
    assert welch([90.0, 90.0], Printed(90.0, 0.0)).agrees
    assert not welch([90.0, 90.0], Printed(91.0, 0.0)).agrees
    assert chance([[90.0, 90.0], [90.0, 90.0]]) is None


def test_pooled_as_if_all_scores_were_known() -> None:
    one, other = [90.0, 91.0, 93.0], [88.0, 89.0]
    whole = pool([of(one), of(other)])
    assert (whole.mean, whole.sd, whole.repeats) == pytest.approx((np.mean(one + other), np.std(one + other), 5))


def test_analysis_of_variance_from_summaries_is_that_of_the_scores() -> None:
    samples = [OURS[:4], OURS[4:], [88.0, 89.0, 89.5]]
    found = chance(samples)
    assert found is not None
    assert chance_printed([of(s) for s in samples]).anova == pytest.approx(found.anova)


@pytest.mark.parametrize("section", ["A1", "A6"])
def test_the_printed_mean_is_that_of_the_printed_scores(section: str) -> None:
    printed = TRAINED[section].rows[0].printed
    assert printed is not None
    assert of(printed.scores).mean == pytest.approx(printed.mean, abs=1e-3)
    assert of(printed.scores).sd == pytest.approx(printed.sd, abs=1e-3)
