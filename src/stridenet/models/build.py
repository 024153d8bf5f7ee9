"""The table of networks: one architecture a file, one line here."""

from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from pydantic import BaseModel

from stridenet.errors import SettingError, plain, short, unknown_name
from stridenet.models._features import beside
from stridenet.models._preset import Prepare, as_it_is
from stridenet.models.sizes import Sizes, refuse_what_no_memory_holds, sketch
from stridenet.refusal import checked, setting_names
from stridenet.signals.channels import Channels
from stridenet.spec import RunSpec


class Preset(NamedTuple):
    """A network by name: where it is made and what it is, in one line."""

    module: str
    about: str


PRESETS: dict[str, Preset] = {
    "stride": Preset("stridenet.models.stride", "waveform and spectrum side by side, made for motion (ours)"),
    "stride-s": Preset("stridenet.models.stride_s", "the same with fewer filters, for small devices (ours)"),
    "cnn": Preset("stridenet.models.cnn", "convolutions, dropout, pooling and a dense layer (the tutorial's baseline)"),
    "multihead": Preset("stridenet.models.multihead", "heads with kernels of 3, 5 and 11 samples side by side"),
    "gap": Preset("stridenet.models.gap", "pairs of convolutions and the mean over time; flat input, for a phone"),
    "fcn": Preset("stridenet.models.fcn", "three convolutions and the mean over time (Wang et al. 2017)"),
    "resnet": Preset("stridenet.models.resnet", "three residual blocks and the mean over time (Wang et al. 2017)"),
    "inception-time": Preset("stridenet.models.inception_time", "kernels of three lengths (Ismail Fawaz et al. 2020)"),
    "tcn": Preset("stridenet.models.tcn", "causal convolutions, dilated further and further (Bai et al. 2018)"),
    "lstm": Preset("stridenet.models.lstm", "one recurrent layer (the tutorials')"),
    "cnn-lstm": Preset(
        "stridenet.models.cnn_lstm", "convolutions on pieces, a recurrent layer over them (the tutorials')"
    ),
    "deep-conv-lstm": Preset(
        "stridenet.models.deep_conv_lstm", "convolutions, two recurrent layers (Ordóñez, Roggen 2016)"
    ),
    "tiny-har": Preset("stridenet.models.tiny_har", "attention between channels and over time (Zhou et al. 2022)"),
}


MOST_EPOCHS = 200
"""That a network asks for by itself, however few windows there are."""


def names() -> tuple[str, ...]:
    """The networks' names."""
    return tuple(PRESETS)


def settings_of(name: str, given: dict[str, Any] | None = None) -> BaseModel:
    """A network's settings, checked, with the defaults filled in.

    Raises:
        UnknownNameError: no such network, or no such setting.
        SettingError: a value that the setting does not allow.

    >>> settings_of("cnn", {"filters": 8}).filters
    8
    """
    return checked(_module(name).Settings, given or {}, known=setting_names(RunSpec), prefix="model.settings.")


def build(
    name: str,
    *,
    length: int,
    n_channels: int,
    n_classes: int,
    settings: dict[str, Any] | None = None,
    prepare: Prepare = as_it_is,
    channels: Channels | None = None,
    features: bool = False,
    seed: int = 0,
) -> Any:
    """A new Keras model with random weights from ``seed``.

    Args:
        name: the network, one of :func:`names`.
        length: samples in a window.
        n_channels: channels in a window.
        n_classes: classes to tell apart.
        settings: what differs from the network's defaults.
        prepare: scales the raw windows first, see :mod:`stridenet.models.prepare`.
        channels: what they are, for a network that looks at it; by default nothing is known of them.
        features: whether a branch of hand-made features stands beside the network, see
            :mod:`stridenet.models._features`.
        seed: decides the weights and the dropout.

    Returns:
        A ``keras.Model`` from raw windows (window, time, channel), or flat (window, time x channel) where the network's
        settings say so, to probabilities (window, class).

    Raises:
        UnknownNameError: no such network or setting.
        SettingError: settings that do not go together or do not fit the window.

    >>> build("cnn", length=128, n_channels=9, n_classes=6).count_params()
    411650
    """
    checked = settings_of(name, settings)
    known = channels or Channels.unknown(n_channels)
    return assemble(
        name,
        checked,
        length=length,
        n_classes=n_classes,
        prepare=prepare,
        channels=known,
        features=features,
        seed=seed,
    )


def looks(name: str) -> bool:
    """Whether a network looks at what its channels are, and scales them by that."""
    return bool(getattr(_module(name), "LOOKS", False))


def training_of(name: str, *, n_windows: int | None = None, n_classes: int = 1) -> dict[str, Any]:
    """How a network is trained where nobody says otherwise: what differs from the usual settings of a training.

    Args:
        name: one of :func:`names`.
        n_windows: that train; None where nobody knows yet, then the number of epochs is the least that it has.
        n_classes: that are told apart.

    >>> training_of("stride")["epochs"], training_of("stride", n_windows=1500, n_classes=6)["epochs"]
    (13, 64)
    """
    told = dict(getattr(_module(name), "TRAINING", {}))
    if n_windows and (each := per_class(name)):
        told["epochs"] = min(max(told["epochs"], round(each * n_classes / n_windows)), MOST_EPOCHS)
    return told


def per_class(name: str) -> int:
    """How many windows a network passes over for each class, at least, where nobody says how many epochs; 0: any."""
    return int(getattr(_module(name), "WINDOWS_PER_CLASS", 0))


def assemble(
    name: str,
    table: BaseModel,
    *,
    length: int,
    n_classes: int,
    prepare: Prepare,
    channels: Channels,
    features: bool = False,
    seed: int = 0,
) -> Any:
    """The same from settings that are checked already, see :func:`settings_of`."""
    refuse_what_no_memory_holds(name, sizes(name, table, length, channels, n_classes, features=features))
    return _assemble(name, table, length, channels, n_classes, prepare, features=features, seed=seed)


def sizes(
    name: str, table: BaseModel, length: int, channels: Channels, n_classes: int, *, features: bool = False
) -> Sizes:
    """What a network of these settings holds, without building it."""
    return _sizes(name, table.model_dump_json(), length, channels, n_classes, features=features)


@lru_cache
def _sizes(name: str, settings: str, length: int, channels: Channels, n_classes: int, *, features: bool) -> Sizes:
    table = _module(name).Settings.model_validate_json(settings)
    return sketch(lambda: _assemble(name, table, length, channels, n_classes, as_it_is, features=features, seed=0))


def _assemble(
    name: str,
    table: BaseModel,
    length: int,
    channels: Channels,
    n_classes: int,
    prepare: Prepare,
    *,
    features: bool,
    seed: int,
) -> Any:
    n_channels, module = len(channels.names), _module(name)
    known = {"channels": channels} if looks(name) else {}
    from stridenet.engine.backend import keras, seeded

    with seeded(seed):
        flat = getattr(table, "flat_input", False)
        inputs = keras.Input((length * n_channels,) if flat else (length, n_channels), name="windows")
        x = keras.layers.Reshape((length, n_channels), name="reshape")(inputs) if flat else inputs
        said = module.build(x, n_classes, table, prepare, **known)
        if features:
            said = beside(x, said, n_classes, prepare, channels)
        return keras.Model(inputs, said, name=name)


def _module(name: str) -> Any:
    if name.rstrip(":").endswith(".py"):
        file = name.rstrip(":")
        raise SettingError(f"model {short(name)}: name the function in the file as well, as in {plain(file)}:build.")
    if name not in PRESETS:
        raise unknown_name("model", name, PRESETS)
    return import_module(PRESETS[name].module)
