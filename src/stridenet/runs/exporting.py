"""A run folder or a model file as exports take it, and the windows that it was trained and tested on."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from stridenet import spec
from stridenet.errors import DataError, UnknownNameError
from stridenet.exports import targets
from stridenet.exports.about import About
from stridenet.exports.given import Given, Measured, Vectors
from stridenet.exports.targets import Export
from stridenet.runs import folder as runfolder
from stridenet.runs.job import prepare
from stridenet.system.notes import Note, silent
from stridenet_runtime.bundle import NAME, Bundle, open_bundle

_GOLDEN = 32


def given(model: Path, *, data_dir: Path | str | None = None, note: Note | None = None) -> Given:
    """What exports need of a trained model.

    Args:
        model: a ``model.stride``, or a run's folder; of a folder of an older version, which has none, the golden
            vectors are taken from its test windows.
        data_dir: where to look for its data first.
        note: told what is done.

    Raises:
        BundleError, DataError: there is no model, or it is damaged.
        ExportError: a layer has no runtime form.
    """
    note = note or silent
    if model.is_dir() and not (model / NAME).is_file():
        return _of_folder(model, data_dir, note)
    return _of_bundle(open_bundle(model), data_dir, note)


def export(
    model: Path | str,
    to: str,
    out: Path | str,
    *,
    int8: bool = False,
    data_dir: Path | str | None = None,
    note: Note | None = None,
) -> Export:
    """Writes a trained model for another language or format, and checks it against what Keras answers.

    Args:
        model: a ``model.stride``, or a run's folder.
        to: ``onnx``, ``litert``, ``coreml``, ``c`` or ``js``.
        out: the folder that is written.
        int8: of ``c``, weights of 8 bits; ``litert`` and ``coreml`` have a file of these in any case, others none.
        data_dir: where to look for its data first; integers are calibrated and measured on it.
        note: told what is done.

    Raises:
        UnknownNameError: no such target.
        BundleError, DataError: there is no model, or it is damaged.
        ExportError: the target cannot take a layer, or what makes it is missing; it says what to install.
    """
    return targets.export(given(Path(model), data_dir=data_dir, note=note), to, Path(out), int8=int8, note=note)


def _of_bundle(bundle: Bundle, data_dir: Path | str | None, note: Note) -> Given:
    told = bundle.manifest
    about = About(
        name=told.settings.get("model", {}).get("name", told.name),
        length=told.window.length,
        step=told.window.step,
        rate_hz=told.rate_hz,
        channels=tuple((one.name, one.unit) for one in told.channels),
        classes=told.classes,
        raw=() if told.filter == "none" else tuple((one.name, one.unit) for one in told.raw_channels),
        unsure=told.threshold,
        temperature=told.temperature or 1.0,
        made_by=f"stridenet {version('stridenet')}",
    )
    measured = _reader(told.settings, data_dir, note)
    return Given(about, bundle.program, bundle.keras, Vectors(bundle.golden.x, bundle.golden.y), measured)


def _of_folder(folder: Path, data_dir: Path | str | None, note: Note) -> Given:
    from stridenet.engine.model_file import load_model
    from stridenet.exports.trace import trace

    result, model = runfolder.read(folder), load_model(folder)
    told = result.provenance
    program = trace(model, window=(told.length, len(told.channels)))
    settings = spec.read_toml(folder / "settings.toml")
    measured = _reader(settings, data_dir, note)
    if (read := measured()) is None:
        raise DataError(f"{folder}: it has no {NAME} and its data is not here; name it with --data-dir.")
    x = read.test[:: max(1, len(read.test) // _GOLDEN)][:_GOLDEN]
    y = np.asarray(model.predict(x.reshape(-1, *model.input_shape[1:]), verbose=0), np.float32)
    about = About(
        name=settings["model"]["name"],
        length=told.length,
        step=max(1, told.length // 2),
        rate_hz=told.rate_hz,
        channels=tuple(zip(told.channels, told.units, strict=True)),
        classes=tuple(result.classes),
        made_by=f"stridenet {version('stridenet')}",
    )
    return Given(about, program, (folder / "model.keras").read_bytes(), Vectors(x, y), measured)


def _reader(settings: Mapping[str, Any], data_dir: Path | str | None, note: Note) -> Callable[[], Measured | None]:
    """Reads the windows that the settings name, once, when they are asked for."""

    @cache
    def read() -> Measured | None:
        try:
            job = prepare(spec.parse(dict(settings)), data_dir=data_dir)
        except (DataError, UnknownNameError) as error:
            note(f"the data of this model is not here ({str(error)[:120]} ...)")
            return None
        split = job.splits[0]
        test, train = (np.asarray(job.windows.x[side], np.float32) for side in (split.test, split.train))
        return Measured(train, test, np.asarray(job.windows.y)[split.test])

    return read
