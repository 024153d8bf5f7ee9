"""Programs that are made in no time."""

import numpy as np

from stridenet_runtime.program import Node, Program


def small() -> Program:
    """A convolution, the mean over time and a dense layer."""
    random = np.random.default_rng(0)
    constants = {
        "kernel": random.normal(size=(3, 2, 4)).astype(np.float32),
        "dense": random.normal(size=(4, 3)).astype(np.float32),
        "bias": np.zeros(3, np.float32),
    }
    plain = {"strides": 1, "dilation": 1, "pads": [0, 0], "groups": 1}
    nodes = (
        Node("conv1d", ("windows", "kernel"), "felt", plain, "conv"),
        Node("relu", ("felt",), "cut", {}, "conv"),
        Node("mean", ("cut",), "means", {"axes": [0], "keepdims": False}, "mean"),
        Node("dense", ("means", "dense", "bias"), "scores", {}, "classes"),
        Node("softmax", ("scores",), "probabilities", {}, "classes"),
    )
    return Program(8, 2, nodes, constants, "probabilities")
