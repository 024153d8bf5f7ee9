"""What Keras takes by name, as a table or as an object: brought into one form, a name or a table, without Keras."""

import math
import struct
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import PlainValidator

OPTIMIZERS = {
    "sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW", "adadelta": "Adadelta", "adagrad": "Adagrad",
    "adamax": "Adamax", "adafactor": "Adafactor", "nadam": "Nadam", "ftrl": "Ftrl", "lion": "Lion", "lamb": "Lamb",
    "muon": "Muon",
}  # fmt: skip
SCHEDULES = {
    "cosine": "CosineDecay", "cosine_restarts": "CosineDecayRestarts", "exponential": "ExponentialDecay",
    "inverse_time": "InverseTimeDecay", "piecewise_constant": "PiecewiseConstantDecay", "polynomial": "PolynomialDecay",
}  # fmt: skip
BALANCED = ("balanced", "sqrt-balanced")
"""Class weights by name."""
LOSSES = {
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
    "categorical_generalized_cross_entropy": "CategoricalGeneralizedCrossEntropy",
    "categorical_hinge": "CategoricalHinge",
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_focal_crossentropy": "BinaryFocalCrossentropy",
    "kl_divergence": "KLDivergence",
    "mean_squared_error": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
}
CALLBACKS = {"early_stopping": "EarlyStopping", "reduce_lr_on_plateau": "ReduceLROnPlateau"}

NOTHING = "none"
"""TOML has no other word for it."""

Described = str | dict[str, Any]
"""A name, or ``{"class_name": name, "config": Keras' own arguments}``."""


def _one_of(classes: dict[str, str], example: str, *, optional: bool = False, objects: str = "") -> PlainValidator:
    """A validator that gives back the short name where there are no arguments, else a table."""
    known = {_plain(either): short for short, name in classes.items() for either in (short, name)}
    wanted = f"one of {', '.join(classes)}, or a table such as {{{example}}} with Keras' own arguments"

    def check(value: Any) -> Any:
        if optional and (value is None or value == NOTHING):
            return None
        table = _table(value, f"{wanted}{objects}")
        near = get_close_matches(_plain(str(table.get("class_name"))), known, n=1)
        hint = f"{wanted}, perhaps {known[near[0]]!r}" if near else wanted
        name, config = table.get("class_name"), table.get("config") or {}
        if not isinstance(name, str) or _plain(name) not in known or not isinstance(config, dict):
            raise ValueError(hint)
        if table.keys() - {"class_name", "config"}:  # Keras would import whatever a "module" names
            raise ValueError(wanted)
        short = known[_plain(name)]
        return {"class_name": short, "config": _storable(config)} if config else short

    return PlainValidator(check, json_schema_input_type=Literal[tuple(classes)] | dict[str, Any])


def _weights(value: Any) -> Any:
    """``balanced``, ``sqrt-balanced``, or numbers by the class's name or number, which are text as TOML's keys are."""
    if value is None or value == NOTHING:
        return None
    if isinstance(value, str) and value in BALANCED:
        return value
    wanted = (
        "'balanced', 'sqrt-balanced', or a table of a class's name or number and how much it counts, as in "
        "{walking = 1, '5' = 2.5}"
    )
    if not isinstance(value, dict) or not value:
        raise ValueError(wanted)
    for weight in value.values():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight < math.inf:
            raise ValueError(f"{wanted}; none below 0")
    return {str(name): float(weight) for name, weight in value.items()}


def said(train: dict[str, Any]) -> dict[str, Any]:
    """Settings of a training in which nothing is a word, where a network may have something of its own.

    >>> said({"schedule": "cosine"})
    {'schedule': 'cosine', 'class_weights': 'none'}
    """
    return dict.fromkeys(("schedule", "class_weights"), NOTHING) | train


