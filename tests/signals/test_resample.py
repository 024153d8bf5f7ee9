import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet.errors import SettingError
from stridenet.signals.recording import Recording
from stridenet.signals.resample import resample


def recording(data: np.ndarray, labels: np.ndarray, rate_hz: float = 50.0) -> Recording:
    return Recording("r", "anna", data[:, None], ("x",), ("g",), rate_hz, labels, ("sit", "walk"))


def test_a_slow_wave_stays_and_a_fast_one_goes() -> None:
    time = np.arange(1000) / 50
    slow, fast = np.sin(2 * np.pi * 2 * time), np.sin(2 * np.pi * 18 * time)  # 18 Hz would fold to 2 Hz at 20 Hz
    zeros = np.zeros(1000, int)
    got = resample(recording(slow + fast, zeros), 20).data[:, 0]
    expected = np.sin(2 * np.pi * 2 * np.arange(400) / 20)
    np.testing.assert_allclose(got[20:-20], expected[20:-20], atol=0.02)


def test_a_ramp_on_a_shelf_stays_to_its_ends() -> None:
    ramp = 9.81 + np.arange(500) / 100
    got = resample(recording(ramp, np.zeros(500, int)), 20).data[:, 0]
    np.testing.assert_allclose(got, 9.81 + np.arange(200) * 2.5 / 100, atol=1e-9)


def test_labels_are_the_nearest() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, -1, -1, -1, -1])
    got = resample(recording(np.zeros(10), labels), 20)
    assert got.labels.tolist() == [0, 1, 1, -1]  # at samples 0, 2.5, 5 and 7.5 of the old
    assert got.rate_hz == 20


@given(n=st.integers(0, 400), up=st.integers(1, 12), down=st.integers(1, 12))
def test_the_length_is_that_of_the_same_time(n: int, up: int, down: int) -> None:
    got = resample(recording(np.ones(n), np.zeros(n, int), rate_hz=10.0 * down), 10.0 * up)
    assert got.n_samples == -(-n * up // down)
    assert got.labels.shape == (got.n_samples,)


@pytest.mark.parametrize(("rate_hz", "words"), [(0.0, "above 0"), (np.nan, "above 0"), (20.00321, "no ratio")])
def test_rates_that_cannot_be(rate_hz: float, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        resample(recording(np.ones(9), np.zeros(9, int)), rate_hz)
