from dataclasses import replace

import numpy as np
import pytest

from stridenet.errors import SettingError, UnknownNameError
from stridenet.signals.derived import derive
from stridenet.signals.filters import chain
from stridenet.signals.recording import Recording

CHANNELS = ("acc_x", "acc_y", "acc_z", "pulse")


def recording(n: int = 3000, rate_hz: float = 50.0) -> Recording:
    data = np.random.default_rng(0).normal([0, 0, 1, 70], 0.1, (n, 4))
    return Recording("r", "p", data, CHANNELS, ("g", "g", "g", "bpm"), rate_hz, np.zeros(n, int), ("walk",))


def test_magnitude_is_that_of_a_triad() -> None:
    got = derive(recording(), ["magnitude"])
    assert (got.channels[4:], got.units[4:]) == (("acc_magnitude",), ("g",))
    np.testing.assert_allclose(got.data[:, 4], np.linalg.norm(got.data[:, :3], axis=1))


def test_jerk_is_the_rise_per_second_of_each_channel() -> None:
    given = recording()
    got = derive(given, ["jerk"])
    assert (got.channels[4], got.units[4]) == ("acc_x_jerk", "g/s")
    np.testing.assert_allclose(got.data[1:, 4:], np.diff(given.data, axis=0) * 50)
    assert not got.data[0, 4:].any()


def test_gravity_and_body_are_the_whole() -> None:
    got = derive(recording(), ["body", "gravity"])
    assert got.channels[4:] == (*(f"body_acc_{a}" for a in "xyz"), *(f"gravity_acc_{a}" for a in "xyz"))
    np.testing.assert_allclose(got.data[:, 4:7] + got.data[:, 7:], got.data[:, :3])
    np.testing.assert_allclose(got.data[-500:, 7:].mean(axis=0), [0, 0, 1], atol=0.02)


def test_body_is_that_of_uci_hars_filters() -> None:
    filtered = chain(replace(recording(), channels=(*CHANNELS[:3], "pulse")))
    total = replace(filtered, data=filtered.data[:, :3], channels=CHANNELS[:3], units=("g",) * 3)
    np.testing.assert_allclose(derive(total, ["body"]).data[:, 3:], filtered.data[:, 3:], atol=1e-6)


def test_axes_without_a_name_are_an_acceleration_by_their_unit() -> None:
    nameless = replace(recording(), channels=("x", "y", "z", "pulse"))
    assert derive(nameless, ["magnitude", "gravity"]).channels[4:] == (
        "magnitude",
        "gravity_x",
        "gravity_y",
        "gravity_z",
    )


def test_the_precision_stays_and_nothing_is_nothing() -> None:
    given = replace(recording(), data=recording().data.astype(np.float32))
    assert derive(given, ["jerk", "gravity"]).data.dtype == np.float32
    assert derive(given, []) is given
    assert derive(recording(0), ["magnitude", "jerk", "gravity"]).data.shape == (0, 12)


def test_what_cannot_be_derived() -> None:
    given = recording()
    only = replace(given, data=given.data[:, 3:], channels=("pulse",), units=("bpm",))
    with pytest.raises(SettingError, match="magnitude needs a sensor's three axes"):
        derive(only, ["magnitude"])
    with pytest.raises(SettingError, match="body needs an accelerometer's three axes"):
        derive(only, ["body"])
    with pytest.raises(UnknownNameError, match="unknown derived channel 'jrk'"):
        derive(given, ["jrk"])
    with pytest.raises(SettingError, match="already, so it cannot be derived"):
        derive(replace(given, channels=(*CHANNELS[:3], "acc_magnitude")), ["magnitude"])
    with pytest.raises(SettingError, match=r"slower than 0.3 Hz"):
        derive(recording(rate_hz=0.5), ["gravity"])
