import numpy as np
import numpy.typing as npt
import pytest

from stridenet.signals.channels import Channels
from stridenet.signals.unsaid import by_size
from stridenet.signals.windows import Windows

G = 9.80665


def worn(seconds: float = 60.0, moves: float = 0.3) -> npt.NDArray[np.float32]:
    """An accelerometer in g and a gyroscope in rad/s of someone who walks, shape (sample, 6)."""
    drawn = np.random.default_rng(5)
    t = np.arange(0, seconds, 0.02)[:, None]
    sway = np.sin(2 * np.pi * 1.8 * t + np.arange(6))
    noise = drawn.normal(0, 0.01, (len(t), 6))
    still = np.array([0.2, 0.1, 0.97, 0, 0, 0])
    return np.asarray(still + noise + sway * moves * np.array([1, 1, 1, 6, 6, 6]), np.float32)


def axes(*sensors: str) -> list[str]:
    return [f"{sensor}{axis}" for sensor in sensors for axis in "xyz"]


@pytest.mark.parametrize(("acc", "of_acc"), [("g", 1.0), ("m/s^2", G), ("mg", 1000.0)])
@pytest.mark.parametrize(("gyro", "of_gyro"), [("rad/s", 1.0), ("deg/s", 180 / np.pi)])
@pytest.mark.parametrize("names", [axes("a", "g"), axes("acc_", "gyro_"), axes("left_a", "left_g"), axes("", "w")])
def test_the_size_tells_the_unit(acc: str, of_acc: float, gyro: str, of_gyro: float, names: list[str]) -> None:
    data = worn() * np.repeat([of_acc, of_gyro], 3).astype(np.float32)
    assert by_size(data, names, [""] * 6) == (acc,) * 3 + (gyro,) * 3


def test_what_is_said_stays() -> None:
    assert by_size(worn(), axes("a", "g"), ["m/s^2"] * 3 + ["deg/s"] * 3) == ("m/s^2",) * 3 + ("deg/s",) * 3
    assert by_size(worn(), axes("a", "g"), ["m/s^2"] * 3 + [""] * 3)[:3] == ("m/s^2",) * 3


def test_linear_acceleration_is_as_the_accelerometer_beside_it() -> None:
    data = np.hstack([worn()[:, :3], worn()[:, :3] - worn()[:, :3].mean(axis=0)]) * np.float32(G)
    assert by_size(data, axes("acc_", "linear_acc_"), [""] * 6) == ("m/s^2",) * 6
    assert by_size(data[:, 3:], axes("linear_acc_"), [""] * 3) == ("", "", "")


def test_where_the_numbers_do_not_speak() -> None:
    walks, still = worn(), worn(moves=0.0)
    nothing = ("", "", "")
    assert by_size(walks[:, :3] * 3, axes("acc_"), [""] * 3) == nothing  # no unit makes this gravity
    assert by_size(walks[:, 3:] * 8, axes("gyro_"), [""] * 3) == nothing  # slow in deg/s, fast in rad/s
    assert by_size(still, axes("acc_", "gyro_"), [""] * 6)[3:] == nothing  # still in either
    assert by_size(still[:, :3], axes(""), [""] * 3) == nothing  # a direction, perhaps
    assert by_size(walks[:, :3] * 1.25, axes(""), [""] * 3) == nothing  # nearly, but no name says what it is
    assert by_size(np.hstack([walks[:, :3]] * 2), axes("left_", "right_"), [""] * 6) == ("",) * 6
    assert by_size(np.full_like(walks, np.nan), axes("a", "g"), [""] * 6) == ("",) * 6
    assert by_size(np.zeros((0, 3), np.float32), axes("acc_"), [""] * 3) == nothing


def test_gravity_apart_is_no_gyroscope() -> None:
    data = np.hstack([worn()[:, :3], worn(moves=0.0)[:, :3]])
    assert by_size(data, axes("a", "g"), [""] * 6) == ("g", "g", "g", "", "", "")


def test_missing_values_do_not_hide_it() -> None:
    data = worn()
    data[::7, 1] = np.nan
    assert by_size(data, axes("a", "g"), [""] * 6) == ("g",) * 3 + ("rad/s",) * 3


def test_networks_are_told_what_the_windows_speak_for() -> None:
    x = worn()[:2944, :3].reshape(-1, 128, 3)
    windows = Windows.from_arrays(x, ["walk"] * len(x), rate_hz=50.0, channels=axes("a"))
    known = Channels.of(windows)
    assert windows.units == nothing_said(3)
    assert known.units == ("g",) * 3
    (told,) = known.told(windows.units)
    assert told.startswith("ax, ay, az are taken to be in g, by the size")
    assert known.told(known.units) == []


def nothing_said(n: int) -> tuple[str, ...]:
    return ("",) * n
