"""Keras' callbacks around the compiled training: told of its beginning, its epochs and its end."""

from collections.abc import Sequence
from typing import Any

from stridenet.engine.backend import keras
from stridenet.engine.compiling import copied
from stridenet.engine.contract import told
from stridenet.errors import SettingError
from stridenet.named import CALLBACKS
from stridenet.spec import TrainSpec

_NOT_CALLED = tuple(
    f"on_{what}"
    for what in (
        *("batch_begin", "batch_end", "train_batch_begin", "train_batch_end", "test_batch_begin", "test_batch_end"),
        *("predict_batch_begin", "predict_batch_end", "test_begin", "test_end", "predict_begin", "predict_end"),
    )
)
_SETS_THE_RATE = (keras.callbacks.ReduceLROnPlateau, keras.callbacks.LearningRateScheduler)


def made(spec: TrainSpec) -> list[Any]:
    """The callbacks that the settings name, new.

    Raises:
        SettingError: Keras does not take their arguments.
    """
    callbacks = []
    for described in spec.callbacks:
        name = described if isinstance(described, str) else described["class_name"]
        config = {} if isinstance(described, str) else described.get("config", {})
        try:
            callbacks.append(getattr(keras.callbacks, CALLBACKS[name])(**config))
        except Exception as error:
            raise SettingError(f"train.callbacks: {name} does not work ({told(error)}); change its config.") from error
    return callbacks


def check(callbacks: Sequence[Any], *, validated: bool, scheduled: bool) -> None:
    """Refuses what the compiled training never calls, or cannot give.

    Args:
        callbacks: Keras' callbacks.
        validated: whether there are validation scores.
        scheduled: whether a schedule decides the learning rate.

    Raises:
        SettingError: a callback of batches, one that watches what is not there, or one that is none.
    """
    for one in callbacks:
        name = f"callback {type(one).__name__}"
        if not isinstance(one, keras.callbacks.Callback):
            raise SettingError(f"{name} is no callback: an object of a subclass of keras.callbacks.Callback is needed.")
        odd = [hook for hook in _NOT_CALLED if _has(one, hook)]
        if odd and not _by_epoch(one):
            raise SettingError(
                f"{name} has {odd[0]}, and an epoch is compiled steps without a stop; on_train_begin, on_train_end, "
                "on_epoch_begin and on_epoch_end are called."
            )
        if scheduled and isinstance(one, _SETS_THE_RATE):
            raise SettingError(f"{name} sets the learning rate, which a schedule decides already; give one of the two.")
        _check_watched(one, name, validated=validated)


def _has(one: Any, hook: str) -> bool:
    return hook in vars(one) or getattr(type(one), hook, None) is not getattr(keras.callbacks.Callback, hook, None)


def _by_epoch(one: Any) -> bool:
    """Those of Keras that have hooks for batches, and do without."""
    saves = isinstance(one, (keras.callbacks.ModelCheckpoint, keras.callbacks.BackupAndRestore))
    return isinstance(one, keras.callbacks.TerminateOnNaN) or (saves and one.save_freq == "epoch")


def _check_watched(one: Any, name: str, *, validated: bool) -> None:
    watched = getattr(one, "monitor", None)
    if not isinstance(watched, str):
        return
    validated = validated or getattr(one, "save_best_only", True) is False  # which does not look at it
    there = ["loss", "accuracy", *(["val_loss", "val_accuracy"] if validated else [])]
    if watched not in there:
        hint = "give validation windows, or watch" if watched.startswith("val_") and not validated else "watch"
        raise SettingError(f"{name} watches {watched!r}, which is not there; {hint} one of {', '.join(there)}.")
    if watched.endswith("accuracy") and getattr(one, "mode", None) == "auto":
        one.mode = "max"  # Keras looks for a compiled metric to know that


class Callbacks:
    """Tells callbacks, and takes over what they change: weights, the learning rate, whether to stop.

    Between hooks the values live outside the model; they are put into it for a hook and taken back after it.

    Args:
        callbacks: checked, see :func:`check`.
        model: gets the values, an ``optimizer`` and ``stop_training``, as a model that Keras trains has.
        optimizer: has the learning rate.
        params: ``epochs`` and ``steps``.
    """

    def __init__(self, callbacks: Sequence[Any], model: Any, optimizer: Any, params: dict[str, Any]) -> None:
        self.callbacks, self.model, self.optimizer = callbacks, model, optimizer
        self._before = {name: getattr(model, name) for name in ("optimizer", "stop_training") if hasattr(model, name)}
        model.optimizer, model.stop_training = optimizer, False
        for one in callbacks:
            one.set_params(params)
            one.set_model(model)
            if isinstance(one, keras.callbacks.ReduceLROnPlateau):
                one.best = None  # Keras before 3.15 keeps that of the training before

    @property
    def stop(self) -> bool:
        """Whether a callback has set ``model.stop_training``."""
        return bool(self.model.stop_training)

    def tell(self, hook: str, state: Any, *arguments: Any) -> Any:
        """Calls a hook of each; gives the state (weights, others, optimizer) after it."""
        groups = (self.model.trainable_variables, self.model.non_trainable_variables, self.optimizer.variables)
        for variables, values in zip(groups, state, strict=True):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(copied(value))
        put = [[variable.value for variable in variables] for variables in groups]
        for one in self.callbacks:
            getattr(one, hook)(*arguments)
        return tuple(
            [v if var.value is p else copied(var.value) for var, v, p in zip(variables, values, before, strict=True)]
            for variables, values, before in zip(groups, state, put, strict=True)
        )

    def leave(self) -> None:
        """Gives the model back what it had."""
        for name in ("optimizer", "stop_training"):
            if name in self._before:
                setattr(self.model, name, self._before[name])
            else:
                delattr(self.model, name)
