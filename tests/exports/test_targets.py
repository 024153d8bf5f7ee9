"""Every target of a small network: written, checked, told, its example run; and what verify says of a damaged one."""

import json
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bundles import small_bundle
from programs import small
from stridenet.__main__ import main
from stridenet.errors import DataError, ExportError, OutputError, UnknownNameError
from stridenet.exports.about import About
from stridenet.exports.c.run import answers
from stridenet.exports.given import Given, Measured, Vectors
from stridenet.exports.js.run import browser
from stridenet.exports.mobile.environment import is_there
from stridenet.exports.targets import export
from stridenet.exports.verify import verify
from stridenet.runs import exporting
from stridenet_runtime.answers import tempered
from stridenet_runtime.numpy_engine import run

X = np.random.default_rng(0).normal(0, 1, (32, 8, 2)).astype(np.float32)
ABOUT = About("toy-1", 8, 4, 50.0, (("acc_x", "g"), ("acc_y", "g")), ("walk", "sit", "stand"))
MOBILE = pytest.mark.skipif(not is_there(), reason="needs TensorFlow in an environment named by STRIDENET_MOBILE")
GCC = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
JS = pytest.mark.skipif(not browser() and not shutil.which("node"), reason="needs Chromium or Node")


def _given(**other: Any) -> Given:
    program = small()
    y = run(program, X)
    measured = Measured(X, X, y.argmax(axis=1))
    return Given(**{"about": ABOUT, "program": program, "keras": None, "golden": Vectors(X, y),
                    "measured": lambda: measured, **other})  # fmt: skip


def _with_keras(folder: Path) -> Given:
    from stridenet.engine.backend import keras
    from stridenet.exports.trace import trace

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 2), name="windows"),
            layers.Normalization(mean=[0.5, -0.5], variance=[4.0, 1e-4]),
            layers.Conv1D(16, 3, activation="relu"),
            layers.GlobalAveragePooling1D(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.save(folder / "model.keras")
    y = np.asarray(model(X), np.float32)
    measured = Measured(X, X, y.argmax(axis=1))
    keras_bytes = (folder / "model.keras").read_bytes()
    return Given(ABOUT, trace(model), keras_bytes, Vectors(X, y), lambda: measured)


@pytest.mark.parametrize(
    ("target", "int8", "kinds"),
    [
        ("onnx", False, ["float32"]),
        pytest.param("c", False, ["float32"], marks=GCC),
        pytest.param("c", True, ["int8"], marks=GCC),
        pytest.param("js", False, ["float32", "float32"], marks=JS),
    ],
)
def test_a_target_is_written_checked_and_told(target: str, int8: bool, kinds: list[str], tmp_path: Path) -> None:
    done = export(_given(), target, tmp_path / "out", int8=int8)
    assert [one.kind for one in done.checked] == kinds
    assert all(one.good for one in done.checked)
    again = verify(tmp_path / "out")
    assert [one.difference for one in again] == [one.difference for one in done.checked]
    text = (tmp_path / "out" / "README.md").read_text()
    assert "| 0 | acc_x | g |" in text
    assert "multiply-adds a window" in text
    assert len(done.told) == int8
    assert all("the same answer for" in told for told in done.told)


EXAMPLES = pytest.mark.parametrize("target", ["onnx", pytest.param("c", marks=GCC), pytest.param("js", marks=JS)])


def _example(folder: Path) -> str:
    """What the call in the README prints."""
    block = (folder / "README.md").read_text().split("```")[1]
    lines = [line for line in block.strip().splitlines() if not line.startswith("pip")]
    command = " && ".join(lines).replace("python ", f"{shlex.quote(sys.executable)} ", 1)
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@EXAMPLES
def test_the_example_in_the_readme_answers_the_window_beside_it(target: str, tmp_path: Path) -> None:
    given = _given()
    export(given, target, tmp_path)
    printed = _example(tmp_path)
    assert printed.split()[-1] == ABOUT.classes[given.golden.y[0].argmax()]
    assert f"{given.golden.y[0, 1]:.4f}" in printed


@EXAMPLES
def test_the_example_says_unknown_where_a_value_is_missing(target: str, tmp_path: Path) -> None:
    export(_given(), target, tmp_path)
    window = tmp_path / "window.csv"
    head, first, *others = window.read_text().splitlines()
    window.write_text("\n".join([head, f"nan,{first.partition(',')[2]}", *others]) + "\n")
    assert _example(tmp_path).split()[-1] == "unknown"
    assert "missing" in (tmp_path / "README.md").read_text()


@EXAMPLES
@pytest.mark.parametrize(("temperature", "known"), [(1.0, True), (2.0, False)])
def test_the_example_says_unknown_below_the_threshold(
    target: str, temperature: float, known: bool, tmp_path: Path
) -> None:
    y = _given().golden.y[:1]
    limit = float(y.max() + tempered(y, 2.0).max()) / 2  # the answer is above it, but calibrated with 2 it is below
    export(_given(about=replace(ABOUT, unsure=limit, temperature=temperature)), target, tmp_path)
    assert _example(tmp_path).split()[-1] == (ABOUT.classes[y[0].argmax()] if known else "unknown")
    readme = (tmp_path / "README.md").read_text()
    assert f"below {limit:.4f}" in readme
    assert ("calibrated" in readme) is not known


@pytest.mark.parametrize("target", ["onnx", pytest.param("c", marks=GCC)])
def test_another_answer_is_too_much(target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export(_given(), target, tmp_path)
    assert main(["verify", str(tmp_path)]) == 0
    with np.load(tmp_path / "golden.npz") as arrays:
        x, y = arrays["x"], arrays["y"]
    np.savez(tmp_path / "golden.npz", x=x, y=y + np.float32(2e-4))
    assert main(["verify", str(tmp_path)]) == 1
    assert "TOO MUCH" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "{}", '{"format": 1, "target": "paper"}', "[1]"])
