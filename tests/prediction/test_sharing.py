"""Overlapping windows of every preset: what they share changes no answer."""

from typing import Any

import numpy as np
import pytest

from stridenet.exports.trace import trace
from stridenet.models.build import build, names
from stridenet.signals.channels import Channels
from stridenet_runtime.numpy_engine import NumpySession
from stridenet_runtime.shared import Shared

CHANNELS = Channels(
    tuple(f"{kind}_{way}" for kind in ("acc", "gyro") for way in "xyz"), ("g",) * 3 + ("rad/s",) * 3, 50.0
)


def programs(name: str, length: int) -> Any:
    settings = {"kernel_size": 3} if name == "gap" else {}
    return trace(build(name, length=length, n_channels=6, n_classes=4, channels=CHANNELS, settings=settings))


@pytest.mark.parametrize("name", names())
def test_answers_are_those_of_each_window(name: str) -> None:
    program = programs(name, 40)
    x = np.random.default_rng(0).normal(size=(75, 6)).astype(np.float32)
    for step in (1, 6):
        alone = np.stack([x[i : i + 40] for i in range(0, 36, step)])
        np.testing.assert_allclose(Shared(program, step)(x), NumpySession(program)(alone), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("name", "least"), [("cnn", 4), ("multihead", 1.5), ("gap", 10)])
def test_networks_without_padding_share_most(name: str, least: float) -> None:
    program = programs(name, 128)
    assert program.check().multiply_adds > least * Shared(program, 1).multiply_adds
