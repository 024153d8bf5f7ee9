"""Windows of one recording that is there twice under two names, however it was cut."""

import numpy as np
import pytest

from stridenet.evaluation.leaks import leaks
from stridenet.signals.recording import Recording
from stridenet.signals.simulation import simulate
from stridenet.signals.windows import Windows, cut


def windows(first: np.ndarray, second: np.ndarray, *, length: int = 128, step: int | None = None) -> Windows:
    """Of two people."""
    made = [
        Recording(name, name, data.astype(np.float32), ("x", "y"), ("g", "g"), 50.0, np.zeros(len(data), int), ("a",))
        for name, data in (("anna", first), ("ben", second))
    ]
    return cut(made, length=length, step=step)


def equal(made: Windows) -> float:
    """Which share of ben's windows anna has too."""
    anna, ben = (np.flatnonzero(made.group == name) for name in ("anna", "ben"))
    return leaks(made, anna, ben).equal / len(ben)


@pytest.mark.parametrize("later", [0, 1, 37, 63, 64, 100, 1000])
@pytest.mark.parametrize("length", [50, 128])
def test_a_copy_is_found_where_it_begins_later(later: int, length: int) -> None:
    data = np.random.default_rng(0).normal(size=(6000, 2)).cumsum(axis=0)
    found = equal(windows(data, data[later:], length=length))
    assert found == 1 if later % (length // 2) == 0 else found > 0.4


def test_windows_without_overlap_find_it_less_often() -> None:
    data = np.random.default_rng(0).normal(size=(20000, 2))
    assert 0.1 < equal(windows(data, data[37:], step=128)) < 1


def test_what_is_coarse_and_still_is_equal_by_chance() -> None:
    rng = np.random.default_rng(0)
    still = [np.round(rng.normal(0, 0.02, (6000, 2)) / 0.04) * 0.04 for _ in range(2)]
    assert equal(windows(*still)) == 0


def test_people_of_their_own_share_nothing() -> None:
    made = cut(simulate(n_people=6), length=128)
    sides = [np.flatnonzero(np.isin(made.group, people)) for people in (made.people[:3], made.people[3:])]
    assert leaks(made, *sides).equal == 0
