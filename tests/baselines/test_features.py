"""Hand-made features against slow formulas, and what must hold whatever the signal."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from stridenet.baselines import features as module
from stridenet.baselines._spectrum import bands
from stridenet.baselines.features import compute, features, names
from stridenet.errors import DataError, SettingError
from stridenet.signals.windows import Windows

RATE = 25.0
CHANNELS = ("acc_x", "acc_y", "acc_z", "pulse")
OWN_UNIT = ("mean", "sd", "median absolute deviation", "min", "max", "rms", "interquartile range", "mean absolute")
"""What is in the channel's unit; the rest does not change with the signal's size."""


def waves(n: int = 5, length: int = 40, seed: int = 0) -> npt.NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    time = np.arange(length)[:, None] / RATE
    speed = rng.uniform(0.5, 4, (n, 1, 4))
    x = np.sin(2 * np.pi * speed * time + rng.uniform(0, 6, (n, 1, 4))) + rng.normal(1, 0.3, (n, length, 4))
    return x.astype(np.float32)


def column(x: npt.NDArray[np.float32], name: str) -> npt.NDArray[np.float32]:
    return compute(x, RATE, CHANNELS)[:, names(x.shape[1], RATE, CHANNELS).index(name)]


def crossings(v: npt.NDArray[Any]) -> float:
    above = v > v.mean()
    return float(RATE * np.count_nonzero(np.diff(above)) / (len(v) - 1))


def peak(v: npt.NDArray[Any]) -> tuple[float, float]:
    d = (v - v.mean()) / v.std()
    lagged = [float((d[: len(d) - k] * d[k:]).sum() / len(d)) for k in range(len(d) // 2 + 1)]
    below = next((k for k, one in enumerate(lagged) if one < 0), None)
    best = max(range(len(lagged)), key=lambda k: lagged[k] if below is not None and k >= below else -1)
    return (lagged[best], best / RATE) if below is not None and lagged[best] > 0 else (0.0, 0.0)


def shares(v: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    n = len(v)
    power = np.array([abs(sum(v * np.exp(-2j * np.pi * k * np.arange(n) / n))) ** 2 for k in range(1, n // 2 + 1)])
    power[-1] /= 2 if n % 2 == 0 else 1
    return power / power.sum(), RATE * np.arange(1, n // 2 + 1) / n


SLOW: dict[str, Any] = {
    "mean": np.mean,
    "sd": np.std,
    "median absolute deviation": scipy.stats.median_abs_deviation,
    "min": np.min,
    "max": np.max,
    "rms": lambda v: np.sqrt(np.mean(np.square(v))),
    "interquartile range": scipy.stats.iqr,
    "skewness": scipy.stats.skew,
    "kurtosis": lambda v: scipy.stats.kurtosis(v, fisher=False),
    "mean absolute difference": lambda v: RATE * np.mean(np.abs(np.diff(v))),
    "crossings": crossings,
    "autocorrelation peak": lambda v: peak(v)[0],
    "autocorrelation lag": lambda v: peak(v)[1],
    "spectral centroid": lambda v: float(shares(v)[0] @ shares(v)[1]),
}


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("of", ["acc_y", "pulse", "acc magnitude"])
def test_each_feature_is_its_slow_formula(name: str, of: str) -> None:
    x = waves()
    series = np.sqrt((x[:, :, :3].astype(float) ** 2).sum(2)) if of == "acc magnitude" else x[:, :, CHANNELS.index(of)]
    np.testing.assert_allclose(column(x, f"{of} {name}"), [SLOW[name](v) for v in series.astype(float)], rtol=2e-4)


@pytest.mark.parametrize("length", [40, 41])
def test_spectrum_by_an_odd_and_an_even_length(length: int) -> None:
    x = waves(length=length)
    share, _ = shares(x[2, :, 3].astype(float))
    entropy = -(share * np.log(share)).sum() / np.log(len(share))
    assert column(x, "pulse spectral entropy")[2] == pytest.approx(entropy, rel=1e-4)
    in_bands = [column(x, n) ** 2 for n in names(length, RATE, CHANNELS) if n.startswith("pulse rms ")]
    np.testing.assert_allclose(np.sum(in_bands, axis=0), column(x, "pulse sd") ** 2, rtol=1e-4)


def test_a_wave_is_found_at_its_frequency_and_in_its_band() -> None:
    x = np.zeros((1, 100, 4), np.float32)
    x[0, :, 3] = 3 + 2 * np.sin(2 * np.pi * 1.25 * np.arange(100) / RATE)
    assert column(x, "pulse peak frequency")[0] == pytest.approx(1.25)
    assert column(x, "pulse autocorrelation lag")[0] == pytest.approx(0.8)
    assert column(x, "pulse rms 1-1.5 Hz")[0] == pytest.approx(np.sqrt(2))
    assert column(x, "pulse rms 2-3 Hz")[0] == pytest.approx(0, abs=1e-5)


def test_axes_together() -> None:
    x = waves()
    axes = x[:, :, :3].astype(float)
    np.testing.assert_allclose(
        column(x, "acc correlation xz"), [np.corrcoef(w.T)[0, 2] for w in axes], rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(column(x, "acc mean of absolute values"), np.abs(axes).sum(2).mean(1), rtol=1e-5)
    mean = axes.mean(1)
    np.testing.assert_allclose(column(x, "acc angle to y"), np.arccos(mean[:, 1] / np.linalg.norm(mean, axis=1)), 1e-5)


@given(power=st.integers(-20, 20), seed=st.integers(0, 99))
def test_size_changes_what_is_in_a_unit_and_nothing_else(power: int, seed: int) -> None:
    x, size = waves(seed=seed), 2.0**power
    found = names(x.shape[1], RATE, CHANNELS)
    in_unit = np.array([any(f" {n}" in one for n in OWN_UNIT) for one in found])
    larger = compute(x * np.float32(size), RATE, CHANNELS) / np.where(in_unit, np.float32(size), 1)
    np.testing.assert_allclose(larger, compute(x, RATE, CHANNELS), rtol=1e-5, atol=1e-5)


def test_order_and_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    x = waves(9)
    whole = compute(x, RATE, CHANNELS)
    np.testing.assert_array_equal(compute(x[::-1], RATE, CHANNELS)[::-1], whole)
    monkeypatch.setattr(module, "_VALUES", 2 * 40 * 5)
    np.testing.assert_allclose(compute(x, RATE, CHANNELS), whole, rtol=1e-6)


@given(value=st.floats(-1e6, 1e6, width=32), length=st.integers(1, 40))
def test_constant_windows_give_finite_values(value: float, length: int) -> None:
    found = compute(np.full((2, length, 4), value, np.float32), RATE, CHANNELS)
    assert np.isfinite(found).all()
    assert found.shape[1] == len(names(length, RATE, CHANNELS))
    flat = [i for i, one in enumerate(names(length, RATE, CHANNELS)) if one.startswith("pulse") and "skew" in one]
    assert (found[:, flat] == 0).all()


def test_the_largest_numbers_stay_finite() -> None:
    x = np.float32(1e37) * waves()
    assert np.isfinite(compute(x, RATE, CHANNELS)).all()


def test_of_windows_with_their_names(easy: Windows) -> None:
    found = features(easy)
    assert found.values.shape == (len(easy), len(found.names))
    assert len(set(found.names)) == len(found.names)
    assert found.values.dtype == np.float32
    np.testing.assert_array_equal(found.values, compute(np.asarray(easy.x), 20.0, easy.channels))


@pytest.mark.parametrize(("rate_hz", "length"), [(1.0, 50), (20.0, 16), (50.0, 128), (1000.0, 2000), (0.1, 300)])
def test_bands_hold_every_frequency_of_any_rate_once(rate_hz: float, length: int) -> None:
    frequencies = np.fft.rfftfreq(length, 1 / rate_hz)[1:]
    inside = [((frequencies > a) & (frequencies <= b)) for a, b in bands(rate_hz, length)]
    np.testing.assert_array_equal(np.sum(inside, axis=0), 1)


def test_own_bands() -> None:
    assert bands(50, 128, [0, 3, 10, 30, 40]) == [(0, 3), (3, 10), (10, 30)]
    assert "pulse rms 3-10 Hz" in names(128, 50, ["pulse"], edges=[0, 3, 10])
    with pytest.raises(SettingError, match=r"edges = \[3, 1\]: bands need two frequencies or more in Hz, ascending"):
        names(128, 50, ["pulse"], edges=[3, 1])


def test_what_is_no_array_of_windows_is_refused() -> None:
    with pytest.raises(DataError, match=r"of 4 channels, found shape \(5, 40\)"):
        compute(np.zeros((5, 40)), RATE, CHANNELS)
