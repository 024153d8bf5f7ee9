"""What a model must be before it is trained or asked: one input of windows, one output of probabilities."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.engine.backend import keras, seeded
from stridenet.engine.heads import made_by
from stridenet.errors import SettingError

_TRIED = 8
_NEAR_ONE = 0.01


def check(given: Any, *, n_classes: int | None = None, trained: bool = True) -> None:
    """Refuses what does not give probabilities (window, class) for windows.

    Whether the answers are probabilities is seen on a few random windows, unless the last layer is a plain softmax.

    Args:
        given: what should be a Keras model.
        n_classes: how many classes there are; None where nobody knows.
        trained: whether it is going to be trained, which needs parameters.

    Raises:
        SettingError: it does not; the sentence says what came and what to do.

    >>> check(keras.Sequential([keras.Input((4, 2)), keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")]))
    Traceback (most recent call last):
    stridenet.errors.SettingError: model 'sequential...' ends in one unit: two classes need two, as in \
Dense(2, activation='softmax').
    """
    if not isinstance(given, keras.Model):
        raise SettingError(f"a {type(given).__name__} came as the model: a keras.Model is needed.")
    name = f"model {given.name!r}"
    for method in ("train_step", "compute_loss") if trained else ():
        own = getattr(keras.Model, method)
        if any(getattr(type(part), method, own) is not own for part in (given, _last(given))):
            raise SettingError(
                f"{name} has a {method} of its own, which the compiled step does not call: give the loss as loss=, "
                "what the loss adds for a layer by the layer's add_loss, or train it with Keras' own fit."
            )
    _shapes(given, name)
    if trained and not given.trainable_variables:
        raise SettingError(f"{name} has nothing to train: add a layer with weights, or set trainable = True.")
    units = given.output_shape[-1]
    if n_classes is not None and units != n_classes:
        raise SettingError(
            f"{name} ends in {units} units, and the data has {n_classes} classes: end in "
            f"Dense({n_classes}, activation='softmax'), or Dense(n_classes, ...) of the function's argument n_classes."
        )
    if not _ends_in_softmax(given):
        _try(given, name)


def _shapes(given: Any, name: str) -> None:
    """One input of windows, one output of (window, class)."""
    try:
        taken, answered = given.input_shape, given.output_shape
    except (AttributeError, ValueError, NotImplementedError):
        raise SettingError(
            f"{name} has no shapes yet: begin it with keras.Input((samples, channels)), or call it once."
        ) from None
    for what, shape in (("takes", taken), ("gives", answered)):
        if not isinstance(shape, tuple) or (shape and isinstance(shape[0], tuple)):
            raise SettingError(f"{name} {what} {len(shape)} arrays: one is needed, join them in the model.")
    if len(taken) not in (2, 3):
        raise SettingError(
            f"{name} takes the shape {taken[1:]}: (samples, channels) is needed, or (samples x channels,) for a flat "
            "model; begin it with keras.Input((samples, channels))."
        )
    if len(answered) != 2:
        raise SettingError(
            f"{name} gives the shape {answered}: (window, class) is needed; end in Flatten() or "
            "GlobalAveragePooling1D(), then Dense(n_classes, activation='softmax')."
        )
    if answered[-1] == 1:
        raise SettingError(f"{name} ends in one unit: two classes need two, as in Dense(2, activation='softmax').")


def _ends_in_softmax(given: Any) -> bool:
    """Whether a softmax is plainly the last thing computed, or the mean of several."""
    last = _last(given)
    if type(last) is keras.layers.Average:
        return all(_is_softmax(made_by(head)) for head in last.input)
    return _is_softmax(last)


def _is_softmax(layer: Any) -> bool:
    plain = type(layer) in (keras.layers.Dense, keras.layers.Activation)
    return plain and layer.activation is keras.activations.softmax


def _last(given: Any) -> Any:
    """What is computed last, of a model in a model in that; the model itself where it does not say."""
    last = given
    if type(given) is keras.Sequential:
        last = given.layers[-1]
    elif type(given) is keras.src.models.Functional:
        last = given.operations[-1]
    return _last(last) if isinstance(last, keras.Model) and last is not given else last


def _try(given: Any, name: str) -> None:
    """Answers for a few random windows must be probabilities; an answer that is no number says nothing of that."""
    shape = [size or 32 for size in given.input_shape[1:]]
    windows = np.random.default_rng(0).normal(size=(_TRIED, *shape)).astype(np.float32)
    values = [[v.value for v in vs] for vs in (given.trainable_variables, given.non_trainable_variables)]
    try:
        with seeded(0):
            answers = np.asarray(given.stateless_call(*values, windows, training=False)[0], dtype=np.float64)
    except Exception as error:  # anyone's layers
        raise SettingError(f"{name} cannot answer windows of shape {tuple(shape)} ({told(error)}).") from error
    answers = answers[np.isfinite(answers).all(axis=1)]
    if answers.min(initial=0) < 0 or answers.max(initial=0) > 1 + _NEAR_ONE:
        raise SettingError(
            f"{name} answers {_row(answers)} for a random window, and no probabilities: these are logits; end in "
            "softmax, as in Dense(n_classes, activation='softmax'), or add keras.layers.Softmax()."
        )
    off = np.abs(answers.sum(axis=1) - 1)
    if off.max(initial=0) > _NEAR_ONE:
        raise SettingError(
            f"{name} answers {_row(answers[[off.argmax()]])} for a random window, which does not sum to 1: "
            "probabilities must; end in softmax, as in Dense(n_classes, activation='softmax'), not in sigmoid."
        )


def _row(answers: npt.NDArray[np.float64]) -> str:
    """The row that shows best that these are no probabilities, in few digits."""
    worst = answers[np.abs(answers - 0.5).max(axis=1).argmax()]
    return f"[{', '.join(f'{v:.3g}' for v in worst[:4])}{', ...' if len(worst) > 4 else ''}]"


def refuse_arguments(given: Iterable[str]) -> None:
    """Refuses what Keras' own ``compile`` and ``fit`` take and the compiled training does not, and says what to give.

    Raises:
        SettingError: there is such an argument.

    >>> refuse_arguments(["sample_weight"])
    Traceback (most recent call last):
    stridenet.errors.SettingError: sample_weight is not taken here: give class_weights, or a loss of your own.
    """
    for name in given:
        do = _INSTEAD.get(name, "see the arguments in help(stridenet.Trainer)")
        raise SettingError(f"{name} is not taken here: {do}.")


_LATER = "loss and accuracy are there; compute others from the predictions afterwards, or in a callback"
_SETTING = "it is a setting, as in TrainSpec({}=...)"
_INSTEAD = {
    "metrics": _LATER,
    "weighted_metrics": _LATER,
    "sample_weight": "give class_weights, or a loss of your own",
    "class_weight": "give class_weights to Trainer or TrainSpec",
    "loss_weights": "the model has one output",
    "epochs": _SETTING.format("epochs"),
    "batch_size": _SETTING.format("batch_size"),
    "learning_rate": _SETTING.format("learning_rate"),
    "validation_data": "give validation=(x, y)",
    "validation_split": "split by people first, and give validation=(x, y)",
    "shuffle": "the order is drawn from the seed",
    "verbose": "give on_epoch=print",
    "callbacks": "give them to Trainer(..., callbacks=[...])",
}


def told(error: BaseException) -> str:
    r"""A foreign error in a few words of one line, without what Keras wraps around it.

    >>> told(ValueError("no\n  luck."))
    'ValueError: no luck'
    """
    said = _WRAPPED.sub(r"\1", str(error)).rpartition("Exception encountered: ")[2]
    words = " ".join(said.split())[:200].rstrip(".")
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


_WRAPPED = re.compile(
    r"^Exception encountered when calling [^\n]*\n+(?:\x1b\[1m)?(.*?)(?:\x1b\[0m)?\s*(?:Arguments .*)?$", re.DOTALL
)
