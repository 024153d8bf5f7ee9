"""The engine in JavaScript against the NumPy engine, for each operation."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from each_operation import CHANNELS, LENGTH, PROGRAMS, RNG
from stridenet.exports.about import About
from stridenet.exports.js.files import files
from stridenet_runtime.numpy_engine import run
from stridenet_runtime.operations import OPERATIONS

NODE = shutil.which("node")
_ALL = """
const stridenet = require(process.argv[2]);
const windows = stridenet.floats(process.argv[3]);
const size = windows.length / 3;
const answers = [0, 1, 2].map((i) => stridenet.probabilities(windows.subarray(i * size, (i + 1) * size)));
console.log(JSON.stringify(answers.map((one) => [...one])));
"""


@pytest.fixture(autouse=True)
def _with_node() -> None:
    if NODE is None:
        pytest.skip("node is not installed")


@pytest.mark.parametrize("name", PROGRAMS)
def test_javascript_answers_as_numpy_does(name: str, tmp_path: Path) -> None:
    import base64

    program, windows = PROGRAMS[name], RNG.normal(0, 1, (3, LENGTH, CHANNELS)).astype(np.float32)
    n_classes = program.check().shapes[program.output][0]
    about = About("toy", LENGTH, 5, 50.0, (("x", "g"),) * CHANNELS, tuple(f"k{i}" for i in range(n_classes)))
    expected = run(program, windows)
    (tmp_path / "model.js").write_text(files(program, about, (windows, expected))["model.js"], encoding="utf-8")
    script = tmp_path / "all.cjs"
    script.write_text(_ALL)
    words = [str(NODE), str(script), str(tmp_path / "model.js"), base64.b64encode(windows.tobytes()).decode()]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True)
    np.testing.assert_allclose(json.loads(done.stdout), expected, atol=2e-6)


def test_a_window_with_a_missing_value_has_no_answer(tmp_path: Path) -> None:
    import base64

    windows = np.ones((3, LENGTH, CHANNELS), np.float32)
    windows[1, 3, 2] = np.inf
    about = About("toy", LENGTH, 5, 50.0, (("x", "g"),) * CHANNELS, ("a", "b", "c", "d", "e", "f"))
    made = files(PROGRAMS["tanh"], about, (windows, windows))
    (tmp_path / "model.js").write_text(made["model.js"], encoding="utf-8")
    (tmp_path / "all.cjs").write_text(_ALL)
    words = [str(NODE), str(tmp_path / "all.cjs"), str(tmp_path / "model.js")]
    done = subprocess.run(
        [*words, base64.b64encode(windows.tobytes()).decode()], stdout=subprocess.PIPE, check=True, text=True
    )
    lacking = [[value is None for value in row] for row in json.loads(done.stdout)]  # JSON writes NaN as null
    assert [all(row) for row in lacking] == [False, True, False]


def test_every_operation_has_a_form(tmp_path: Path) -> None:
    from importlib import resources

    engine = resources.files("stridenet.exports.js").joinpath("engine.js").read_text(encoding="utf-8")
    script = tmp_path / "names.cjs"
    script.write_text(engine + "console.log(stridenetEngine.operations.join(' '));", encoding="utf-8")
    done = subprocess.run([str(NODE), str(script)], stdout=subprocess.PIPE, check=True, text=True)
    assert set(done.stdout.split()) == set(OPERATIONS)
