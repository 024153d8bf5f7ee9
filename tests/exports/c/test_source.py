"""Programs of each operation, as C, compiled without a warning, run under sanitizers, against the NumPy engine."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stridenet_runtime.numpy_engine import run
from stridenet_runtime.program import Node, Program

from stridenet.errors import DataError
from stridenet.exports.c.files import Named, files
from stridenet.exports.c.weights import int8, joined, kernels

FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
RNG = np.random.default_rng(0)


def _w(*shape: int) -> np.ndarray[Any, Any]:
    return RNG.normal(0, 0.5, shape).astype(np.float32)


def _answers(program: Program, windows: np.ndarray[Any, Any], folder: Path, **how: Any) -> np.ndarray[Any, Any]:
    if not (gcc := shutil.which("gcc")):
        pytest.skip("gcc is not installed")
    n_classes = program.check().shapes[program.output][0]
    named = Named("toy", [(f"c{i}", "g") for i in range(program.n_channels)], 50.0, [f"k{i}" for i in range(n_classes)])
    for name, text in files(program, named, **how).items():
        (folder / name).write_text(text, encoding="ascii")
    subprocess.run([gcc, *FLAGS, "check.c", "toy.c", "-lm", "-o", "check"], cwd=folder, check=True)
    done = subprocess.run([folder / "check"], input=windows.tobytes(), stdout=subprocess.PIPE, check=True)
    return np.frombuffer(done.stdout, np.float32).reshape(len(windows), n_classes)


def _of(*nodes: Node, rank: int = 2, length: int = 11, **constants: np.ndarray[Any, Any]) -> Program:
    """A program that ends with the means over all but the last axis, as probabilities."""
    steps = list(nodes)
    if rank > 1:
        axes = {"axes": list(range(rank - 1)), "keepdims": False}
        steps.append(Node("mean", (steps[-1].output,), "means", axes))
    steps.append(Node("softmax", (steps[-1].output,), "p", {}, "classes"))
    return Program(length, 6, tuple(steps), constants, "p")


def _conv(**given: Any) -> dict[str, Any]:
    return {"strides": 1, "dilation": 1, "pads": [0, 0], "groups": 1, **given}


def _one(op: str, **attributes: Any) -> Program:
    return _of(Node(op, ("windows",), "y", attributes))


def _two(op: str, constant: np.ndarray[Any, Any]) -> Program:
    return _of(Node("abs", ("windows",), "x"), Node(op, ("x", "w"), "y"), w=constant)


_POOL = {"size": 3, "strides": 2, "pads": [1, 1]}
PROGRAMS = {
    "conv": _of(Node("conv1d", ("windows", "w", "b"), "y", _conv()), w=_w(3, 6, 20), b=_w(20)),
    "conv without bias": _of(Node("conv1d", ("windows", "w"), "y", _conv(pads=[4, 5])), w=_w(10, 6, 16)),
    "conv strides": _of(Node("conv1d", ("windows", "w"), "y", _conv(strides=2, pads=[1, 2])), w=_w(4, 6, 33)),
    "conv dilation": _of(Node("conv1d", ("windows", "w"), "y", _conv(dilation=3, pads=[6, 0])), w=_w(3, 6, 17)),
    "conv groups": _of(Node("conv1d", ("windows", "w", "b"), "y", _conv(groups=3)), w=_w(3, 2, 9), b=_w(9)),
    "conv of nothing inside": _of(Node("conv1d", ("windows", "w"), "y", _conv(pads=[9, 9])), w=_w(2, 6, 5)),
    "conv of parts": _of(
        Node("slice", ("windows",), "a", {"axis": 0, "begin": 1, "end": 9, "step": 1}),
        Node("reshape", ("a",), "s", {"shape": [2, 4, 6]}),
        Node("conv1d", ("s", "w"), "y", _conv(pads=[1, 1])),
        Node("max_pool1d", ("y",), "m", {"size": 2, "strides": 2, "pads": [0, 0]}),
        rank=3,
        w=_w(3, 6, 5),
    ),
    "dense": _of(Node("dense", ("windows", "w", "b"), "y"), w=_w(6, 50), b=_w(50)),
    "dense of all": _of(
        Node("reshape", ("windows",), "f", {"shape": [66]}), Node("dense", ("f", "w"), "y"), rank=1, w=_w(66, 37)
    ),
    "max pool": _one("max_pool1d", **_POOL),
    "mean pool": _one("mean_pool1d", **_POOL),
    "lstm": _of(
        Node("lstm", ("windows", "w", "u", "b"), "y", {"sequences": True, "reverse": True}),
        Node("lstm", ("y", "w2", "u2", "b2"), "z", {"sequences": False, "reverse": False}),
        rank=1,
        w=_w(6, 20),
        u=_w(5, 20),
        b=_w(20),
        w2=_w(5, 12),
        u2=_w(3, 12),
        b2=_w(12),
    ),
    **{op: _two(op, _w(6)) for op in ("add", "sub", "mul", "div", "maximum", "minimum")},
    "power": _two("power", np.array([0.5, 2, 1, 0.1, 3, -0.2], np.float32)),
    "sub of time": _two("sub", _w(11, 1)),
    "mul of one": _two("mul", np.array([0.3], np.float32)),
    "two of two": _of(
        Node("mean", ("windows",), "m", {"axes": [0], "keepdims": True}), Node("sub", ("windows", "m"), "y")
    ),
    **{op: _one(op) for op in ("relu", "tanh", "sigmoid", "silu", "asinh", "square", "abs", "exp", "softmax")},
    **{op: _of(Node("exp", ("windows",), "e"), Node(op, ("e",), "y")) for op in ("log", "sqrt")},
    "leaky relu": _one("leaky_relu", slope=0.2),
    "elu": _one("elu", alpha=0.7),
    "gelu": _one("gelu", approximate=False),
    "gelu nearly": _one("gelu", approximate=True),
    **{op: _of(Node(op, ("windows",), "y", {"axes": [0], "keepdims": False}), rank=1) for op in ("mean", "max", "sum")},
    "max of channels": _of(Node("max", ("windows",), "y", {"axes": [1], "keepdims": True})),
    "transpose": _of(
        Node("transpose", ("windows",), "t", {"order": [1, 0]}), Node("dense", ("t", "w"), "y"), w=_w(11, 4)
    ),
    "slice backwards": _of(
        Node("slice", ("windows",), "s", {"axis": 0, "begin": 10, "end": -1, "step": -2}),
        Node("mul", ("s", "w"), "y"),
        w=_w(6, 1),
    ),
    "slice of channels": _of(Node("slice", ("windows",), "y", {"axis": 1, "begin": 2, "end": 5, "step": 1})),
    "concat": _of(
        Node("relu", ("windows",), "a"),
        Node("square", ("windows",), "b"),
        Node("concat", ("a", "b", "a"), "y", {"axis": 1}),
    ),
    "repeat": _of(
        Node("mean", ("windows",), "m", {"axes": [0], "keepdims": True}),
        Node("repeat", ("m",), "r", {"axis": 0, "n": 11}),
        Node("sub", ("windows", "r"), "d"),
        Node("square", ("d",), "y"),
    ),
    "repeat channels": _of(Node("repeat", ("windows",), "y", {"axis": 1, "n": 3})),
    "pad": _of(Node("pad", ("windows",), "y", {"axis": 0, "before": 2, "after": 3})),
    "values that are read again": _of(
        Node("relu", ("windows",), "a"),
        Node("square", ("a",), "b"),
        Node("add", ("a", "b"), "c"),
        Node("sub", ("c", "a"), "d"),
        Node("slice", ("d",), "e", {"axis": 0, "begin": 3, "end": 8, "step": 1}),
        Node("exp", ("e",), "f"),
        Node("concat", ("d", "f"), "g", {"axis": 0}),
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_c_answers_as_numpy_does(name: str, tmp_path: Path) -> None:
    windows = RNG.normal(0, 1, (3, 11, 6)).astype(np.float32)
    answers = _answers(PROGRAMS[name], windows, tmp_path)
    np.testing.assert_allclose(answers, run(PROGRAMS[name], windows), atol=2e-6)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name.startswith(("conv", "dense", "lstm"))])
def test_integers_answer_as_their_weights_do(name: str, tmp_path: Path) -> None:
    program = PROGRAMS[name]
    windows = RNG.normal(0, 1, (3, 11, 6)).astype(np.float32)
    nodes, constants = joined(program)
    nearest = {n: int8(value).back() if n in kernels(nodes) else value for n, value in constants.items()}
    split = dict(program.constants)
    for before, after in zip(program.nodes, nodes, strict=True):
        if after.op == "lstm":
            n = len(split[before.inputs[1]])
            split[before.inputs[1]], split[before.inputs[2]] = np.split(nearest[after.inputs[1]], [n])
        elif after.op in ("conv1d", "dense"):
            split[before.inputs[1]] = nearest[after.inputs[1]]
    expected = run(Program(program.length, program.n_channels, program.nodes, split, program.output), windows)
    np.testing.assert_allclose(_answers(program, windows, tmp_path, int8=True), expected, atol=2e-6)


def test_an_answer_that_is_a_part_of_another_value(tmp_path: Path) -> None:
    steps = (
        Node("softmax", ("windows",), "all"),
        Node("slice", ("all",), "row", {"axis": 0, "begin": 4, "end": 5, "step": 1}),
        Node("reshape", ("row",), "p", {"shape": [6]}),
    )
    program, windows = Program(11, 6, steps, {}, "p"), RNG.normal(0, 1, (2, 11, 6)).astype(np.float32)
    np.testing.assert_allclose(_answers(program, windows, tmp_path), run(program, windows), atol=1e-6)


def test_a_step_without_a_form_is_refused_with_its_layer() -> None:
    program = Program(11, 6, (Node("fold", ("windows",), "p", {}, "my_layer"),), {}, "p")
    with pytest.raises(DataError, match="layer 'my_layer': C has no form of fold"):
        files(program, Named("toy", [("a", "g")] * 6, 50.0, ["x"]))


def test_names_of_any_letters_are_c() -> None:
    named = Named("1 naïve*/net", [("*/ x", "m/s²")] * 6, 50.0, ['up "é" ??/', "b", "c", "d", "e", "f"])
    written = files(PROGRAMS["relu"], named)
    assert set(written) == {"model_1_na_ve_net.h", "model_1_na_ve_net.c", "example.c", "check.c"}
    assert all(text.isascii() for text in written.values())
    assert '"up \\"\\303\\251\\" \\077\\077/"' in written["model_1_na_ve_net.c"]
