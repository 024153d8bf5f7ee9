from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stridenet.errors import DataError
from stridenet.signals.clock import Clock, pieces

Floats = npt.NDArray[Any]
RNG = np.random.default_rng(0)


def ordered(clock: Clock, time: Floats) -> Floats:
    return time[clock.order]


def ticks(n: int = 2000, rate: float = 50.0) -> Floats:
    return np.arange(n) / rate


@pytest.mark.parametrize(
    ("time", "rate"),
    [
        (ticks(), 50.0),
        (np.round(ticks(rate=60.0), 3), 60.0),  # steps of 16 and 17 ms
        (np.floor(ticks(rate=800.0) * 1000) / 1000, 800.0),  # steps of 1 and 2 ms: nothing is lost
        (np.floor(ticks(20000) + 0.3), 50.0),  # rounded to seconds
        (ticks() + RNG.normal(0, 0.004, 2000), 50.0),  # each stamp a little off
        (np.cumsum(0.02 * (1 + 0.01 * np.sin(np.arange(20000) / 3000))), 50.0),  # a clock that warms up
    ],
)
def test_even_clocks_are_taken_as_they_are(time: Floats, rate: float) -> None:
    clock = pieces(time)
    assert clock.even
    assert clock.one_rate
    assert clock.starts.tolist() == [0]
    assert clock.n_missing == 0
    assert clock.rate_hz == pytest.approx(rate, rel=0.005)


@pytest.mark.parametrize("first", [0.0, 0.02, 0.5, 0.98])
@pytest.mark.parametrize("n", [160, 600])
def test_stamps_of_full_seconds_give_the_rate_of_full_seconds(n: int, first: float) -> None:
    clock = pieces(np.floor(np.round(ticks(n) + first, 6)))
    assert clock.rate_hz == pytest.approx(50)
    assert (clock.even, clock.n_missing, len(clock.starts)) == (True, 0, 1)


def test_lateness_that_is_made_good_is_no_gap_and_loses_nothing() -> None:
    steps = np.full(3000, 0.1)
    late = np.arange(0, 3000, 30)
    steps[late], steps[late + 1], steps[late + 2] = 0.18, 0.06, 0.06
    clock = pieces(np.cumsum(steps))
    assert (clock.even, clock.n_gaps, clock.n_missing) == (True, 0, 0)
    assert clock.rate_hz == pytest.approx(10, rel=1e-3)
    assert clock.longest_step_s == pytest.approx(0.18)


def test_a_pause_whose_samples_come_at_once_is_made_good_too() -> None:
    time = ticks()
    time[900:915] = time[915] - np.linspace(0.0015, 0.0001, 15)
    clock = pieces(time)
    assert (clock.even, clock.n_missing) == (True, 0)


def test_jitter_of_a_fifth_of_a_step_stays_one_recording_on_a_grid() -> None:
    clock = pieces(np.cumsum(np.maximum(RNG.normal(0.02, 0.004, 75_000), 0.001)))
    assert (len(clock.starts), clock.even, clock.n_gaps, clock.n_missing) == (1, False, 0, 0)
    assert clock.rate_hz == pytest.approx(50, rel=0.005)
    assert clock.jitter == pytest.approx(0.2, abs=0.01)


def test_steps_from_20_to_160_ms_stay_one_recording() -> None:
    clock = pieces(np.cumsum(RNG.uniform(0.02, 0.16, 500)))
    assert (len(clock.starts), clock.even, clock.n_missing) == (1, False, 0)


def test_bursts_are_told_by_their_count() -> None:
    burst = np.repeat(np.cumsum(RNG.exponential(0.1, 400)), 5) + np.tile(np.arange(5) * 1e-4, 400)
    clock = pieces(np.sort(burst), gap_s=10)
    assert not clock.even
    assert clock.n_missing == 0
    assert clock.rate_hz == pytest.approx(1999 / np.ptp(burst))


@pytest.mark.parametrize("own", [True, False])
def test_a_repeated_stamp_is_counted_and_kept(own: bool) -> None:
    time = ticks(120, 10.0)
    if own:
        time[60] = time[59]
    else:
        time = np.insert(time, 60, time[60])
    clock = pieces(time)
    assert (clock.even, clock.n_repeated, clock.n_missing, len(clock.starts)) == (True, 1, 0, 1)


@pytest.mark.parametrize("share", [0.005, 0.2, 0.6])
def test_lost_samples_are_counted_and_the_rate_is_that_of_the_clock(share: float) -> None:
    kept = RNG.random(20_000) > share
    kept[[0, -1]] = True
    clock = pieces(ticks(20_000)[kept])
    assert clock.n_missing == (~kept).sum()
    assert clock.rate_hz == pytest.approx(50)
    assert not clock.even


def test_every_second_sample_lost_is_another_rate_unless_one_is_said() -> None:
    assert pieces(ticks()[::2]).rate_hz == pytest.approx(25)
    mixed = np.append(ticks()[:1900:2], ticks()[1900:])
    assert pieces(mixed, rate_hz=50).n_missing == 950


