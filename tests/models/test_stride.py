"""Ours on other sensors, rates and lengths; what it must not depend on."""

from typing import Any

import numpy as np
import pytest

from stridenet.models import build as models
from stridenet.models._sensors import sensors, turning
from stridenet.models._upright import along_and_across, beside, direction
from stridenet.models.stride import fourier
from stridenet.signals.channels import Channels


def axes(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{axis}" for name in names for axis in "xyz")


HAR = Channels(axes("total_acc", "body_acc", "body_gyro"), ("g",) * 6 + ("rad/s",) * 3, 50.0)
PHONE = Channels(axes("acc", "gyro"), ("m/s^2",) * 3 + ("deg/s",) * 3, 100.0)
WATCH = Channels(axes("acc"), ("g",) * 3, 20.0)
OTHER = Channels(("emg 1", "emg 2", "pulse"), ("", "", ""), 200.0)


@pytest.mark.parametrize(
    ("channels", "kinds"),
    [
        (HAR, ["motion", "rotation"]),
        (PHONE, ["acceleration", "rotation"]),
        (WATCH, ["acceleration"]),
        (OTHER, ["other", "other", "other"]),
        (Channels(axes("userAcceleration", "gravity"), ("g",) * 6, 50.0), ["motion", "gravity"]),
    ],
    ids=["uci-har", "phone", "watch", "other", "ios"],
)
@pytest.mark.parametrize("name", ["stride", "stride-s"])
def test_any_sensors_any_rate(name: str, channels: Channels, kinds: list[str]) -> None:
    assert [one.kind for one in sensors(channels)] == kinds
    n, length = len(channels.names), round(2.56 * channels.rate_hz)
    model: Any = models.build(name, length=length, n_channels=n, n_classes=4, channels=channels)
    x = np.random.default_rng(0).normal(size=(3, length, n)).astype(np.float32)
    said = model.predict(x, verbose=0)
    np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("length", [128, 361])
def test_samples_of_an_unknown_rate_are_seen_as_those_of_a_usual_window(length: int) -> None:
    def shapes(rate_hz: float) -> list[Any]:
        channels = Channels(axes("acc", "gyro"), ("g",) * 3 + ("rad/s",) * 3, rate_hz)
        model: Any = models.build("stride", length=length, n_channels=6, n_classes=4, channels=channels)
        return [v.shape for v in model.trainable_variables]

    assert shapes(1.0) == shapes(length / 2.56)
    assert shapes(6.0) == shapes(length / 2.56)
    assert shapes(10.0) != shapes(length / 2.56)


def test_the_small_one_is_small() -> None:
    model: Any = models.build("stride-s", length=128, n_channels=9, n_classes=6, channels=HAR)
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) <= 12_000


def test_units_do_not_matter() -> None:
    x = np.random.default_rng(1).normal(size=(2, 100, 3)).astype(np.float32)
    said = []
    for unit, scale in (("g", 1.0), ("m/s^2", 9.80665)):
        channels = Channels(axes("acc"), (unit,) * 3, 40.0)
        model: Any = models.build("stride", length=100, n_channels=3, n_classes=3, channels=channels)
        said.append(model.predict((x * scale).astype(np.float32), verbose=0))
    np.testing.assert_allclose(said[0], said[1], atol=1e-3)


def test_the_order_of_channels_does_not_matter_to_what_is_known_of_them() -> None:
    mixed = Channels(
        ("gyro_z", "acc_y", "acc_x", "gyro_x", "acc_z", "gyro_y"), ("rad/s", "g", "g", "rad/s", "g", "rad/s"), 50.0
    )
    found = {one.name: one.places for one in sensors(mixed)}
    assert found == {"acc": (2, 1, 4), "gyro": (3, 5, 0)}
    assert set(turning(mixed)) == {(2, 1, 4), (3, 5, 0)}


def test_motion_along_and_across_gravity_is_the_same_however_a_device_is_turned() -> None:
    drawn = np.random.default_rng(4)
    values, down = drawn.normal(size=(5, 40, 3)).astype(np.float32), drawn.normal(size=(5, 1, 3)).astype(np.float32)
    turn = np.linalg.qr(drawn.normal(size=(3, 3)))[0].astype(np.float32)
    seen = [
        np.asarray(along_and_across(v, direction(d), f"seen_{i}"))
        for i, (v, d) in enumerate(((values, down), (values @ turn, down @ turn)))
    ]
    np.testing.assert_allclose(seen[0], seen[1], atol=1e-5)
    axis = np.broadcast_to(np.array([0, 0, 9.8], np.float32), down.shape)
    np.testing.assert_allclose(np.asarray(along_and_across(values, direction(axis), "up"))[..., 0], values[..., 2])


@pytest.mark.parametrize(
    "channels", [HAR, PHONE, WATCH, Channels(axes("userAcceleration", "gravity"), ("g",) * 6, 50.0)]
)
def test_it_looks_along_gravity_where_people_wear_it_turned(channels: Channels) -> None:
    def size(of: Channels, upright: str) -> int:
        n = len(of.names)
        known: dict[str, Any] = {"settings": {"upright": upright}, "channels": of}
        model: Any = models.build("stride-s", length=100, n_channels=n, n_classes=3, **known)
        return int(model.count_params())

    turned = channels._replace(turned=True)
    assert size(channels, "auto") == size(channels, "no") == size(turned, "no")
    assert size(turned, "auto") == size(channels, "yes") == size(turned, "yes") > size(channels, "no")
    nothing_heavy = Channels(axes("body_acc", "body_gyro"), ("g",) * 3 + ("rad/s",) * 3, 50.0)
    assert size(nothing_heavy, "yes") == size(nothing_heavy, "no")


def test_each_device_has_a_gravity_of_its_own() -> None:
    units = (("g",) * 3 + ("rad/s",) * 3) * 2
    two = sensors(Channels(axes("wrist_acc", "wrist_gyro", "hip_acc", "hip_gyro"), units, 50.0))
    by_name = {one.name: one for one in two}
    down = {by_name[f"{place}_acc"]: place for place in ("wrist", "hip")}
    assert [beside(by_name[f"{place}_gyro"], down) for place in ("wrist", "hip")] == ["wrist", "hip"]
    lonely = Channels(axes("wrist_acc", "hip_acc", "gyro"), ("g",) * 6 + ("rad/s",) * 3, 50.0)
    by_name = {one.name: one for one in sensors(lonely)}
    assert beside(by_name["gyro"], {by_name["wrist_acc"]: 1, by_name["hip_acc"]: 2}) is None
    assert beside(by_name["gyro"], {by_name["wrist_acc"]: 1}) == 1


def test_kernels_begin_as_fouriers() -> None:
    cosines, sines = fourier(32, 50.0)
    assert cosines.shape == (32, 16)
    wave = np.cos(2 * np.pi * 5 * np.arange(32) / 32 + 0.7)
    power = (wave @ cosines) ** 2 + (wave @ sines) ** 2
    assert int(power.argmax()) == 4  # five cycles
    assert fourier(128, 200.0)[0].shape == (128, 16)  # up to 25 Hz whatever the rate
