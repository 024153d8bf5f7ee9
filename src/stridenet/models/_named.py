"""What Keras takes by name or as a table: checked as a setting, then made and tried where the layer is made."""

import re
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import PlainValidator

from stridenet.errors import SettingError

INITIALIZERS = (
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "random_uniform",
    "random_normal", "truncated_normal", "variance_scaling", "constant", "zeros", "ones",
)  # fmt: skip
REGULARIZERS = ("l1", "l2", "l1_l2")
CONSTRAINTS = ("max_norm", "min_max_norm", "non_neg", "unit_norm")


def _plain(name: str) -> str:
    """A name as names are compared: ``MaxNorm`` and ``max_norm`` are one."""
    return name.lower().replace("_", "")


def _one_of(example: str, *names: str, optional: bool = False) -> PlainValidator:
    """A validator for one of Keras' names, or a table of such a name and Keras' own arguments."""
    known = {_plain(name) for name in names}
    sentence = f"one of {', '.join(names)}, or a table such as {{{example}}} with Keras' own arguments"

    def check(value: Any) -> Any:
        if value is None and optional:
            return value
        table = value if isinstance(value, dict) else {"class_name": value}
        name, config = table.get("class_name"), table.get("config", {})
        if not isinstance(name, str) or _plain(name) not in known or not isinstance(config, dict):
            raise ValueError(sentence)
        if not table.keys() <= {"class_name", "config"}:  # Keras would import whatever a "module" names
            raise ValueError(sentence)
        return value

    return PlainValidator(check, json_schema_input_type=Literal[names] | dict[str, Any])


_Given = str | dict[str, Any]
_NORMAL = 'class_name = "random_normal", config = {stddev = 0.01}'
Initializer = Annotated[_Given, _one_of(_NORMAL, *INITIALIZERS, "orthogonal")]
BiasInitializer = Annotated[_Given, _one_of(_NORMAL, *INITIALIZERS)]  # orthogonal needs two axes
Regularizer = Annotated[
    _Given | None, _one_of('class_name = "l2", config = {l2 = 0.001}', *REGULARIZERS, optional=True)
]
Constraint = Annotated[
    _Given | None, _one_of('class_name = "max_norm", config = {max_value = 3}', *CONSTRAINTS, optional=True)
]


def make(layer: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Keras' objects for a ``Conv1D``'s initializers, regularizers and constraints.

    What has arguments is tried on a few numbers, since Keras finds some wrong ones only in training. ``l1_l2`` without
    arguments means 0.01 for both, as ``l1`` and ``l2`` do alone; Keras' own 0 would do nothing.

    Raises:
        SettingError: Keras does not take the arguments.
    """
    return {
        setting: _made(layer, setting, given)
        for setting, given in settings.items()
        if given is not None and setting.endswith(("_initializer", "_regularizer", "_constraint"))
    }


def _made(layer: str, setting: str, given: str | dict[str, Any]) -> Any:
    from stridenet.engine.backend import keras, with_arrays

    kind = setting.rpartition("_")[2]
    table: dict[str, Any] = given if isinstance(given, dict) else {"class_name": given}
    plain = _plain(table["class_name"])
    config: dict[str, Any] = table.get("config") or ({"l1": 0.01, "l2": 0.01} if plain == "l1l2" else {})
    snake = next(name for name in (*INITIALIZERS, "orthogonal", *REGULARIZERS, *CONSTRAINTS) if _plain(name) == plain)
    shape = (2,) if setting.startswith("bias") else (2, 2, 2)
    try:
        made = getattr(getattr(keras, f"{kind}s"), "".join(word.capitalize() for word in snake.split("_")))(**config)
        if isinstance(given, str):
            return made
        with with_arrays():  # a sketch of the network is traced, and this is tried all the same
            tried = made(shape) if kind == "initializer" else made(keras.ops.ones(shape))
            fits = bool(np.isfinite(np.asarray(tried)).all())
        why = "it gives numbers that are not finite"
    except Exception as error:  # Keras, JAX and Python each refuse in their own way
        fits, why = False, re.split(r"\.\s|\.(?=[A-Z])", " ".join(str(error).split()))[0].rstrip(".")
    if not fits:
        raise SettingError(f"layer {layer}: {setting} = {given!r} does not work ({why}); change its config.")
    return made
