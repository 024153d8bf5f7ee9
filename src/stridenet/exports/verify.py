"""An export's golden vectors, answered anew and compared."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.errors import DataError, plain
from stridenet.exports.given import Floats, Vectors
from stridenet.exports.readme import ABOUT
from stridenet.system.notes import Note, silent

_ALLOWED = {"float32": 1e-4, "float16": 0.05, "int8": 1.0}
_SAME = 0.9
"""Of the golden windows that integers must give the same class."""


@dataclass(frozen=True)
class Checked:
    """One model of an export, checked here.

    Args:
        file: its file.
        kind: float32, float16 or int8.
        bytes: how large it is.
        difference: the largest of a probability from Keras'; None where nothing here can run it.
        changed: golden windows that got another class.
        windows: how many golden windows there are.
        milliseconds: the median of one window, on one core; None where it is not known.
        why: why it was not run.
    """

    file: str
    kind: str
    bytes: int
    difference: float | None
    changed: int
    windows: int
    milliseconds: float | None
    why: str = ""

    @property
    def good(self) -> bool:
        """Whether it answers as Keras does, as far as its kind allows."""
        if self.difference is None:
            return True
        same = 1 - self.changed / self.windows
        return self.difference <= _ALLOWED[self.kind] and (self.kind == "float32" or same >= _SAME)


def verify(folder: Path, *, note: Note | None = None) -> list[Checked]:
    """Answers the golden vectors of an export with each of its models.

    Args:
        folder: what ``stridenet export`` wrote.
        note: told what is done.

    Raises:
        DataError: the folder is no export, or damaged.
        ExportError: what runs it is not here; it says what to install.
    """
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        if about["format"] > 1:
            raise DataError(f"{plain(folder)}: it was written by a newer stridenet; use that version.")
        with np.load(folder / "golden.npz", allow_pickle=False) as arrays:
            golden = Vectors(arrays["x"], arrays["y"])
        runner = _RUNNERS[about["target"]]
    except DataError:
        raise
    except Exception as error:
        why = " ".join(str(error).split())[:200]
        raise DataError(f"{plain(folder)}: this is no export ({why}); name what stridenet export wrote.") from None
    return list(runner(folder, about, golden, note or silent))


def compared(file: Path, kind: str, golden: Vectors, answers: Floats, milliseconds: float | None) -> Checked:
    """A model's answers beside Keras'."""
    if answers.shape != golden.y.shape or not np.isfinite(answers).all():
        raise DataError(f"{file}: it answers with {answers.shape} values, some not finite; export it anew.")
    size = sum(f.stat().st_size for f in file.rglob("*") if f.is_file()) if file.is_dir() else file.stat().st_size
    changed = int((answers.argmax(axis=1) != golden.y.argmax(axis=1)).sum())
    difference = float(np.abs(answers - golden.y).max())
    return Checked(file.name, kind, size, difference, changed, len(answers), milliseconds)


def _onnx(folder: Path, about: dict[str, Any], golden: Vectors, note: Note) -> Iterator[Checked]:
    from stridenet_runtime.onnx_session import OnnxSession

    del about, note
    session = OnnxSession((folder / "model.onnx").read_bytes())
    yield compared(
        folder / "model.onnx", "float32", golden, session(golden.x), median_ms(lambda: session(golden.x[:1]))
    )


def median_ms(once: Callable[[], Any], rounds: int = 300) -> float:
    """What one call takes, in milliseconds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        once()
        took.append(time.perf_counter() - began)
    return 1e3 * float(np.median(took))


def _c(folder: Path, about: dict[str, Any], golden: Vectors, note: Note) -> Iterator[Checked]:
    from stridenet.exports.c.run import answers

    del note
    found = answers(folder, about["identifier"], golden.x)
    kind = "int8" if about["int8"] else "float32"
    yield compared(folder / f"{about['identifier']}.c", kind, golden, found.probabilities, found.milliseconds)


def _js(folder: Path, about: dict[str, Any], golden: Vectors, note: Note) -> Iterator[Checked]:
    from stridenet.exports.js.run import answers

    found = answers(folder, note)
    yield compared(folder / "index.html", "float32", golden, found.probabilities, found.milliseconds)
    yield from _onnx(folder, about, golden, note)


def _litert(folder: Path, about: dict[str, Any], golden: Vectors, note: Note) -> Iterator[Checked]:
    from stridenet.exports.mobile.convert import KINDS, interpreted

    del about
    for kind, answers, milliseconds in interpreted(folder, golden.x, note):
        yield compared(folder / KINDS[kind], kind, golden, answers, milliseconds)


def _coreml(folder: Path, about: dict[str, Any], golden: Vectors, note: Note) -> Iterator[Checked]:
    from stridenet.exports.mobile.convert import PACKAGES

    del about, note
    for kind, name in PACKAGES.items():
        package = folder / name
        if not package.is_dir():
            raise DataError(f"{package} is missing; export it anew.")
        size = sum(f.stat().st_size for f in package.rglob("*") if f.is_file())
        why = "Core ML answers on macOS and iOS only"
        yield Checked(name, kind, size, None, 0, len(golden.x), None, why)


_RUNNERS: dict[str, Callable[[Path, dict[str, Any], Vectors, Note], Iterator[Checked]]] = {
    "onnx": _onnx,
    "c": _c,
    "js": _js,
    "litert": _litert,
    "coreml": _coreml,
}
