import pytest

from stridenet.signals.triads import triads


@pytest.mark.parametrize(
    ("channels", "name", "kind"),
    [
        (["acc_x", "acc_y", "acc_z"], "acc", "acceleration"),
        (["ax", "ay", "az"], "a", "acceleration"),
        (["gFx", "gFy", "gFz"], "gF", "acceleration"),
        (["x", "y", "z"], "", ""),
        (["x-axis", "y-axis", "z-axis"], "", ""),
        (["AccelerationX", "AccelerationY", "AccelerationZ"], "Acceleration", "acceleration"),
        (["ACCELEROMETER X", "ACCELEROMETER Y", "ACCELEROMETER Z"], "ACCELEROMETER", "acceleration"),
        ([f"Linear Acceleration {axis}" for axis in "xyz"], "Linear Acceleration", "linear acceleration"),
        (["userAcceleration.x", "userAcceleration.y", "userAcceleration.z"], "userAcceleration", "linear acceleration"),
        (["FreeAcc_X", "FreeAcc_Y", "FreeAcc_Z"], "FreeAcc", "linear acceleration"),
        (["rotationRateX", "rotationRateY", "rotationRateZ"], "rotationRate", "rotation"),
        (["wx", "wy", "wz"], "w", "rotation"),
        (["gyro_x", "gyro_y", "gyro_z"], "gyro", "rotation"),
        (["gX", "gY", "gZ"], "g", ""),
        (["ax_g", "ay_g", "az_g"], "a_g", "acceleration"),
        (["wrist_ax", "wrist_ay", "wrist_az"], "wrist_a", "acceleration"),
        (["MagnetometerX", "MagnetometerY", "MagnetometerZ"], "Magnetometer", "magnetic field"),
        (["acc_x_wrist", "acc_y_wrist", "acc_z_wrist"], "acc_wrist", "acceleration"),
        (["body_gyro_x", "body_gyro_y", "body_gyro_z"], "body_gyro", "rotation"),
        (["gravityX", "gravityY", "gravityZ"], "gravity", "acceleration"),
        (["body_acc_x", "body_acc_y", "body_acc_z"], "body_acc", "linear acceleration"),  # with a y before the axis
        (["bodyAccX left", "bodyAccY left", "bodyAccZ left"], "bodyAcc left", "linear acceleration"),
    ],
)
def test_what_a_triad_is_called_and_measures(channels: list[str], name: str, kind: str) -> None:
    for order in ([0, 1, 2], [2, 1, 0]):
        (found,) = triads([channels[i] for i in order])
        assert (found.name, found.kind, found.places) == (name, kind, tuple(order))


def test_what_is_no_triad() -> None:
    assert triads(["acc_x", "acc_y", "pulse", "max", "index"]) == []
    assert triads(["acc_x", "acc_y", "gyro_z"]) == []


def test_places_on_the_body_are_apart() -> None:
    found = triads([f"{place}_acc_{axis}" for place in ("wrist", "hip") for axis in "xyz"])
    assert [(triad.name, triad.places) for triad in found] == [("wrist_acc", (0, 1, 2)), ("hip_acc", (3, 4, 5))]


@pytest.mark.parametrize("before", ["", "left_", "Wrist "])
@pytest.mark.parametrize(("of_a", "of_g"), [("", ""), ("_g", "_dps")])
def test_a_g_beside_an_a_is_a_gyroscope(before: str, of_a: str, of_g: str) -> None:
    a, g = ([f"{before}{letter}{axis}{unit}" for axis in "xyz"] for letter, unit in (("a", of_a), ("g", of_g)))
    assert [triad.kind for triad in triads(a + g)] == ["acceleration", "rotation"]
    assert [triad.kind for triad in triads(g + a)] == ["rotation", "acceleration"]
    other = [f"far_{name}" for name in g]
    assert [triad.kind for triad in triads(a + other)] == ["acceleration", ""]
