"""What a setting describes by name, made by Keras."""

from collections.abc import Mapping
from typing import Any

from stridenet.engine.backend import keras
from stridenet.engine.contract import told
from stridenet.errors import SettingError
from stridenet.named import Described


def parts(described: Described) -> tuple[str, dict[str, Any]]:
    """The name, and the arguments beside it."""
    if isinstance(described, str):
        return described, {}
    return described["class_name"], dict(described.get("config") or {})


def made(setting: str, described: Described, module: Any, classes: Mapping[str, str], **usual: Any) -> Any:
    """The object.

    Args:
        setting: what the settings call it, as ``optimizer``.
        described: a name, or a table with Keras' arguments.
        module: where Keras keeps such objects.
        classes: Keras' class of each name.
        **usual: arguments that the setting does not give.

    Raises:
        SettingError: this version of Keras lacks it, or refuses the arguments.
    """
    name, config = parts(described)
    kind = getattr(module, classes[name], None)
    if kind is None:
        raise SettingError(f"train.{setting} = {name!r}: Keras {keras.__version__} does not have it; use another.")
    try:
        return kind(**usual, **config)
    except Exception as error:  # Keras refuses in many ways
        raise SettingError(
            f"train.{setting} = {described!r} does not work ({told(error)}); change its config."
        ) from error
