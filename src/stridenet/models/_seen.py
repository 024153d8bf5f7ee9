"""A window as sensors see it: tensors of what moves, in units of the sensors' noise, and of gravity."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stridenet.models._preset import Prepare
from stridenet.models._sensors import Sensor, apart, sensors
from stridenet.models._upright import along_and_across, beside, direction
from stridenet.signals.channels import Channels

HIGHEST_HZ = 25.0
"""Of a spectrum; movements of people are slower, and what is faster is the device's."""


class Seen:
    """The sensors of a window as tensors (window, time, axis): what moves in units of noise, and gravity.

    Args:
        x: windows (window, time, channel) in raw units.
        prepare: scales channels of which nothing is known.
        channels: what they are.
        gravity: whether its direction is among what is seen.
        upright: whether what moves is seen along and across gravity as well.
        prefix: of the layers' names.
    """

    def __init__(
        self, x: Any, prepare: Prepare, channels: Channels, *, gravity: bool, upright: bool = False, prefix: str = ""
    ) -> None:
        self.rate_hz, self.length = channels.rate_hz, int(x.shape[1])
        found = sensors(channels)
        names = apart([prefix + one.name for one in found])
        moving: list[tuple[Sensor, str, Any]] = []
        self.still: list[Any] = []
        down: dict[Sensor, Any] = {}
        scaled = prepare(x, "standardize") if any(not one.noise for one in found) else None
        for one, name in zip(found, names, strict=True):
            values, heavy = _taken(x if one.noise else scaled, one.places, name), None
            if one.kind == "gravity":
                values, heavy = None, values
            elif one.kind == "acceleration":
                mean = _mean(values, f"{name}_mean")
                values, heavy = values - mean, _repeated(mean, values, name)
            elif one.whole:
                heavy = _taken(x, one.whole, f"{name}_whole") - values
            if heavy is not None and gravity:
                self.still.append(heavy / one.one_g)
            if heavy is not None and upright:
                down[one] = direction(_mean(heavy, f"{name}_down") / one.one_g)
            if values is not None:
                moving.append((one, name, values / (one.noise or _OTHER_NOISE)))
        self.moving = [value for _, _, value in moving]
        for one, name, value in moving:
            if (where := beside(one, down)) is not None:
                self.moving.append(along_and_across(value, where, f"{name}_upright"))


_OTHER_NOISE = 0.03
"""Of a channel of which nothing is known, a share of its standard deviation."""


def joined(parts: Sequence[Any], name: str) -> Any:
    """One tensor of several, along the last axis."""
    from stridenet.engine.backend import keras

    return keras.layers.Concatenate(name=name)(list(parts)) if len(parts) > 1 else parts[0]


def product(x: Any, name: str, kernel: np.ndarray, *, trainable: bool) -> Any:
    """A dense layer without a bias whose kernel begins as this one, and stays so where it is not trained."""
    from stridenet.engine.backend import keras

    layer = keras.layers.Dense(kernel.shape[1], use_bias=False, name=name, trainable=trainable)
    y = layer(x)
    layer.kernel.assign(kernel)
    return y


def _taken(x: Any, places: Sequence[int], name: str) -> Any:
    """These channels of a tensor, in this order."""
    from stridenet.engine.backend import keras

    first, n = places[0], len(places)
    if tuple(places) == tuple(range(first, first + n)):
        return x[:, :, first : first + n]
    return keras.layers.Concatenate(name=f"{name}_axes")([x[:, :, p : p + 1] for p in places])


def _mean(x: Any, name: str) -> Any:
    from stridenet.engine.backend import keras

    return keras.layers.GlobalAveragePooling1D(keepdims=True, name=name)(x)


def _repeated(mean: Any, like: Any, name: str) -> Any:
    from stridenet.engine.backend import keras

    return keras.layers.UpSampling1D(int(like.shape[1]), name=f"{name}_gravity")(mean)
