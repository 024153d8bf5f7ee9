"""A model into a folder that holds all of one target: its files, vectors to check them, an example, what it costs."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.errors import ExportError, OutputError, unknown_name
from stridenet.exports import readme
from stridenet.exports.given import Given
from stridenet.exports.verify import Checked, verify
from stridenet.system.files import scratch, writing
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
        out: the folder; what an earlier export wrote there is replaced, and nothing else.
        int8: of ``c``, weights of 8 bits; ``litert`` and ``coreml`` write them besides in any case.
        note: told what is done.

    Raises:
        UnknownNameError: no such target.
        ExportError: the target cannot take a layer, or has no weights of 8 bits where they are asked for, or what makes
            it is missing; it says what to install.
        OutputError: the folder cannot be written, or a file of others bears a name that is to be written.
    """
    if target not in TARGETS:
        raise unknown_name("target", target, TARGETS)
    if int8 and target in ("onnx", "js"):
        raise ExportError(f"export: {target} has no weights of 8 bits; leave out --int8, or take c, litert or coreml.")
    note = note or silent
    with writing(out), scratch(out) as aside:
        told = TARGETS[target](given, aside, int8, note)
        np.savez(aside / "golden.npz", x=given.golden.x, y=given.golden.y)
        _window(given, aside / "window.csv")
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
        (aside / readme.ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        checked = verify(aside, note=note)
        about["checked"] = [asdict(one) for one in checked]
        (aside / "README.md").write_text(readme.text(about), encoding="utf-8")
        about["files"] = sorted(one.name for one in aside.iterdir())
        (aside / readme.ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        _moved(aside, out)
    return Export(out, target, tuple(checked), tuple(told))


def _moved(aside: Path, out: Path) -> None:
    """What an earlier export wrote goes, what others put there stays, and what is new takes its place."""
    names = sorted(one.name for one in aside.iterdir())
    earlier = _earlier(out, names)
    foreign = [name for name in names if name not in earlier and (out / name).exists()]
    if foreign:
        raise OutputError(
            f"{out}: {', '.join(foreign)} is there already, and no export wrote it; name another folder with --out."
        )
    for name in earlier:
        old = out / name
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
    for name in names:
        (aside / name).replace(out / name)


def _earlier(out: Path, names: Sequence[str]) -> Sequence[str]:
    """What an earlier export says that it wrote there; one that says nothing may be written over, but loses no more."""
    try:
        about = json.loads((out / readme.ABOUT).read_text(encoding="utf-8"))
        if "target" not in about or "identifier" not in about:
            return ()
        return [name for name in about.get("files", names) if Path(name).name == name and name.strip(".")]
    except (OSError, ValueError, TypeError, AttributeError):  # no file of ours
        return ()


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
