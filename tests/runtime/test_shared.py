from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs import small
from stridenet_runtime.numpy_engine import run
from stridenet_runtime.program import Node, Program
from stridenet_runtime.shared import Shared

RNG = np.random.default_rng(0)


def program(nodes: list[Node], width: int, at: str, length: int = 32, channels: int = 3, end: str = "mean") -> Program:
    """Ends some nodes with two classes; constants are drawn as their names say: ``w_3_4``."""
    shape = Program(length, channels, (*nodes, Node("mean", (at,), "p", {"axes": [0], "keepdims": False})), {}, "p")
    names = {name for node in nodes for name in node.inputs if name.startswith("w_")}
    constants = {name: drawn(tuple(map(int, name.split("_")[1:]))) for name in names}
    if end == "flat":
        n = Program(length, channels, shape.nodes, constants, "p").check().shapes[at][0] * width
        last = [Node("reshape", (at,), "flat", {"shape": [n]})]
    else:
        n, last = width, [Node("mean", (at,), "flat", {"axes": [0], "keepdims": False})]
    constants["dense"] = drawn((n, 2))
    last += [Node("dense", ("flat", "dense"), "scores"), Node("softmax", ("scores",), "p")]
    return Program(length, channels, (*nodes, *last), constants, "p")


def drawn(shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    return np.asarray(RNG.normal(size=shape) / np.sqrt(np.prod(shape[:-1])), np.float32)


def conv(x: str, w: str, y: str, **a: Any) -> Node:
    return Node("conv1d", (x, w), y, {"strides": 1, "dilation": 1, "pads": [0, 0], "groups": 1} | a)


def pool(kind: str, x: str, y: str, size: int, strides: int) -> Node:
    return Node(f"{kind}_pool1d", (x,), y, {"size": size, "strides": strides, "pads": [0, 0]})


def one_by_one(given: Program, x: npt.NDArray[np.float32], step: int) -> npt.NDArray[np.float32]:
    starts = range(0, len(x) - given.length + 1, step)
    return run(given, np.stack([x[i : i + given.length] for i in starts]))


PLAIN = [conv("windows", "w_3_3_8", "a"), Node("relu", ("a",), "b"), pool("max", "b", "c", 2, 2)]
NETWORKS = {
    "convolutions and pools": program([*PLAIN, conv("c", "w_3_8_4", "d"), pool("mean", "d", "e", 3, 2)], 4, "e"),
    "flat": program([*PLAIN, conv("c", "w_3_8_4", "d", dilation=2)], 4, "d", end="flat"),
    "strides": program([conv("windows", "w_5_3_4", "a", strides=3), conv("a", "w_2_4_4", "b", strides=2)], 4, "b"),
    "groups": program([conv("windows", "w_3_1_6", "a", groups=3), Node("tanh", ("a",), "b")], 6, "b"),
    "scaled": program([Node("sub", ("windows", "w_3"), "a"), Node("mul", ("a", "w_1_3"), "b")], 3, "b"),
    "a constant of each time": program([Node("add", ("windows", "w_32_3"), "a"), conv("a", "w_3_3_4", "b")], 4, "b"),
    "dense over channels": program([Node("dense", ("windows", "w_3_5"), "a"), conv("a", "w_3_5_4", "b")], 4, "b"),
    "two ways": program(
        [
            conv("windows", "w_3_3_4", "a"),
            Node("slice", ("windows",), "s", {"axis": 0, "begin": 2, "end": 32, "step": 1}),
            Node("dense", ("s", "w_3_4"), "d"),
            Node("add", ("a", "d"), "e"),
            Node("concat", ("e", "a"), "f", {"axis": 1}),
            Node("slice", ("f",), "g", {"axis": 1, "begin": 1, "end": 8, "step": 2}),
            Node("slice", ("g",), "h", {"axis": 0, "begin": 1, "end": 30, "step": 3}),
        ],
        4,
        "h",
    ),
    "padded in the middle": program([*PLAIN, conv("c", "w_3_8_4", "d", pads=[1, 1])], 4, "d"),
    "padded at once": program([conv("windows", "w_3_3_8", "a", pads=[2, 0]), *PLAIN[1:]], 8, "c"),
    "turned": program([Node("slice", ("windows",), "a", {"axis": 0, "begin": 31, "end": -1, "step": -1})], 3, "a"),
    "of the windows' length": program([conv("windows", "w_32_3_4", "a")], 4, "a"),
    "two lengths of one signal": program(
        [
            conv("windows", "w_3_3_4", "a"),
            conv("a", "w_3_4_4", "b"),
            Node("slice", ("a",), "c", {"axis": 0, "begin": 2, "end": 30, "step": 1}),
            Node("add", ("b", "c"), "d"),
            Node("softmax", ("d",), "e"),
        ],
        4,
        "e",
    ),
}


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(NETWORKS)), st.integers(1, 40), st.integers(0, 150))
def test_answers_are_those_of_each_window_alone(name: str, step: int, more: int) -> None:
    given = NETWORKS[name]
    x = RNG.normal(size=(given.length + more, given.n_channels)).astype(np.float32)
    np.testing.assert_allclose(Shared(given, step)(x), one_by_one(given, x, step), rtol=1e-5, atol=1e-6)


def test_a_signal_of_several_parts() -> None:
    x = RNG.normal(size=(20_000, 2)).astype(np.float32)
    np.testing.assert_allclose(Shared(small(), 3)(x), one_by_one(small(), x, 3), rtol=1e-5, atol=1e-6)


def test_a_signal_that_is_too_short_has_no_answer() -> None:
    assert Shared(small(), 3)(np.zeros((7, 2), np.float32)).shape == (0, 3)


def test_a_missing_value_stays_in_its_windows() -> None:
    x = RNG.normal(size=(40, 2)).astype(np.float32)
    expected = one_by_one(small(), x, 2)
    x[20] = np.nan
    got = Shared(small(), 2)(x)
    here = np.array([start + 8 <= 20 or start > 20 for start in range(0, 33, 2)])
    np.testing.assert_allclose(got[here], expected[here], rtol=1e-5)
    assert np.isnan(got[~here]).all()


@pytest.mark.parametrize(
    ("name", "least"),
    [("convolutions and pools", 8.0), ("strides", 4.0), ("padded in the middle", 1.2), ("padded at once", 1.0)],
)
def test_how_much_is_shared(name: str, least: float) -> None:
    given = NETWORKS[name]
    assert given.check().multiply_adds / Shared(given, 1).multiply_adds >= least


def test_nothing_is_shared_where_windows_are_apart() -> None:
    given = NETWORKS["convolutions and pools"]
    assert Shared(given, 64).multiply_adds == given.check().multiply_adds
