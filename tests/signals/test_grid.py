from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet.errors import DataError, SettingError
from stridenet.signals.clock import pieces
from stridenet.signals.grid import Stream, even, even_times, fill, join, labels_on_grid, on_grid, spread
from stridenet.signals.recording import Recording

RNG = np.random.default_rng(0)


def wave(time: npt.NDArray[Any], hz: float = 1.0) -> npt.NDArray[np.float64]:
    return np.sin(2 * np.pi * hz * np.asarray(time, float))[:, None]


def test_an_uneven_clock_gives_back_the_wave() -> None:
    time = np.cumsum(RNG.normal(0.02, 0.004, 3000).clip(0.001))
    got = on_grid(time, wave(time), 50)
    np.testing.assert_allclose(got, wave(even_times(time[0], time[-1], 50)), atol=0.01)


def test_a_faster_stream_does_not_fold_back() -> None:
    time = np.cumsum(RNG.normal(0.002, 0.0002, 20_000).clip(0.0005))  # 500 Hz
    got = on_grid(time, wave(time, 1) + wave(time, 98), 50)  # 98 Hz would fold to 2 Hz
    expected = wave(even_times(time[0], time[-1], 50), 1)
    np.testing.assert_allclose(got[20:-20], expected[20:-20], atol=0.05)


def test_a_part_is_what_the_whole_gives_there() -> None:
    time = np.arange(4000) / 200
    data = np.hstack([wave(time, 1.3) + 9.81, time[:, None]])
    whole, part = on_grid(time, data, 50), on_grid(time, data, 50, start_s=5, end_s=9)
    assert part.shape == (201, 2)
    np.testing.assert_allclose(part, whole[250:451], atol=1e-3)


@pytest.mark.parametrize("ends", [(-0.1, 1.0), (0.0, 9.5), (2.0, 1.0)])
def test_nothing_is_made_up(ends: tuple[float, float]) -> None:
    time = np.arange(10.0)
    with pytest.raises(DataError, match="beyond the samples"):
        on_grid(time, wave(time), 1, start_s=ends[0], end_s=ends[1])


def test_a_grid_over_the_own_stamps_changes_nothing() -> None:
    data = RNG.normal(size=(100, 3)).astype(np.float32)
    got = on_grid(np.arange(100) / 50, data, 50)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, data, atol=1e-6)


def test_stamps_rounded_to_seconds_are_spread() -> None:
    time = np.arange(500) / 50
    np.testing.assert_allclose(spread(np.floor(time)), time)
    np.testing.assert_allclose(on_grid(np.floor(time), wave(time), 50), wave(np.arange(451) / 50), atol=1e-9)


def test_labels_go_to_the_nearest() -> None:
    labels = labels_on_grid(np.array([0, 0.5, 3.0]), np.array([1, 2, 3]), 2)
    assert labels.tolist() == [1, 2, 2, 2, 3, 3, 3]


@given(st.integers(1, 200), st.floats(0.6, 400), st.floats(0.6, 400))
def test_labels_and_data_have_the_same_length(n: int, own: float, rate: float) -> None:
    time = np.arange(n) / own
    data = on_grid(time, np.ones((n, 1)), rate)
    assert len(data) == len(labels_on_grid(time, np.zeros(n, int), rate)) == len(even_times(0, time[-1], rate))
    np.testing.assert_allclose(data, 1)


def test_sensors_of_one_moment_are_joined_where_all_of_them_are() -> None:
    acc, gyro, slow = np.arange(0.2, 30, 0.02), np.arange(0.41, 29, 1 / 99.5), np.arange(0, 40, 0.2)
    streams = [Stream("acc", acc, wave(acc)), Stream("gyro", gyro, -wave(gyro)), Stream("slow", slow, wave(slow, 0.1))]
    ((start, data),) = join(streams, 50)
    times = start + np.arange(len(data)) / 50
    assert start == 0.41
    assert 28.95 < times[-1] < 29
    np.testing.assert_allclose(data, np.hstack([wave(times), -wave(times), wave(times, 0.1)]), atol=0.01)


def test_a_gap_of_one_sensor_ends_a_stretch_of_all() -> None:
    acc = np.append(np.arange(0, 10, 0.1), np.arange(15, 20, 0.1))
    clock = pieces(acc)
    gyro = np.arange(3, 18, 0.05)
    joined = join([Stream("acc", acc, wave(acc), clock.starts), Stream("gyro", gyro, wave(gyro))], 10)
    assert [(start, len(data)) for start, data in joined] == [(3, 70), (15, 30)]


def test_sensors_that_never_meet_are_refused_with_their_times() -> None:
    first, second = np.arange(0, 5, 0.1), np.arange(7, 9, 0.1)
    with pytest.raises(DataError, match=r"all of 2 sensors cover \(a 0.00 to 4.90 s; b 7.00 to 8.90 s\)"):
        join([Stream("a", first, wave(first)), Stream("b", second, wave(second))], 10)


def test_a_sensor_whose_time_starts_again_is_refused() -> None:
    time = np.append(np.arange(0, 5, 0.1), np.arange(0, 5, 0.1))
    with pytest.raises(DataError, match="acc: its time starts again"):
        join([Stream("acc", time, wave(time), pieces(time).starts)], 10)


def recording(n: int, rate_hz: float) -> Recording:
    return Recording("r", "p", wave(np.arange(n) / rate_hz), ("x",), ("g",), rate_hz, np.arange(n) * 2 // n, ("a", "b"))


@pytest.mark.parametrize("own", [49.4, 99.53, 100.07, 384.1, 20.16, 7.0, 50.3217, 4000.1])
def test_recordings_of_any_rate_become_even(own: float) -> None:
    n = int(own * 20)
    (got,) = even([recording(n, own)], 50)
    assert got.rate_hz == 50
    assert got.n_samples == pytest.approx(n / own * 50, abs=1.5)
    time = np.arange(got.n_samples) / 50
    np.testing.assert_allclose(got.data[30:-30], wave(time)[30:-30], atol=0.02)
    assert np.flatnonzero(got.labels)[0] / 50 == pytest.approx(10, abs=0.02 + 1 / own)


def test_a_rate_that_no_ratio_gives_goes_through_a_grid() -> None:
    (got,) = even([recording(2_000_000, 50 * 1.0123457)], 50)
    np.testing.assert_allclose(got.data[-1000:-30], wave(np.arange(got.n_samples) / 50)[-1000:-30], atol=0.01)


def test_a_rate_that_is_the_same_but_for_the_clock_changes_no_sample() -> None:
    given = recording(100, 49.99)
    (got,) = even([given], 50)
    np.testing.assert_array_equal(got.data, given.data)
    assert got.rate_hz == 50


def test_even_needs_a_rate() -> None:
    with pytest.raises(SettingError, match="--even"):
        even([], 0)


def test_short_holes_are_filled_and_long_ones_stay() -> None:
    data = np.arange(20.0)[:, None] * [1, 10]
    data[[3, 8, 9, 10], 0] = np.nan
    data[[0, 19], 1] = np.nan
    filled, n = fill(np.arange(20) / 10, data, 0.2)
    assert n == 1
    assert filled[3, 0] == pytest.approx(3)
    assert np.isnan(filled).sum() == 5
    assert np.isnan(data[3, 0])  # what came in stays
    assert fill(np.arange(20) / 10, data, 0.4)[1] == 4


def test_nothing_to_fill_copies_nothing() -> None:
    data = np.ones((5, 2))
    assert fill(np.arange(5.0), data, 1.0)[0] is data