def one_learning_rate(given: Any) -> Any:
    """Settings of a training in which ``learning_rate`` alone says how large the first step is.

    An optimizer brings its own, as a number or as a schedule, and a schedule brings what it begins with.

    Raises:
        ValueError: two are given, and they differ.

    >>> one_learning_rate({"optimizer": {"class_name": "sgd", "config": {"learning_rate": 0.1, "momentum": 0.9}}})
    {'optimizer': {'class_name': 'sgd', 'config': {'momentum': 0.9}}, 'learning_rate': 0.1}
    """
    if not isinstance(given, dict):
        return given
    settled = dict(given)
    rate = _taken_out(settled, "optimizer", "learning_rate")
    if isinstance(rate, dict):
        if settled.get("schedule") is not None:
            raise ValueError("the optimizer has a schedule already; leave out train.schedule")
        config = {k: v for k, v in rate["config"].items() if k != "name" and v is not None}
        settled["schedule"] = {"class_name": rate["class_name"], "config": config}
        rate = None
    begins = _taken_out(settled, "schedule", "initial_learning_rate")
    for one in (rate, begins):
        if one is not None and settled.setdefault("learning_rate", one) != one:
            raise ValueError(
                f"train.learning_rate is {settled['learning_rate']}, and the optimizer or schedule has {one}; give one"
            )
    return settled


def _taken_out(settings: dict[str, Any], name: str, argument: str) -> Any:
    """An argument that is taken out of a described object; None where there is none."""
    try:
        table = _table(settings.get(name), "")
    except ValueError:
        return None  # whoever checks the setting says why
    config = table.get("config")
    if not isinstance(config, dict) or argument not in config:
        return None
    settings[name] = {**table, "config": {k: v for k, v in config.items() if k != argument}}
    return config[argument]


def _table(value: Any, wanted: str) -> dict[str, Any]:
    """A name, a table or one of Keras' own objects as a table."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str):
        return {"class_name": value}
    kind = value if isinstance(value, type) or hasattr(value, "__name__") else type(value)
    if not str(getattr(kind, "__module__", "")).startswith("keras.") or isinstance(value, type):
        raise ValueError(wanted)
    if kind is value:
        return {"class_name": kind.__name__}  # a function, as keras.losses.kl_divergence
    if not hasattr(value, "get_config"):
        raise ValueError(wanted)
    try:
        usual = kind().get_config()
    except TypeError:  # it needs arguments
        usual = {}
    usual.pop("learning_rate", None)  # which is always told
    config = {k: v for k, v in value.get_config().items() if k != "name" and (k not in usual or v != usual[k])}
    if lost := [k for k, v in config.items() if v is None and usual.get(k) is not None]:
        raise ValueError(f"without {lost[0]} = None, which a table of settings cannot hold; give a number")
    return {"class_name": kind.__name__, "config": {k: _rounded(v) for k, v in config.items() if v is not None}}


def _rounded(value: Any) -> Any:
    """A number as it was typed, where Keras kept it in single precision."""
    if isinstance(value, float) or type(value).__module__ == "numpy":
        value = float(value)
        short = float(f"{value:.7g}")
        return short if struct.pack("f", short) == struct.pack("f", value) else value
    return value


def _storable(config: dict[str, Any]) -> dict[str, Any]:
    """Arguments that TOML and JSON hold."""
    for name, value in config.items():
        _check_storable(name, value)
    return config


def _check_storable(name: str, value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_storable(f"{name}.{key}", inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check_storable(name, inner)
    elif not isinstance(value, (str, bool, int, float)):
        raise ValueError(f"made of numbers, text and tables, and config.{name} is a {type(value).__name__}")


def _plain(name: str) -> str:
    """A name as names are compared: ``AdamW``, ``adam_w`` and ``adamw`` are one."""
    return name.lower().replace("_", "")


_OWN = "; an object of a class of one's own goes to Trainer(...) or run(spec, ...)"
Optimizer = Annotated[
    Described, _one_of(OPTIMIZERS, 'class_name = "adamw", config = {weight_decay = 0.01}', objects=_OWN)
]
Schedule = Annotated[
    Described | None,
    _one_of(SCHEDULES, 'class_name = "cosine", config = {warmup_steps = 100}', optional=True, objects=_OWN),
]
Loss = Annotated[
    Described,
    _one_of(LOSSES, 'class_name = "categorical_crossentropy", config = {label_smoothing = 0.1}', objects=_OWN),
]
Callback = Annotated[
    Described,
    _one_of(
        CALLBACKS,
        'class_name = "early_stopping", config = {monitor = "loss"}',
        objects="; callbacks as objects go to Trainer(..., callbacks=[...]) or run(spec, callbacks=[...])",
    ),
]
ClassWeights = Annotated[
    Literal["balanced", "sqrt-balanced"] | dict[str, float] | None,
    PlainValidator(_weights, json_schema_input_type=Literal["balanced", "sqrt-balanced"] | dict[str, float]),
]
