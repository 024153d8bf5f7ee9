import numpy as np
import pytest
from scipy import stats

from stridenet.evaluation.power import enough


def exactly(mean: float, sd: float, n: int) -> np.ndarray:
    d = np.random.default_rng(0).normal(size=n)
    return np.asarray(mean + sd * (d - d.mean()) / d.std(ddof=1))


def test_the_smallest_difference_is_that_of_power_t_test() -> None:
    """R's power.t.test(n = 20, power = 0.8, type = "one.sample") has delta = 0.6604."""
    assert enough(exactly(0.3, 1, 20)[:, None]).smallest == pytest.approx(0.6604, abs=5e-5)


@pytest.mark.parametrize(("wanted", "people"), [(0.5, 34), (1.0, 10), (0.2, 199)])
def test_so_many_people_as_power_t_test_says(wanted: float, people: int) -> None:
    """R's power.t.test(delta = 0.5, power = 0.8, type = "one.sample") has n = 33.37; Cohen's tables have the others."""
    assert enough(exactly(0.3, 1, 20)[:, None], wanted=wanted).people == people


def test_the_power_is_kept() -> None:
    smallest = enough(exactly(0, 0.05, 12)[:, None]).smallest
    d = np.random.default_rng(1).normal(smallest, 0.05, (4000, 12))
    assert np.mean(stats.ttest_1samp(d, 0, axis=1).pvalue < 0.05) == pytest.approx(0.8, abs=0.02)
    assert enough(exactly(0, 0.05, 12)[:, None], power=0.95).smallest > smallest


def test_where_people_differ_more_repeats_do_not_help() -> None:
    found = enough(np.repeat(exactly(0.01, 0.05, 10)[:, None], 4, axis=1))
    assert found.smallest == pytest.approx(enough(exactly(0.01, 0.05, 10)[:, None]).smallest)
    assert found.repeats is None
    assert found.people == enough(exactly(0.01, 0.05, 10)[:, None]).people


def test_where_repeats_differ_more_people_do_not_help() -> None:
    found = enough(np.repeat(exactly(0.01, 0.05, 4)[None], 10, axis=0))
    assert found.people is None
    assert found.smallest == pytest.approx(3.1496 * 0.05 / 2, rel=1e-4)  # power.t.test's delta of 10 is 3.1496 / √10
    assert found.repeats == np.ceil((3.149636 * 0.05 / 0.01) ** 2)


def test_one_repeat_does_not_tell_how_repeats_differ() -> None:
    assert enough(exactly(0.01, 0.001, 10)[:, None]).repeats is None


def test_the_parts_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    sets = [
        0.03 * rng.normal(size=(10, 1)) + 0.02 * rng.normal(size=(1, 5)) + 0.04 * rng.normal(size=(10, 5))
        for _ in range(300)
    ]
    error = (0.03**2 / 10 + 0.02**2 / 5 + 0.04**2 / 50) ** 0.5
    assert np.std([d.mean() for d in sets]) == pytest.approx(error, rel=0.1)
    smallest = np.median([enough(d).smallest for d in sets])
    assert smallest == pytest.approx(3.1496 * error, rel=0.1)


def test_what_is_left_is_not_laid_on_people_too() -> None:
    d = 0.03 * np.random.default_rng(0).normal(size=(4000, 1)) + 0.06 * np.random.default_rng(1).normal(size=(4000, 2))
    plain = 2.8016**2 * (0.03**2 + 0.06**2 / 2) / 0.01**2  # so many people, by the normal distribution
    assert enough(d).people == pytest.approx(plain, rel=0.06)


def test_results_that_never_differ_would_show_anything() -> None:
    found = enough(np.zeros((6, 3)))
    assert (found.smallest, found.people, found.repeats) == (0, 2, 1)
