"""A program says what does not fit, step by step, and comes back from its text as it was."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from programs import small
from stridenet_runtime.errors import ProgramError
from stridenet_runtime.numpy_engine import run
from stridenet_runtime.program import Node, Program


def test_what_is_needed_is_counted() -> None:
    facts = small().check()
    assert facts.shapes["felt"] == (6, 4)
    assert facts.multiply_adds == 6 * 4 * 3 * 2 + 4 * 3
    assert facts.n_parameters == 24 + 12 + 3
    assert facts.peak_bytes == 4 * (6 * 4 + 6 * 4)


def test_it_comes_back_from_its_text() -> None:
    program = small()
    again = Program.from_json(program.to_json(), program.constants)
    assert again.to_json() == program.to_json()
    windows = np.random.default_rng(1).normal(size=(5, 8, 2)).astype(np.float32)
    assert np.array_equal(run(program, windows), run(again, windows))


@pytest.mark.parametrize(
    ("place", "change", "said"),
    [
        (0, {"op": "conv7d"}, "step 1 (conv7d of layer 'conv'): there is no such operation"),
        (0, {"inputs": ("window", "kernel")}, "'window' is not known before it"),
        (0, {"inputs": ("windows",)}, "it does not take these inputs"),
        (0, {"inputs": ("kernel", "windows")}, "it does not take these inputs"),
        (0, {"inputs": ("windows", "dense")}, "a kernel of 4 x 3 is not (sample, channel, filter)"),
        (1, {"output": "felt"}, "'felt' is given twice"),
        (1, {"attributes": {"slope": 1}}, "it takes no slope"),
        (2, {"attributes": {"axes": [7], "keepdims": False}}, "has no axis 7"),
        (2, {"attributes": {"axes": [-1], "keepdims": False}}, "axes = [-1] is not what it takes"),
        (2, {"attributes": {"axes": [0], "keepdims": True}}, "must be one value a class"),
        (3, {"inputs": ("cut", "dense", "dense")}, "a bias of 4 x 3 for 3 values"),
    ],
)
def test_what_does_not_fit_is_told(place: int, change: dict[str, Any], said: str) -> None:
    program = small()
    nodes = list(program.nodes)
    nodes[place] = replace(nodes[place], **change)
    with pytest.raises(ProgramError) as error:
        replace(program, nodes=tuple(nodes)).check()
    assert said in str(error.value)


def test_values_that_no_memory_holds_are_refused() -> None:
    nodes = (Node("repeat", ("windows",), "more", {"axis": 0, "n": 10**9}), *small().nodes)
    with pytest.raises(ProgramError, match="more than"):
        replace(small(), nodes=nodes).check()


@pytest.mark.parametrize("text", ["", "[]", "{}", "7", '{"nodes": 7}', "[" * 100_000, json.dumps({"nodes": [{}]})])
def test_a_text_that_is_no_program_is_told(text: str) -> None:
    with pytest.raises(ProgramError, match="does not describe a program"):
        Program.from_json(text, {})
