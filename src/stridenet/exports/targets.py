"""A model into a folder that holds all of one target: its files, vectors to check them, an example, what it costs."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.errors import ExportError, unknown_name
from stridenet.exports import readme
from stridenet.exports.given import Given
from stridenet.exports.verify import Checked, verify
from stridenet.system.files import writing
from stridenet.system.machine import processor
from stridenet.system.notes import Note, silent

FORMAT = 1


@dataclass(frozen=True)
class Export:
    """What was written.

    Args:
        folder: where.
        target: the kind of export.
        checked: each of its models against the golden vectors, as measured here.
        told: what integers cost on the test windows, in sentences.
    """

    folder: Path
    target: str
    checked: tuple[Checked, ...]
    told: tuple[str, ...]


def export(given: Given, target: str, out: Path, *, int8: bool = False, note: Note | None = None) -> Export:
    """Writes one target and checks it against the golden vectors.

    Args:
        given: the model.
        target: one of :data:`TARGETS`.
        out: the folder; what an earlier export left there is replaced.
        int8: of ``c``, weights of 8 bits; ``litert`` and ``coreml`` write them besides in any case.
        note: told what is done.

    Raises:
        UnknownNameError: no such target.
        ExportError: the target cannot take a layer, or has no weights of 8 bits where they are asked for, or what makes
            it is missing; it says what to install.
    """
    if target not in TARGETS:
        raise unknown_name("target", target, TARGETS)
    if int8 and target in ("onnx", "js"):
        raise ExportError(f"export: {target} has no weights of 8 bits; leave out --int8, or take c, litert or coreml.")
    note = note or silent
    with writing(out):
        if (out / readme.ABOUT).is_file():
            shutil.rmtree(out)
        out.mkdir(parents=True, exist_ok=True)
        told = TARGETS[target](given, out, int8, note)
        np.savez(out / "golden.npz", x=given.golden.x, y=given.golden.y)
        _window(given, out / "window.csv")
        facts = given.program.check()
        about: dict[str, Any] = {
            "format": FORMAT,
            "target": target,
            "int8": int8,
            "model": asdict(given.about),
            "identifier": given.about.identifier,
            "multiply_adds": facts.multiply_adds,
            "peak_bytes": facts.peak_bytes,
            "parameters": facts.n_parameters,
            "told": list(told),
            "machine": processor(),
        }
        (out / readme.ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        checked = verify(out, note=note)
        about["checked"] = [asdict(one) for one in checked]
        (out / readme.ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        (out / "README.md").write_text(readme.text(about), encoding="utf-8")
    return Export(out, target, tuple(checked), tuple(told))


def _window(given: Given, path: Path) -> None:
    """The first golden window, as the examples read it."""
    head = ",".join(name for name, _ in given.about.channels)
    lines = [",".join(f"{value:.9g}" for value in row) for row in given.golden.x[0].tolist()]
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def _onnx(given: Given, out: Path, int8: bool, note: Note) -> Sequence[str]:
    from stridenet.exports.onnx import to_onnx

    del int8, note
    about = given.about
    kept = {
        "classes": json.dumps(about.classes),
        "channels": json.dumps(about.channels),
        "rate_hz": str(about.rate_hz),
        "threshold": str(about.unsure or 0.0),
        "temperature": str(about.temperature),
    }
    (out / "model.onnx").write_bytes(to_onnx(given.program, kept))
    (out / "example.py").write_text(readme.example("onnx.py"), encoding="utf-8")
    return ()


def _c(given: Given, out: Path, int8: bool, note: Note) -> Sequence[str]:
    from stridenet.exports.c.files import files

    for name, text in files(given.program, given.about, int8=int8).items():
        (out / name).write_text(text, encoding="ascii")
    measured = given.measured() if int8 else None
    if measured is None:
        return ()
    from stridenet.exports.c.run import answers
    from stridenet.exports.cost import cost

    note(f"c: answering {len(measured.test):,} test windows")
    found = answers(out, given.about.identifier, measured.test)
    return [cost("weights of 8 bits", given.program, measured, found.probabilities)]


def _js(given: Given, out: Path, int8: bool, note: Note) -> Sequence[str]:
    from stridenet.exports.js.files import files

    del int8, note
    for name, text in files(given.program, given.about, (given.golden.x, given.golden.y)).items():
        (out / name).write_text(text, encoding="utf-8")
    return _onnx(given, out, False, silent)


def _litert(given: Given, out: Path, int8: bool, note: Note) -> Sequence[str]:
    from stridenet.exports.mobile.convert import litert

    del int8
    (out / "example.py").write_text(readme.example("litert.py"), encoding="utf-8")
    return litert(given, out, note)


def _coreml(given: Given, out: Path, int8: bool, note: Note) -> Sequence[str]:
    from stridenet.exports.mobile.convert import coreml

    del int8
    (out / "Example.swift").write_text(readme.example("coreml.swift"), encoding="utf-8")
    return coreml(given, out, note)


TARGETS: dict[str, Callable[[Given, Path, bool, Note], Sequence[str]]] = {
    "onnx": _onnx,
    "litert": _litert,
    "coreml": _coreml,
    "c": _c,
    "js": _js,
}
"""What a model can be written as."""
