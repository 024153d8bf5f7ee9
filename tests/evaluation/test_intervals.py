import inspect
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import interval_coverage as simulated
from stridenet.evaluation.intervals import Interval, Method, interval, of_score
from stridenet.evaluation.scores import RANGES, Floats, Tally, tally

STORED = Path(__file__).parents[2] / "docs" / "evaluation" / "coverage.json"

SPATIAL = np.array(
    [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41]
)
"""Test A of Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), table 14.1."""

_RANDOM: Any = "rng" if "rng" in inspect.signature(stats.bootstrap).parameters else "random_state"  # before SciPy 1.15


def variance(weights: Floats) -> Floats:
    mean = np.average(np.tile(SPATIAL, (len(weights), 1)), weights=weights, axis=1)
    spread = (weights * (SPATIAL - mean[:, None]) ** 2).sum(axis=1) / weights.sum(axis=1)
    return np.asarray(spread[:, None])


def shares(*, repeats: int = 2, people: int = 9) -> Tally:
    """People who have unlike shares of right answers in unlike numbers of windows."""
    rng = np.random.default_rng(2)
    group = np.repeat(np.arange(people), rng.integers(20, 60, people))
    y = rng.integers(0, 3, len(group))
    right = rng.random((repeats, len(y))) < 0.6 + 0.03 * group
    probability = np.eye(3)[np.where(right, y, 0)] * 0.7 + 0.1
    return tally(y, np.where(right, y, 0), group.astype(str), "abc", probability)


def test_percentile_and_bca_of_the_book_by_efron_and_tibshirani() -> None:
    assert variance(np.ones((1, 26)))[0, 0] == pytest.approx(171.5, abs=0.05)
    made = {
        method: interval(variance, np.ones(26), kind="difference", method=method, level=0.9, draws=20_000)
        for method in ("percentile", "bca")
    }
    # their table 14.2 is of 2,000 draws
    assert (made["percentile"].low, made["percentile"].high) == pytest.approx((100.8, 233.9), abs=4)
    assert (made["bca"].low, made["bca"].high) == pytest.approx((115.8, 259.6), abs=4)


@pytest.mark.parametrize(("method", "theirs"), [("percentile", "percentile"), ("bca", "BCa")])
def test_intervals_are_those_of_scipy(method: Method, theirs: str) -> None:
    told = shares()
    hits, windows = told.right.sum(axis=2).mean(axis=1), told.windows
    found = stats.bootstrap(  # type: ignore[call-overload]  # the stubs want lists of scalars
        (hits, windows),
        lambda h, n, axis: h.sum(axis=axis) / n.sum(axis=axis),
        paired=True,
        vectorized=True,
        method=theirs,
        n_resamples=20_000,
        **{_RANDOM: np.random.default_rng(0)},
    ).confidence_interval
    ours = of_score(told, "accuracy", method=method, draws=20_000)
    assert (ours.low, ours.high) == pytest.approx((found.low, found.high), abs=0.003)


def test_bootstrap_t_is_the_draws_deviation_on_log_odds_times_students_quantile() -> None:
    told = shares()
    hits, windows, n = told.right.sum(axis=2).mean(axis=1), told.windows, len(told.people)
    drawn = np.random.default_rng(1).integers(0, n, (20_000, n))  # as the formula says it, person by person
    odds = [math.log(p / (1 - p)) for p in hits[drawn].sum(axis=1) / windows[drawn].sum(axis=1)]
    middle = math.log(hits.sum() / (windows.sum() - hits.sum()))
    effective = windows.sum() ** 2 / (windows**2).sum()
    assert 7 < effective < n == 9
    reach = stats.t.ppf(0.975, effective - 1) * np.std(odds) * math.sqrt(n / (n - 1))
    ours = of_score(told, "accuracy", draws=20_000)
    wanted = [1 / (1 + math.exp(-end)) for end in (middle - reach, middle + reach)]
    assert [ours.low, ours.high] == pytest.approx(wanted, abs=0.002)


def test_one_person_with_most_windows_is_nearly_one_person_only() -> None:
    rng = np.random.default_rng(0)
    even, odd = (
        tally(np.zeros(len(g), dtype=int), (rng.random(len(g)) < 0.2)[None].astype(int), g.astype(str), "ab")
        for g in (np.repeat(np.arange(5), 100), np.repeat(np.arange(5), [460, 10, 10, 10, 10]))
    )
    narrow, wide = (of_score(told, "accuracy", draws=2000) for told in (even, odd))
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_t_is_over_peoples_own_scores() -> None:
    told = shares()
    own = told.per_person().mean(axis=1)
    found = stats.ttest_1samp(own, 0).confidence_interval(0.95)
    ours = of_score(told, "person_accuracy", method="t")
    assert (ours.low, ours.high) == pytest.approx((found.low, found.high))


