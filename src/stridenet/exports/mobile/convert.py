"""LiteRT files and Core ML programs of a model, and what they answer."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from math import comb
from pathlib import Path

import numpy as np

from stridenet.errors import ExportError
from stridenet.exports.cost import cost
from stridenet.exports.given import Floats, Given, Measured
from stridenet.exports.mobile.environment import call
from stridenet.system.notes import Note
from stridenet_runtime.numpy_engine import run
from stridenet_runtime.program import Program

KINDS = {kind: f"model_{kind}.tflite" for kind in ("float32", "float16", "int8")}
PACKAGES = {kind: f"model_{kind}.mlpackage" for kind in ("float32", "int8")}
_CALIBRATED_ON, _CHOSEN_ON = 300, 600
_OTHERS = 0.01
"""Share of windows whose class may become another."""
_DOUBT = 0.05


def litert(given: Given, out: Path, note: Note) -> Sequence[str]:
    """Writes the LiteRT files, integers calibrated on training windows, and says what integers cost.

    Raises:
        ExportError: a layer does not convert, or the environment cannot be made.
    """
    measured = given.measured()
    if measured is None:
        note("litert: no training windows are here to calibrate integers on, so only float files are written")
    note("litert: converting")
    with tempfile.TemporaryDirectory() as place:
        windows = ""
        if measured is not None:
            windows = str(Path(place) / "windows.npz")
            every = max(1, len(measured.train) // _CALIBRATED_ON)
            np.savez(windows, x=measured.train[::every][:_CALIBRATED_ON])
        front = json.dumps(in_float(given.program))
        call("to_litert.py", _keras_file(given, place), str(out.resolve()), windows, front, note=note)
    if measured is None:
        return ()
    told = [_chosen(given, measured, out, note)]
    for kind in ("float16", "int8"):
        answers, _ = _answered(out / KINDS[kind], measured.test, note)
        told.append(cost(kind, given.program, measured, answers))
    return told


def _chosen(given: Given, measured: Measured, out: Path, note: Note) -> str:
    """Keeps the file whose values are integers too where training windows keep their class, else the other."""
    weights = out / "weights_int8.tflite"
    if not (out / KINDS["int8"]).is_file():
        weights.replace(out / KINDS["int8"])
        return "int8: weights of convolutions and dense layers alone, for a recurrent layer's values are not calibrated"
    every = max(1, len(measured.train) // _CHOSEN_ON)
    windows = measured.train[every // 2 :: every]
    exact = run(given.program, windows).argmax(axis=1)
    answers, _ = _answered(out / KINDS["int8"], windows, note)
    n_others = int((answers.argmax(axis=1) != exact).sum())
    if surely_few(n_others, len(windows)):
        weights.unlink()
        which = "weights and values, with which"
    else:
        weights.replace(out / KINDS["int8"])
        which = "weights alone, for with values too no more than"
    return f"int8: {which} {len(windows) - n_others} of {len(windows)} training windows keep their class"


def surely_few(n_others: int, n: int) -> bool:
    """Whether so few changed classes say, with 95 % confidence, that at most one in a hundred changes.

    Source: Clopper and Pearson, "The use of confidence or fiducial limits" (Biometrika 26, 1934).

    >>> surely_few(0, 100), surely_few(0, 600), surely_few(1, 600), surely_few(2, 600)
    (False, True, True, False)
    """
    chances = (comb(n, k) * _OTHERS**k * (1 - _OTHERS) ** (n - k) for k in range(n_others + 1))
    return sum(chances) <= _DOUBT


def coreml(given: Given, out: Path, note: Note) -> Sequence[str]:
    """Writes the Core ML programs.

    Raises:
        ExportError: a layer does not convert, or the environment cannot be made.
    """
    note("coreml: converting")
    about = given.about
    said = f"{about.length} samples of {', '.join(f'{n} [{u}]' for n, u in about.channels)} at {about.rate_hz:g} Hz"
    with tempfile.TemporaryDirectory() as place:
        classes = json.dumps(about.classes)
        call("to_coreml.py", _keras_file(given, place), str(out.resolve()), classes, said, note=note)
    return ()


def _keras_file(given: Given, folder: str) -> str:
    if given.keras is None:
        raise ExportError("this model file was made without Keras' own, which LiteRT and Core ML are made from.")
    file = Path(folder) / "model.keras"
    file.write_bytes(given.keras)
    return str(file)


def in_float(program: Program) -> list[str]:
    """The layers before a logarithm or its like: integers lose what is small, and there it is the small that counts."""
    behind: set[str] = set()
    layers: set[str] = set()
    for node in reversed(program.nodes):
        if node.op in ("log", "asinh") or node.output in behind:
            behind |= {name for name in node.inputs if name not in program.constants}
            if node.op in ("conv1d", "dense"):
                layers.add(node.layer)
    return sorted(layers)


def interpreted(folder: Path, windows: Floats, note: Note) -> Iterator[tuple[str, Floats, float]]:
    """Kind, answers and milliseconds a window of each LiteRT file in a folder.

    Raises:
        ExportError: the environment cannot be made, or there is no file.
    """
    there = {kind: folder / name for kind, name in KINDS.items() if (folder / name).is_file()}
    if "float32" not in there:
        raise ExportError(f"{folder / KINDS['float32']} is missing; export it anew.")
    for kind, file in there.items():
        answers, milliseconds = _answered(file, windows, note)
        yield kind, answers, milliseconds


def _answered(file: Path, windows: Floats, note: Note) -> tuple[Floats, float]:
    with tempfile.TemporaryDirectory() as place:
        given, made = Path(place) / "windows.npz", Path(place) / "answers.npz"
        np.savez(given, x=windows)
        call("run_litert.py", str(file.resolve()), str(given), str(made), note=note)
        with np.load(made) as arrays:
            return arrays["y"], float(arrays["milliseconds"])
