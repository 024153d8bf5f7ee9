"""A ``.keras`` file as a model: whatever is wrong with it is one sentence, and nothing in it is executed."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stridenet.engine.backend import keras
from stridenet.engine.compiling import compiling
from stridenet.engine.contract import told
from stridenet.errors import DataError, DataMissingError

_OURS_TO_LOAD = ("keras", "builtins")


def load_model(path: Path) -> Any:
    """The Keras model in a file, or in a run's folder.

    Raises:
        DataMissingError: there is no such file.
        DataError: it holds no model, is damaged, or needs code that is not known here.
    """
    file = path / "model.keras" if path.is_dir() else path
    if not file.exists():
        raise DataMissingError(_refused(file, "there is no such file"))
    try:
        config = _config(file)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, RecursionError) as error:
        what = "it is no .keras file" if not zipfile.is_zipfile(file) else f"it is damaged, {told(error)}"
        raise DataError(_refused(file, what)) from error
    for part in _parts(config):
        _refuse_foreign_code(file, part)
    try:
        with compiling():  # Keras draws weights first, by programs that a training has kept
            return keras.saving.load_model(file, compile=False, safe_mode=True)
    except Exception as error:  # a damaged file makes Keras, h5py and NumPy fail in any way
        raise DataError(_refused(file, told(error))) from error


def _refused(file: Path, why: str) -> str:
    return f"{file}: no model is read from there ({why}); name a .keras file or a run's folder."


def _config(file: Path) -> Any:
    with zipfile.ZipFile(file) as archive:
        return json.loads(archive.read("config.json"))


def _parts(config: Any) -> Iterator[dict[str, Any]]:
    """All that the file describes by a class or a function."""
    waiting = [config]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(part.get("class_name"), str):
                yield part
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _refuse_foreign_code(file: Path, part: dict[str, Any]) -> None:
    """Older Keras imports whatever module a file names, so it is not asked."""
    name = part["class_name"]
    if name == "__lambda__":
        raise DataError(
            f"{file}: the model holds a Python lambda, which is code and is not executed; build it with layers of "
            "Keras, or with a class that keras.saving.register_keras_serializable knows."
        )
    registered, module = part.get("registered_name"), part.get("module")
    if isinstance(registered, str) and keras.saving.get_registered_object(registered) is not None:
        return
    foreign = module.partition(".")[0] not in _OURS_TO_LOAD if isinstance(module, str) else registered is not None
    if foreign and not name.startswith("__"):
        where = f" of {module!r}" if module else ""
        raise DataError(
            f"{file}: the model needs {name!r}{where}, which is not known here; decorate it with "
            "keras.saving.register_keras_serializable(), import the file that has it, and load again."
        )
