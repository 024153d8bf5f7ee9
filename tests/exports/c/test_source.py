"""Programs of each operation, as C, compiled without a warning, run under sanitizers, against the NumPy engine."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from each_operation import CHANNELS, LENGTH, PROGRAMS, RNG
from stridenet.errors import DataError
from stridenet.exports.about import About
from stridenet.exports.c.files import files
from stridenet.exports.c.weights import int8, joined, kernels
from stridenet_runtime.numpy_engine import run
from stridenet_runtime.program import Node, Program

FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def _about(name: str, classes: list[str]) -> About:
    return About(name, LENGTH, 5, 50.0, (("*/ x", "m/s²"),) * CHANNELS, tuple(classes))


def _answers(
    program: Program, windows: np.ndarray[Any, Any], folder: Path, *flags: str, **how: Any
) -> np.ndarray[Any, Any]:
    if not (gcc := shutil.which("gcc")):
        pytest.skip("gcc is not installed")
    n_classes = program.check().shapes[program.output][0]
    about = _about("toy", [f"k{i}" for i in range(n_classes)])
    for name, text in files(program, about, **how).items():
        (folder / name).write_text(text, encoding="ascii")
    subprocess.run([gcc, *FLAGS, *flags, "check.c", "toy.c", "-lm", "-o", "check"], cwd=folder, check=True)
    done = subprocess.run([folder / "check"], input=windows.tobytes(), stdout=subprocess.PIPE, check=True)
    return np.frombuffer(done.stdout, np.float32).reshape(len(windows), n_classes)


@pytest.mark.parametrize("name", PROGRAMS)
def test_c_answers_as_numpy_does(name: str, tmp_path: Path) -> None:
    windows = RNG.normal(0, 1, (3, LENGTH, CHANNELS)).astype(np.float32)
    answers = _answers(PROGRAMS[name], windows, tmp_path)
    np.testing.assert_allclose(answers, run(PROGRAMS[name], windows), atol=2e-6)


@pytest.mark.parametrize("flag", ["-DPLAIN_C", "-mavx2"])
@pytest.mark.parametrize("name", ["conv", "conv groups", "dense of all"])
def test_other_processors_answer_so_too(name: str, flag: str, tmp_path: Path) -> None:
    if flag == "-mavx2" and "avx2" not in Path("/proc/cpuinfo").read_text():
        pytest.skip("this processor has no AVX2")
    windows = RNG.normal(0, 1, (3, LENGTH, CHANNELS)).astype(np.float32)
    answers = _answers(PROGRAMS[name], windows, tmp_path, flag)
    np.testing.assert_allclose(answers, run(PROGRAMS[name], windows), atol=2e-6)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name.startswith(("conv", "dense", "lstm"))])
def test_integers_answer_as_their_weights_do(name: str, tmp_path: Path) -> None:
    program = PROGRAMS[name]
    windows = RNG.normal(0, 1, (3, LENGTH, CHANNELS)).astype(np.float32)
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


@pytest.mark.parametrize("flag", ["-DPLAIN_C", "-ffast-math"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_window_with_a_missing_value_has_no_answer(value: float, flag: str, tmp_path: Path) -> None:
    windows = RNG.normal(0, 1, (3, LENGTH, CHANNELS)).astype(np.float32)
    windows[1, 3, 2] = value
    answers = _answers(PROGRAMS["tanh"], windows, tmp_path, flag)
    assert np.isnan(answers).all(axis=1).tolist() == [False, True, False]


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
        files(program, _about("toy", ["x"]))


def test_names_of_any_letters_are_c() -> None:
    written = files(PROGRAMS["relu"], _about("1 naïve*/net", ['up "é" ??/', "b", "c", "d", "e", "f"]))
    assert set(written) == {"model_1_na_ve_net.h", "model_1_na_ve_net.c", "example.c", "check.c"}
    assert all(text.isascii() for text in written.values())
    assert '"up \\"\\303\\251\\" \\077\\077/"' in written["model_1_na_ve_net.c"]
