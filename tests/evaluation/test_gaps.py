import numpy as np
import pytest

from made_results import result
from stridenet.evaluation.comparing import compare
from stridenet.evaluation.gaps import gap


def test_gaps_on_the_same_windows_are_paired_in_whatever_order_they_stand() -> None:
    honest, leaky = result(0.3), result(0.1, seed=1)
    back = np.arange(400)[::-1]
    turned = result(
        0.1,
        seed=1,
        probability=leaky.probability[:, back],
        y=leaky.y[back],
        group=leaky.group[back],
    )
    found, wanted = gap(turned, honest, draws=500), compare(leaky.tally, honest.tally, draws=500)
    assert found.paired
    assert found.difference == pytest.approx(wanted.difference)
    assert found.p == wanted.ranks.p
    assert found.low < found.difference < found.high


def test_gaps_on_other_windows_are_from_the_two_intervals() -> None:
    honest, leaky = result(0.3), result(0.1, seed=1)
    others = result(0.1, seed=1, group=np.char.add("q", leaky.group))
    found = gap(others, honest)
    a, b = others.intervals()["accuracy"], honest.intervals()["accuracy"]
    mean_a, mean_b = np.mean(others.accuracies), np.mean(honest.accuracies)
    assert (found.paired, found.p) == (False, None)
    assert found.low == pytest.approx(found.difference - ((mean_a - a.low) ** 2 + (b.high - mean_b) ** 2) ** 0.5)
    assert found.high == pytest.approx(found.difference + ((a.high - mean_a) ** 2 + (mean_b - b.low) ** 2) ** 0.5)
