"""Writes a model file of ``stride``, untrained, for six channels at 50 Hz: what the runtime is measured with."""

import sys
from pathlib import Path

import numpy as np

from stridenet.exports.bundle import pack
from stridenet.exports.trace import trace
from stridenet.models.build import build
from stridenet.signals.channels import Channels
from stridenet_runtime.bundle import Golden
from stridenet_runtime.manifest import Channel, Manifest, Window

units = {"total_acc": "g", "body_acc": "g", "body_gyro": "rad/s"}
channels = tuple(Channel(f"{kind}_{axis}", unit) for kind, unit in units.items() for axis in "xyz")
known = Channels(tuple(one.name for one in channels), tuple(one.unit for one in channels), 50.0)
model = build("stride", length=128, n_channels=9, n_classes=6, channels=known)
x = np.random.default_rng(0).normal(0, 0.3, (32, 128, 9)).astype(np.float32)
y = np.asarray(model(x, training=False), np.float32)
told = Manifest(
    name="untrained-stride",
    window=Window(128, 64, 2.56),
    rate_hz=50.0,
    channels=channels,
    raw_channels=channels,
    classes=tuple("abcdef"),
)
Path(sys.argv[1]).write_bytes(pack(told, trace(model), Golden(x, y)))
