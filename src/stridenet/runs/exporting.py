"""A run folder as exports take it: its model, its program, and the windows that it was trained and tested on."""

from pathlib import Path

import numpy as np

from stridenet import spec
from stridenet.exports.about import About
from stridenet.exports.given import Given, Measured, Vectors
from stridenet.runs import folder as runfolder
from stridenet.runs.job import prepare
from stridenet.system.notes import Note, silent

_GOLDEN = 32


def given(folder: Path, *, data_dir: Path | str | None = None, note: Note | None = None) -> Given:
    """What exports need of a run.

    Args:
        folder: the run's.
        data_dir: where to look for its data first.
        note: told what is done.

    Raises:
        DataError: the folder is no complete run, or keeps no Keras model.
        DataMissingError: its data is not here.
        ExportError: a layer has no runtime form.
    """
    from stridenet import __version__
    from stridenet.engine.model_file import load_model
    from stridenet.exports.trace import trace

    note = note or silent
    result, model = runfolder.read(folder), load_model(folder)
    provenance = result.provenance
    length, n_channels = provenance.length, len(provenance.channels)
    program = trace(model, window=(length, n_channels))
    settings = spec.parse(spec.read_toml(folder / "settings.toml"))
    job = prepare(settings, data_dir=data_dir, note=note)
    split = job.splits[0]
    test, train = (np.asarray(job.windows.x[side], np.float32) for side in (split.test, split.train))
    flat = len(model.input_shape) == 2
    x = test[:: max(1, len(test) // _GOLDEN)][:_GOLDEN]
    y = np.asarray(model.predict(x.reshape(len(x), -1) if flat else x, verbose=0), np.float32)
    about = About(
        name=settings.model.name,
        length=length,
        step=length // 2,
        rate_hz=provenance.rate_hz,
        channels=tuple(zip(provenance.channels, provenance.units, strict=True)),
        classes=tuple(result.classes),
        made_by=f"stridenet {__version__}",
    )
    measured = Measured(train, test, np.asarray(job.windows.y)[split.test])
    return Given(about, program, folder / "model.keras", flat, Vectors(x, y), measured)
