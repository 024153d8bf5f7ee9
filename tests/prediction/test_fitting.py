from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from stridenet.errors import DataError
from stridenet.prediction.fitting import at_rate, check_size, fitted
from stridenet.signals.recording import Recording
from stridenet_runtime.answers import Task

ACC, GYRO = ("acc_x", "acc_y", "acc_z"), ("gyro_x", "gyro_y", "gyro_z")
TASK = Task(16, 8, 50.0, ("sit", "walk"), (*ACC, *GYRO), ("g",) * 3 + ("rad/s",) * 3)


def recording(channels: Sequence[str], units: Sequence[str], rate_hz: float = 50.0, n: int = 200) -> Recording:
    data = np.random.default_rng(0).normal(size=(n, len(channels))).astype(np.float32)
    return Recording("r", "anna", data, tuple(channels), tuple(units), rate_hz, np.full(n, -1), ())


def test_channels_are_found_by_name_whatever_their_order() -> None:
    given = recording(("pulse", *GYRO[::-1], *ACC), ("",) + ("rad/s",) * 3 + ("g",) * 3)
    fit = fitted(given, TASK)
    assert fit.places == (4, 5, 6, 3, 2, 1)
    assert fit.factors == (1.0,) * 6
    assert fit.told == ()


def test_names_are_spelled_in_many_ways() -> None:
    given = recording(("Acc X", "ACC.Y", "acc-z", "GyroX", "gyro y", "Gyro_Z"), TASK.units)
    assert fitted(given, TASK).places == (0, 1, 2, 3, 4, 5)


def test_a_sensor_is_found_by_its_kind_where_there_is_one() -> None:
    names = [f"Accelerometer {axis}" for axis in "xyz"] + [f"Gyroscope {axis}" for axis in "xyz"]
    fit = fitted(recording(names, TASK.units), TASK)
    assert fit.places == (0, 1, 2, 3, 4, 5)
    assert "Accelerometer x, Accelerometer y, Accelerometer z were taken for acc_x, acc_y, acc_z" in fit.told[0]


def test_axes_without_a_sensor_are_found_by_their_unit() -> None:
    task = replace(TASK, channels=ACC, units=("g",) * 3)
    assert fitted(recording("xyz", ("m/s^2",) * 3), task).places == (0, 1, 2)


def test_units_are_converted_and_that_is_told() -> None:
    fit = fitted(recording(TASK.channels, ("m/s^2",) * 3 + ("deg/s",) * 3), TASK)
    assert fit.factors == pytest.approx([1 / 9.80665] * 3 + [np.pi / 180] * 3)
    assert fit.told == ("deg/s became rad/s.", "m/s^2 became g.")


def test_a_unit_spelled_otherwise_is_the_same() -> None:
    assert fitted(recording(TASK.channels, ("G",) * 3 + ("rad/sec",) * 3), TASK).factors == (1.0,) * 6


@pytest.mark.parametrize(
    ("channels", "units", "words"),
    [
        (ACC, ("g",) * 3, r"has the channels acc_x.*but model takes .*gyro_x, gyro_y, gyro_z: rename"),
        (ACC, ("g",) * 3, r"where one was left out because it does not change \(--channels acc_x,acc_y,acc_z,gyro_x,"),
        (
            [f"{place}_acc_{axis}" for place in ("hip", "wrist") for axis in "xyz"],
            ("g",) * 6,
            "nothing says for certain which is acc_x",
        ),
        (TASK.channels, ("",) * 6, "nothing says its unit, but model takes acc_x in g; say it"),
        (TASK.channels, ("g",) * 6, "'gyro_x' is in g, but model takes gyro_x in rad/s"),
        (TASK.channels, ("beats",) * 6, "'acc_x' is in beats, but model takes acc_x in g"),
    ],
)
def test_what_is_not_certain_is_refused(channels: Sequence[str], units: Sequence[str], words: str) -> None:
    with pytest.raises(DataError, match=words):
        fitted(recording(channels, units), TASK)


BARE = Task(4, 2, 50.0, ("a",), ("acc_x", "acc_y", "acc_z"), ("",) * 3)


def still(units: Sequence[str], gravity: float) -> Recording:
    made = recording(BARE.channels, units)
    return replace(made, data=np.tile(np.array([0.1, 0.2, gravity], np.float32), (made.n_samples, 1)))


def test_a_unit_that_the_model_does_not_know_is_not_guessed() -> None:
    with pytest.raises(
        DataError, match=r"'acc_x' is in m/s\^2, but nothing said the unit of acc_x when model was trained"
    ):
        fitted(still(("m/s^2",) * 3, 9.8), BARE)
    assert fitted(still(("",) * 3, 9.8), BARE).factors == (1.0,) * 3


def test_a_model_without_units_refuses_another_size() -> None:
    golden = np.tile(np.array([0.0, 0.1, 1.0], np.float32), (2, 4, 1))
    given = still(("",) * 3, 9.8)
    with pytest.raises(DataError, match=r"by its size acc is in m/s\^2, and what model was trained on, .* in g"):
        check_size(given, fitted(given, BARE), BARE, golden)
    check_size(still(("",) * 3, 1.1), fitted(given, BARE), BARE, golden)
    check_size(still(("",) * 3, 30.0), fitted(given, BARE), BARE, golden)  # it may be anything


def test_the_unit_that_the_numbers_speak_for_is_proposed() -> None:
    task = replace(BARE, units=("g",) * 3)
    with pytest.raises(DataError, match=r"say it, as in --unit acc=m/s\^2\."):
        fitted(still(("",) * 3, 9.8), task)
    with pytest.raises(DataError, match=r'say it, as in --unit "acc_x=UNIT"\.'):
        fitted(still(("",) * 3, 30.0), task)


def test_some_axes_of_a_sensor_are_no_sensor() -> None:
    given = recording(("acc_x", "a_y", "a_z", *GYRO), TASK.units)
    with pytest.raises(DataError, match="which is acc_y, acc_z"):
        fitted(given, TASK)


def test_a_faster_recording_is_resampled() -> None:
    given = recording(TASK.channels, TASK.units, rate_hz=100.0)
    assert at_rate(given, TASK).rate_hz == 50
    assert at_rate(given, TASK).n_samples == 100
    odd = at_rate(recording(TASK.channels, TASK.units, rate_hz=51.37, n=5137), TASK)
    assert odd.n_samples == pytest.approx(5000, abs=2)


def test_a_clock_that_is_nearly_right_is_right() -> None:
    given = recording(TASK.channels, TASK.units, rate_hz=50.03)
    assert at_rate(given, TASK) is given


def test_a_slower_recording_is_refused() -> None:
    with pytest.raises(DataError, match=r"has 20 Hz, but model takes 50 Hz.*--even 50"):
        at_rate(recording(TASK.channels, TASK.units, rate_hz=20.0), TASK)
