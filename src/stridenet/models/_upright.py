"""Motion along and across gravity, which is the same however a device is turned."""

from collections.abc import Mapping
from typing import Any

from stridenet.models._sensors import Sensor

_SMALL = 0.01
"""Of squares in units of the sensors' noise; keeps roots apart from 0."""


def direction(gravity: Any) -> Any:
    """Gravity (window, 1, axis), of any size, as a direction of length 1."""
    from stridenet.engine.backend import keras

    ops = keras.ops
    return gravity / ops.sqrt(ops.sum(ops.square(gravity), axis=2, keepdims=True) + 1e-6)


def beside(sensor: Sensor, down: Mapping[Sensor, Any]) -> Any | None:
    """The direction of gravity for a sensor: its own, its device's or the only one; None: nobody knows."""
    if sensor in down:
        return down[sensor]
    if not sensor.noise:
        return None
    same = [where for one, where in down.items() if _device(one) == _device(sensor)]
    found = same if len(same) == 1 else list(down.values())
    return found[0] if len(found) == 1 else None


def along_and_across(values: Any, down: Any, name: str) -> Any:
    """Of values (window, time, 3), what lies along a direction and how much across it: (window, time, 2)."""
    from stridenet.engine.backend import keras

    ops = keras.ops
    along = ops.sum(values * down, axis=2, keepdims=True)
    whole = ops.sum(ops.square(values), axis=2, keepdims=True)
    across = ops.sqrt(ops.relu(whole - ops.square(along)) + _SMALL)
    return keras.layers.Concatenate(name=name)([along, across])


def _device(sensor: Sensor) -> str:
    return sensor.name.rpartition("_")[0]
