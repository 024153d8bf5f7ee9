"""Several models as one, whose answer is the mean of theirs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stridenet.engine.backend import keras
from stridenet.engine.contract import told
from stridenet.engine.model_file import load_model
from stridenet.errors import SettingError


def averaged(files: Mapping[str, Path]) -> Any:
    """A Keras model of the same windows as all of these, by the names that they get in it.

    Raises:
        DataError: a file that Keras does not read.
    """
    models = [load_model(file) for file in files.values()]
    windows = keras.Input(models[0].input_shape[1:], name="windows")
    answers = []
    for name, model in zip(files, models, strict=True):
        model.name = name
        answers.append(model(windows))
    return keras.Model(windows, keras.layers.Average(name="mean")(answers), name="ensemble")


def check(model: Any) -> None:
    """Refuses a model that Keras cannot build again from its description, before any is trained.

    Raises:
        SettingError: it has a layer that is not registered.
    """
    try:
        keras.models.model_from_json(model.to_json())
    except Exception as error:  # anyone's layers
        raise SettingError(
            f"ensemble = true: Keras cannot build {model.name} again from its description ({told(error)}); decorate "
            "its classes with keras.saving.register_keras_serializable(), or leave it out."
        ) from error