@pytest.mark.parametrize("name", RANGES)
def test_every_score_has_an_interval_around_it_within_its_range(name: str) -> None:
    told = shares()
    found = of_score(told, name, draws=1000)
    least, most = {"share": (0, 1), "signed": (-1, 1), "loss": (0, np.inf)}[RANGES[name]]
    assert least <= found.low < told.score(name).mean() < found.high <= most
    assert found.doubt == ""
    assert found == of_score(told, name, draws=1000)  # the same seed, the same draws
    assert found != of_score(told, name, draws=1000, seed=1)


def test_another_level_is_another_width() -> None:
    narrow, wide = (of_score(shares(), "accuracy", level=level, draws=1000) for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_repeats_that_differ_make_it_wider_when_they_are_drawn() -> None:
    rng = np.random.default_rng(0)
    y, group = np.zeros(400, dtype=int), np.repeat(np.arange(10), 40).astype(str)
    said = (rng.random((5, 400)) > np.array([0.95, 0.6, 0.9, 0.7, 0.8])[:, None]).astype(int)
    told = tally(y, said, group, "ab")
    alone, drawn = (of_score(told, "accuracy", repeats_drawn=yes, draws=2000) for yes in (False, True))
    assert drawn.high - drawn.low > 2 * (alone.high - alone.low)


def test_three_repeats_are_drawn_as_if_from_many() -> None:
    scores = np.array([0.01, 0.04, 0.02])
    found = interval(lambda w: np.tile(scores, (len(w), 1)), np.ones(8), kind="difference", repeats_drawn=True)
    wanted = 2 * stats.t.ppf(0.975, 7) * np.sqrt(8 / 7) * scores.std(ddof=1) / np.sqrt(3)
    assert found.high - found.low == pytest.approx(wanted, rel=0.03)


def test_one_person_tells_nothing() -> None:
    found = of_score(shares(people=1), "accuracy")
    assert (found.low, found.high, found.n_people) == (0, 1, 1)
    assert found.doubt.startswith("one person only")
    assert of_score(shares(people=1), "mcc").low == -1


def test_few_people_and_people_who_are_alike_are_said() -> None:
    assert of_score(shares(people=4), "accuracy", draws=500).doubt == "only 4 people: it says little"
    y = np.zeros(30, dtype=int)
    alike = of_score(tally(y, y[None], np.repeat(["a", "b", "c", "d", "e"], 6), "ab"), "accuracy", draws=100)
    assert alike == Interval(1, 1, 0.95, 5, "bootstrap-t")
    assert alike.doubt.startswith("all people score alike")


def test_ten_thousand_draws_of_thirty_people_take_no_second() -> None:
    rng = np.random.default_rng(0)
    y, group = rng.integers(0, 12, 3000), rng.integers(0, 30, 3000).astype(str)
    told = tally(y, np.where(rng.random((10, 3000)) < 0.8, y, 0), group, [str(i) for i in range(12)])
    begin = time.process_time()
    of_score(told, "macro_f1")
    assert time.process_time() - begin < 1


@pytest.mark.parametrize("n", [5, 12, 30])
@pytest.mark.parametrize("name", ["accuracy", "macro_f1"])
def test_95_of_100_intervals_hold_the_truth(n: int, name: str) -> None:
    held = [
        simulated.coverage(world, n, name, "bootstrap-t", sets=150, draws=300, seed=7)["covered"]
        for world in simulated.WORLDS.values()
    ]
    assert 92 <= np.mean(held) <= 98  # of 750 data sets; chance moves it by less than a point


@pytest.mark.parametrize(("people_sd", "repeat_sd"), [(0.05, 0.02), (0.02, 0.04)])
def test_95_of_100_hold_what_other_people_and_other_seeds_would_give(people_sd: float, repeat_sd: float) -> None:
    rng, n, r = np.random.default_rng(0), 8, 5
    held = []
    for seed in range(400):
        d = people_sd * rng.normal(size=(n, 1)) + repeat_sd * rng.normal(size=(1, r)) + 0.02 * rng.normal(size=(n, r))

        def mean(weights: Floats, d: Floats = d) -> Floats:
            return np.asarray((weights @ d) / weights.sum(axis=1, keepdims=True))

        found = interval(mean, np.ones(n), kind="difference", repeats_drawn=True, draws=300, seed=seed)
        held.append(found.low <= 0 <= found.high)
    assert 0.92 <= np.mean(held) <= 0.98


def test_plain_percentiles_are_too_narrow_and_the_simulation_sees_it() -> None:
    world = simulated.WORLDS["middling, people differ"]
    assert simulated.coverage(world, 5, "accuracy", "percentile", sets=150, draws=300, seed=7)["covered"] < 90


def test_the_stored_figures_say_so_too() -> None:
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert simulated.table(stored) in STORED.parents[1].joinpath("evaluation.md").read_text(encoding="utf-8")
    covered = stored["covered"]
    for where in simulated.WORLDS:
        for name in ("accuracy", "macro_f1"):
            for n, found in covered[where][name]["bootstrap-t"].items():
                assert int(n) < 5 or 92 <= found["covered"] <= 98, (where, name, n)
