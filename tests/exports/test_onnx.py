"""The ONNX file answers as the program does, for every network, and says what it is."""

from typing import Any

import numpy as np
import onnx
import pytest

from networks import CHANNELS, CONVOLUTIONS, LENGTH, OWN, drawn, own_network, windows
from stridenet.exports.onnx import OPSET, to_onnx
from stridenet.exports.trace import trace
from stridenet.models.build import build, names
from stridenet.models.prepare import Preparer
from stridenet.signals.channels import Channels
from stridenet_runtime.errors import EngineError
from stridenet_runtime.numpy_engine import run
from stridenet_runtime.onnx_session import OnnxSession


def agrees(model: Any, x: Any) -> bytes:
    """The file, seen to answer as NumPy does, whatever the number of windows."""
    program = trace(model)
    graph = to_onnx(program)
    session, wanted = OnnxSession(graph), run(program, x)
    assert np.abs(session(x) - wanted).max() < 1e-5
    assert np.abs(session(x[:1]) - wanted[:1]).max() < 1e-5
    return graph


@pytest.mark.parametrize("name", names())
def test_each_preset(name: str) -> None:
    settings = {"kernel_size": 3} if name == "gap" else {}
    graph = agrees(
        drawn(build(name, length=LENGTH, n_channels=6, n_classes=4, channels=CHANNELS, settings=settings)), windows()
    )
    read = onnx.load_from_string(graph)
    kept = {one.name for one in read.graph.initializer}
    assert not [node for node in read.graph.node if node.op_type == "Transpose" and set(node.input) & kept]


@pytest.mark.parametrize("conv", CONVOLUTIONS, ids=lambda conv: "-".join(map(str, conv.values())))
def test_each_setting_of_a_convolution(conv: dict[str, Any]) -> None:
    settings = {"conv": conv, "filters": 6, "kernel_size": 3}
    agrees(drawn(build("cnn", length=LENGTH, n_channels=6, n_classes=4, settings=settings)), windows())


@pytest.mark.parametrize("kind", OWN)
def test_anyones_own_network(kind: str) -> None:
    agrees(drawn(own_network(kind)), windows())


@pytest.mark.parametrize("name", ["cnn", "multihead"])
def test_power(name: str) -> None:
    x = windows()
    prepare = Preparer("power", lambda: x.reshape(-1, 6))
    agrees(build(name, length=LENGTH, n_channels=6, n_classes=4, prepare=prepare, channels=Channels.unknown(6)), x)


def test_what_it_says_of_itself() -> None:
    program = trace(own_network("inside"))
    graph = to_onnx(program, {"classes": '["a", "b"]', "rate_hz": "50"})
    assert graph == to_onnx(program, {"rate_hz": "50", "classes": '["a", "b"]'})
    assert OnnxSession(graph).about() == {"classes": '["a", "b"]', "rate_hz": "50"}
    read = onnx.load_from_string(graph)
    assert [one.version for one in read.opset_import] == [OPSET]
    (given,), (answer,) = read.graph.input, read.graph.output
    assert (given.name, answer.name) == ("windows", "probabilities")
    assert [dim.dim_param or dim.dim_value for dim in given.type.tensor_type.shape.dim] == ["n", LENGTH, 6]


def test_many_windows_go_in_blocks() -> None:
    program = trace(own_network("inside"))
    x = windows(600)
    assert np.abs(OnnxSession(to_onnx(program))(x) - run(program, x)).max() < 1e-5


def test_what_is_no_graph_is_told() -> None:
    with pytest.raises(EngineError, match="onnxruntime does not take this graph"):
        OnnxSession(b"no graph")