def test_no_export_is_said_in_a_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text(text)
    with pytest.raises(DataError, match="this is no export"):
        verify(tmp_path)


def test_a_newer_export_is_said(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text('{"format": 2}')
    with pytest.raises(DataError, match="newer stridenet"):
        verify(tmp_path)


def test_a_target_that_is_not_known_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'onnx'"):
        export(_given(), "onxx", tmp_path)


def test_what_others_put_into_the_folder_stays(tmp_path: Path) -> None:
    export(_given(), "onnx", tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "day.csv").write_text("1,2")
    export(_given(), "c", tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == {
        *("notes.txt", "lab", "README.md", "export.json", "golden.npz", "window.csv"),
        *("toy_1.c", "toy_1.h", "example.c", "check.c"),
    }
    assert (tmp_path / "lab" / "day.csv").read_text() == "1,2"
    assert verify(tmp_path)[0].good


def test_a_list_of_files_reaches_no_other_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(_given(), "onnx", out)
    (tmp_path / "mine").write_text("mine")
    about = json.loads((out / "export.json").read_text())
    (out / "export.json").write_text(json.dumps(about | {"files": [*about["files"], "", ".", "..", "../mine"]}))
    export(_given(), "onnx", out)
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_file_of_others_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(OutputError, match=r"README\.md is there already"):
        export(_given(), "onnx", tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine"


def test_the_folder_here_is_written_where_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_bundle(tmp_path)
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    assert main(["export", str(model), "--to", "onnx", "--out", "."]) == 0
    assert (tmp_path / "out" / "model.onnx").is_file()
    assert main(["export", str(model), "--to", "onnx"]) == 0
    assert (tmp_path / "out" / "exports" / "onnx" / "model.onnx").is_file()


@pytest.mark.parametrize("target", ["onnx", "js"])
def test_weights_of_8_bits_that_a_target_does_not_have_are_refused(target: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=f"{target} has no weights of 8 bits; leave out --int8"):
        export(_given(), target, tmp_path / "out", int8=True)
    assert not (tmp_path / "out").exists()


@GCC
def test_a_c_file_that_does_not_compile_is_said(tmp_path: Path) -> None:
    export(_given(), "c", tmp_path)
    (tmp_path / "toy_1.c").write_text("int main(")
    with pytest.raises(ExportError, match="gcc refuses it"):
        answers(tmp_path, "toy_1", X)


def test_without_gcc_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ExportError, match="apt-get install gcc"):
        answers(tmp_path, "toy", X)


@pytest.mark.slow
@MOBILE
def test_litert_of_channels_of_any_scale(tmp_path: Path) -> None:
    done = export(_with_keras(tmp_path), "litert", tmp_path / "out")
    assert [one.kind for one in done.checked] == ["float32", "float16", "int8"]
    assert all(one.good for one in done.checked), done.checked
    assert [told.partition(":")[0] for told in done.told] == ["int8", "float16", "int8"]


@pytest.mark.slow
@MOBILE
def test_core_ml_converts_here(tmp_path: Path) -> None:
    done = export(_with_keras(tmp_path), "coreml", tmp_path / "out")
    assert [one.kind for one in done.checked] == ["float32", "int8"]
    assert all(one.difference is None and "macOS" in one.why for one in done.checked)


@pytest.mark.slow
@MOBILE
def test_a_model_file_without_keras_has_no_mobile_export(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="made without Keras' own"):
        export(_given(), "litert", tmp_path)


def test_an_environment_that_is_none_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDENET_MOBILE", str(tmp_path))
    given = _given(keras=b"x")
    with pytest.raises(ExportError, match="there is no bin/python"):
        export(given, "coreml", tmp_path / "out")


def test_what_is_kept_of_an_export_has_no_path_of_this_machine(tmp_path: Path) -> None:
    export(_given(), "onnx", tmp_path)
    assert str(tmp_path) not in (tmp_path / "export.json").read_text()
    assert json.loads((tmp_path / "export.json").read_text())["model"]["classes"] == ["walk", "sit", "stand"]


def test_data_that_is_nowhere_known_is_said_to_be_not_here(tmp_path: Path) -> None:
    notes: list[str] = []
    given_ = exporting.given(
        small_bundle(tmp_path, settings={"data": {"name": "walks"}}), data_dir=None, note=notes.append
    )
    assert given_.measured() is None
    assert notes[0].startswith("the data of this model is not here (")
