import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from stridenet.errors import SettingError, UnknownNameError
from stridenet.signals.units import canonical, convert, doubts, factor

RNG = np.random.default_rng(0)
STILL = np.array([0.1, 0.2, 0.97]) + RNG.normal(0, 0.02, (500, 3))
ACC, GYRO = ["acc_x", "acc_y", "acc_z"], ["gyro_x", "gyro_y", "gyro_z"]


@pytest.mark.parametrize(
    ("unit_from", "unit_to", "expected"),
    [
        ("g", "m/s^2", 9.80665),
        ("m/s²", "g", 1 / 9.80665),
        ("mg", "g", 0.001),
        ("deg/s", "rad/s", np.pi / 180),
        ("rad", "°", 180 / np.pi),
        ("uT", "T", 1e-6),
        ("gauss", "µT", 100),
        ("m/(sec^2)", "m/s2", 1),
        ("1/64 g", "g", 1 / 64),
    ],
)
def test_one_unit_into_another(unit_from: str, unit_to: str, expected: float) -> None:
    assert factor(unit_from, unit_to) == pytest.approx(expected)
    got = convert(np.array([[1.0, 2.0]]), unit_from, unit_to)
    np.testing.assert_allclose(got, [[expected, 2 * expected]])


def test_conversion_keeps_the_precision_and_what_came_in() -> None:
    given = np.ones((3, 2), np.float32)
    assert convert(given, "g", "mg").dtype == np.float32
    assert given.max() == 1


def test_capitals_matter_where_they_must() -> None:
    assert (canonical("T"), canonical("mT"), canonical("G"), canonical("M/S^2")) == ("T", "mT", "g", "m/s^2")
    assert (canonical("μT"), canonical("[m/s²]"), canonical("")) == ("uT", "m/s^2", None)


def test_units_that_cannot_be_converted() -> None:
    with pytest.raises(SettingError, match="g measures acceleration and rad/s rotation"):
        factor("g", "rad/s")
    with pytest.raises(UnknownNameError, match="unknown unit 'furlong'"):
        factor("furlong", "m")


@pytest.mark.parametrize(
    ("data", "unit", "words"),
    [
        (STILL * 9.81, "g", "is said to be in g, but its median magnitude is 9.7.*gravity in m/s.2: --unit acc=m/s"),
        (STILL, "m/s²", "said to be in m/s.2, but .* is gravity in g: --unit acc=g"),
        (STILL * 1000, "g", "gravity in mg: --unit acc=mg"),
        (STILL, "", "unit is not said; .* is gravity in g: --unit acc=g"),
        (STILL * 100, "g", "where gravity is 1"),
    ],
)
def test_gravity_tells_the_unit(data: npt.NDArray[Any], unit: str, words: str) -> None:
    (doubt,) = doubts(data, ACC, [unit] * 3)
    assert re.search(words, doubt), doubt


def test_what_bears_out_is_not_doubted() -> None:
    assert doubts(STILL, ACC, ["g"] * 3) == []
    assert doubts(STILL * 9.81, ACC, ["m/s^2"] * 3) == []
    assert doubts(STILL * 2.2, ACC, ["g"] * 3) == []  # someone runs
    assert doubts(STILL * 9.81, ["lin_acc_x", "lin_acc_y", "lin_acc_z"], ["g"] * 3) == []
    assert doubts(STILL[:, :2], ["acc_x", "pulse"], ["g", ""]) == []
    assert doubts(np.zeros((0, 3)), ACC, ["g"] * 3) == []
    assert doubts(np.full((9, 3), np.nan), ACC, ["g"] * 3) == []


def test_free_acceleration_that_holds_gravity() -> None:
    (doubt,) = doubts(STILL * 9.81, ["userAcceleration.x", "userAcceleration.y", "userAcceleration.z"], ["m/s^2"] * 3)
    assert "named as free of gravity" in doubt


def test_axes_without_a_name_are_named_one_by_one() -> None:
    (doubt,) = doubts(STILL * 9.81, ["x", "y", "z"], ["g"] * 3)
    assert doubt.endswith("--unit x=m/s^2 --unit y=m/s^2 --unit z=m/s^2")


def test_degrees_and_radians() -> None:
    fast, slow = RNG.normal(0, 60, (500, 3)), RNG.normal(0, 1, (500, 3))
    moving = STILL * RNG.uniform(0.5, 1.5, (500, 1))
    (doubt,) = doubts(fast, GYRO, ["rad/s"] * 3)
    assert "--unit gyro=deg/s" in doubt
    assert doubts(slow, GYRO, ["rad/s"] * 3) == doubts(fast, GYRO, ["deg/s"] * 3) == []
    (doubt,) = doubts(np.hstack([moving, slow]), ACC + GYRO, ["g"] * 3 + ["deg/s"] * 3)
    assert "while the accelerometer moves: --unit gyro=rad/s" in doubt
    assert doubts(np.hstack([STILL, slow]), ACC + GYRO, ["g"] * 3 + ["deg/s"] * 3) == []