def test_one_lost_sample_leaves_the_clock_even() -> None:
    clock = pieces(ticks()[np.arange(2000) != 777])
    assert (clock.even, clock.n_missing) == (True, 1)


def test_a_gap_cuts_and_the_usual_steps_decide_how_long_one_is() -> None:
    time = np.concatenate([ticks(100), ticks(100) + 3.5])
    clock = pieces(time)
    assert (clock.starts.tolist(), clock.n_gaps, clock.even) == ([0, 100], 1, True)
    assert clock.longest_gap_s == pytest.approx(1.52)
    assert len(pieces(time, gap_s=2).starts) == 1
    assert len(pieces(np.arange(9) * 2.0).starts) == 1  # 0.5 Hz
    assert len(pieces(time, gap_s=0.001).starts) == 2  # less than a step would cut everywhere


def test_a_clock_that_starts_again_begins_a_new_piece() -> None:
    clock = pieces(np.concatenate([ticks(500) + 100, ticks(300), ticks(200) + 20]))
    assert clock.starts.tolist() == [0, 500, 800]
    assert (clock.n_restarts, clock.n_gaps, clock.n_reversed, clock.even) == (1, 1, 0, True)
    assert clock.rates_hz == pytest.approx([50, 50, 50])


@pytest.mark.parametrize("n", [10, 119])
def test_short_pieces_that_each_start_at_0_are_not_mixed(n: int) -> None:
    clock = pieces(np.tile(np.arange(n) / 119, 5))
    assert clock.starts.tolist() == [0, n, 2 * n, 3 * n, 4 * n]
    assert (clock.n_restarts, clock.n_reversed, clock.order) == (4, 0, slice(None))


def test_packets_that_come_late_are_put_in_their_place() -> None:
    rows = np.arange(960).reshape(-1, 8)[np.r_[0:10, 11, 10, 12:120]].ravel()
    rows[[500, 501]] = rows[[501, 500]]
    time = ticks(960)[rows]
    clock = pieces(time)
    np.testing.assert_array_equal(ordered(clock, time), ticks(960))
    assert (clock.n_reversed, clock.n_restarts, clock.even) == (2, 0, True)


def test_newest_first_is_turned_round() -> None:
    time = ticks(100)[::-1]
    clock = pieces(time)
    np.testing.assert_array_equal(ordered(clock, time), ticks(100))
    assert (clock.newest_first, clock.n_reversed, clock.even) == (True, 0, True)
    time = time.copy()
    time[[40, 41]] = time[[41, 40]]
    clock = pieces(time)
    np.testing.assert_array_equal(ordered(clock, time), ticks(100))
    assert (clock.newest_first, clock.n_reversed) == (True, 1)


def test_pieces_of_other_rates_are_told_apart() -> None:
    clock = pieces(np.concatenate([ticks(500, 10), ticks(500, 20) + 100]))
    assert (clock.one_rate, clock.even) == (False, False)
    assert clock.rates_hz == pytest.approx([10, 20])


def test_a_stale_first_stamp_is_a_piece_of_its_own() -> None:
    clock = pieces(np.append(-162447.0, ticks()))
    assert (clock.starts.tolist(), clock.even) == ([0, 1], True)
    assert clock.rate_hz == pytest.approx(50)


def test_time_that_stands_still_has_no_rate() -> None:
    clock = pieces(np.zeros(10))
    assert np.isnan(clock.rate_hz)
    assert (clock.n_repeated, clock.even) == (9, False)


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_to_tell_a_rate_from(n: int) -> None:
    clock = pieces(np.zeros(n))
    assert clock.starts.tolist() == [0] * n
    assert np.isnan(clock.rate_hz)
    assert pieces(np.zeros(n), rate_hz=50).rate_hz == 50


def test_a_stamp_that_is_no_number_is_refused() -> None:
    with pytest.raises(DataError, match="sample 3 of 4 has no time"):
        pieces(np.array([0, 1, np.nan, 3]))


@given(st.lists(st.floats(-1e6, 1e6), max_size=60), st.one_of(st.none(), st.floats(0.01, 10)))
@example([-2.0, 1e-45, 1e-240, 0.0], None)
def test_any_stamps_give_rising_pieces_of_all_rows(stamps: list[float], gap: float | None) -> None:
    time = np.array(stamps, np.float64)
    clock = pieces(time, gap_s=gap)
    assert sorted(ordered(clock, np.arange(len(time)) * 1.0)) == list(range(len(time)))
    for piece in np.split(ordered(clock, time), clock.starts[1:]):
        assert (np.diff(piece) >= -1e-9).all()
        assert (np.diff(piece) <= clock.gap_s * (1 + 1e-9)).all()


def test_thirty_thousand_restarts_take_no_time_each() -> None:
    clock = pieces(np.tile(np.arange(100) * 0.02, 30_000))
    assert (len(clock.starts), clock.even) == (30_000, True)
