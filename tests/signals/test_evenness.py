import numpy as np
import pytest

from stridenet.signals import evenness
from stridenet.signals.evenness import even_pieces, n_lost, usual_step


def test_a_piece_that_wanders_is_told_from_one_that_does_not() -> None:
    rng = np.random.default_rng(0)
    wanders = np.cumsum(rng.normal(1, 0.3, 5000))
    time = np.concatenate([np.arange(5000.0), wanders, np.arange(40.0)])
    even = even_pieces(time, np.array([0, 5000, 10000]), np.ones(3), 0.0)
    assert even.tolist() == [True, False, True]


def test_many_blocks_are_looked_at_in_turns() -> None:
    time = np.arange(3_000_000.0)
    time[2_900_000:] += np.cumsum(np.random.default_rng(0).normal(0, 0.3, 100_000))
    assert even_pieces(time, np.zeros(1, np.int64), np.ones(1), 0.0).tolist() == [False]


def test_lost_samples_are_counted_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    time = np.delete(np.arange(5000.0), rng.choice(np.arange(1, 4999), 200, replace=False))
    starts = np.array([0, 1000, 3010])
    whole = n_lost(time, starts, np.ones(3), 0.0)
    monkeypatch.setattr(evenness, "_AT_ONCE", 250)
    assert n_lost(time, starts, np.ones(3), 0.0).tolist() == whole.tolist()
    assert whole.sum() > 190


def test_a_rate_three_percent_off_is_not_even() -> None:
    assert even_pieces(np.arange(2000.0) * 1.01, np.zeros(1, np.int64), np.ones(1), 0.0).all()
    assert not even_pieces(np.arange(2000.0) * 1.03, np.zeros(1, np.int64), np.ones(1), 0.0).any()


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([1, 1, 2, 1, 5, 1], 1.0),
        ([2, 1, 2, 2, 2, 2, 1, 2], 1.0),
        ([0.9, 1.0, 1.1, 1.2, 0.8, 1.5], 1.0),
        ([0.01, 0.011, 0.012, 0.01, 4.7] * 4, np.nan),
        ([], np.nan),
    ],
)
def test_the_usual_step(steps: list[float], expected: float) -> None:
    assert usual_step(np.array(steps)) == pytest.approx(expected, abs=0.1, nan_ok=True)


def test_what_is_lost_is_counted_for_each_piece() -> None:
    time = np.array([0, 1, 2, 5, 6, 100, 101, 103, 104, 105.0])
    assert n_lost(time, np.array([0, 5]), np.ones(2), 0.0).tolist() == [2, 1]
    assert n_lost(time, np.array([0, 5]), np.array([np.nan, 1]), 0.0).tolist() == [0, 1]
    assert n_lost(time, np.array([0, 5]), np.full(2, np.nan), 0.0).tolist() == [0, 0]
