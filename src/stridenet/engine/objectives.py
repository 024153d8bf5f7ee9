"""What a training makes small, and what takes the steps: Keras' optimizers and losses, made and tried."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from stridenet.engine import by_name
from stridenet.engine.backend import keras
from stridenet.engine.contract import told
from stridenet.errors import SettingError, unknown_name
from stridenet.named import BALANCED, LOSSES, OPTIMIZERS
from stridenet.spec import TrainSpec

PerWindow = Callable[[Any, Any], Any]
"""From classes (window,), or soft targets (window, class), and probabilities (window, class) to losses (window,)."""

_MEANS = ("sum_over_batch_size", "mean")


def optimizer(spec: TrainSpec, given: Any) -> Any:
    """A new optimizer, whose schedule is still to be set (:mod:`stridenet.engine.schedules`).

    Args:
        spec: names it, with the learning rate.
        given: a Keras optimizer that takes its place; only its configuration is used.

    Raises:
        SettingError: its arguments are wrong, or it does what the compiled step cannot.
    """
    if given is None:
        made = by_name.made("optimizer", spec.optimizer, keras.optimizers, OPTIMIZERS, learning_rate=spec.learning_rate)
    else:
        made = _copied(given)
    name = f"optimizer {type(made).__name__}"
    for argument in ("use_ema", "loss_scale_factor"):
        if getattr(made, argument, None):
            raise SettingError(f"{name}: {argument} has no effect in the compiled step; leave it out.")
    usual = keras.optimizers.Optimizer.finalize_variable_values
    if (
        hasattr(made, "inner_optimizer")
        or hasattr(made, "optimizers")
        or type(made).finalize_variable_values is not usual
    ):
        raise SettingError(
            f"{name} changes the weights outside of its steps, which the compiled step cannot; give another, as "
            "optimizer='adamw'."
        )
    return made


def _copied(given: Any) -> Any:
    if not isinstance(given, keras.optimizers.Optimizer):
        raise SettingError(
            f"a {type(given).__name__} came as the optimizer: a Keras optimizer is needed, as "
            "keras.optimizers.SGD(0.1); a name goes into TrainSpec(optimizer='sgd')."
        )
    try:
        return type(given).from_config(given.get_config())
    except Exception as error:  # anyone's class
        raise SettingError(
            f"optimizer {type(given).__name__}: its get_config does not describe it ({told(error)}); give it one whose "
            "from_config makes it again."
        ) from error


def try_step(made: Any, weights: Any) -> None:
    """Tries whether a built optimizer takes a step for these variables.

    Raises:
        SettingError: it does not.
    """
    try:
        values = [[jax.ShapeDtypeStruct(v.shape, v.dtype) for v in vs] for vs in (made.variables, weights, weights)]
        jax.eval_shape(made.stateless_apply, *values)
    except Exception as error:  # Keras, or anyone's class
        raise SettingError(
            f"optimizer {type(made).__name__} does not take a step for this model ({told(error)})."
        ) from error


def loss(spec: TrainSpec, given: Any, n_classes: int) -> PerWindow | None:
    """The loss of each window; None is the usual one, sparse categorical crossentropy.

    Args:
        spec: names it.
        given: a Keras loss or a function of (classes, probabilities) that takes its place. Keras' own losses get the
            classes as they need them, one's own get class numbers (window,).
        n_classes: how many classes the model tells apart.

    Raises:
        SettingError: it takes or gives other shapes, keeps a state, or expects logits; or, once they come, it takes
            class numbers and no soft targets, as one of one's own does.
    """
    if given is None and spec.loss == "sparse_categorical_crossentropy":
        return None
    made = by_name.made("loss", spec.loss, keras.losses, LOSSES) if given is None else given
    name = f"loss {getattr(made, '__name__', type(made).__name__)}"
    if not callable(made) or isinstance(made, type):
        raise SettingError(
            f"{name} is no loss: give a Keras loss, a function of (y_true, y_pred), or a name of TrainSpec."
        )
    config = made.get_config() if hasattr(made, "get_config") else {}
    if config.get("from_logits"):
        raise SettingError(f"{name} has from_logits=True, and the model gives probabilities; leave it out.")
    if config.get("ignore_class") is not None:
        raise SettingError(f"{name} has ignore_class, which changes what the mean is of; use class_weights with a 0.")
    if getattr(made, "reduction", "mean") not in _MEANS:
        raise SettingError(
            f"{name} has reduction={made.reduction!r}, and a step takes the mean over its windows; leave it out."
        )
    if any(isinstance(v, keras.Variable) for v in getattr(made, "__dict__", {}).values()):
        raise SettingError(
            f"{name} keeps a variable, which the compiled step would not change; put it into a layer with add_loss."
        )
    function = made.call if isinstance(made, keras.losses.Loss) else made
    hot = of_keras(made) and not _sparse(made)

    def per_window(y: Any, p: Any) -> Any:
        if y.ndim == 2:  # soft targets
            refuse_numbers_alone(made)
            return function(y, p) if hot else keras.losses.categorical_crossentropy(y, p)
        return function(jax.nn.one_hot(y, n_classes, dtype=p.dtype) if hot else y, p)

    _try(per_window, name, n_classes)
    return per_window


def refuse_numbers_alone(made: Any) -> None:
    """Refuses a loss, an object, that takes class numbers and no probabilities in their place.

    Raises:
        SettingError: it is none of Keras' own, whose only sparse one has a twin that takes probabilities.
    """
    if not of_keras(made):
        name = getattr(made, "__name__", type(made).__name__)
        raise SettingError(
            f"loss {name} gets class numbers, and what several networks say together is learnt as probabilities; use "
            "one of Keras' losses, such as categorical_crossentropy."
        )


def of_keras(made: Any) -> bool:
    """Whether a loss is one of Keras' own."""
    return str(getattr(made, "__module__", type(made).__module__)).startswith("keras.")


def _sparse(made: Any) -> bool:
    """Whether one of Keras' losses takes class numbers."""
    return "sparse" in str(getattr(made, "__name__", type(made).__name__)).lower()


def _try(per_window: PerWindow, name: str, n_classes: int) -> None:
    y, p = jax.ShapeDtypeStruct((5,), jnp.int32), jax.ShapeDtypeStruct((5, n_classes), jnp.float32)
    try:
        shape = tuple(jax.eval_shape(per_window, y, p).shape)
    except Exception as error:  # anyone's function
        raise SettingError(
            f"{name} does not work for classes (window,) and probabilities (window, {n_classes}) ({told(error)})."
        ) from error
    if shape != (5,):
        what = "one number for all windows" if shape == () else f"the shape {shape} for 5 windows"
        raise SettingError(
            f"{name} gives {what}: one for each window is needed; take the mean over the last axis only."
        )


def class_weights(given: Any, y: npt.NDArray[np.int64], n_classes: int) -> npt.NDArray[np.float32] | None:
    """How much each class counts in the training loss, shape (class,).

    Args:
        given: None, ``"balanced"``, ``"sqrt-balanced"`` or a table by class number; a class that is not in it counts 1.
        y: the training windows' classes; balanced is n / (classes that are there x windows of the class), sqrt-balanced
            the root of it, scaled so that a window counts 1 on average, as it does balanced.
        n_classes: how many classes the model tells apart.

    Raises:
        SettingError: a class that is not there, or a weight that is no finite number from 0.

    >>> class_weights("balanced", np.array([0, 0, 1, 1]), 2).tolist()
    [1.0, 1.0]
    >>> class_weights("sqrt-balanced", np.array([0] * 9 + [1]), 2).round(2).astype(str).tolist()
    ['0.83', '2.5']
    >>> class_weights({1: 5}, np.array([0, 0, 0, 1]), 2).tolist()
    [1.0, 5.0]
    """
    if given is None:
        return None
    if isinstance(given, str) and given in BALANCED:
        counts = np.bincount(y, minlength=n_classes)
        weight = len(y) / (np.maximum(counts, 1) * np.count_nonzero(counts))
        if given == "sqrt-balanced":
            weight = np.sqrt(weight) * len(y) / (np.sqrt(weight) * counts).sum()
        return np.where(counts > 0, weight, 1).astype(np.float32)
    if not isinstance(given, Mapping):
        raise SettingError(
            f"class_weights is {given!r}: {', '.join(BALANCED)} or a table of class numbers and weights is needed."
        )
    weights = np.ones(n_classes, np.float32)
    for name, weight in given.items():
        number = int(name) if str(name).isdecimal() else -1
        if not 0 <= number < n_classes:
            raise SettingError(f"class_weights names the class {name!r}, and there are 0 to {n_classes - 1}.")
        if not isinstance(weight, (int, float)) or not 0 <= weight < np.inf:
            raise SettingError(f"class_weights[{name!r}] is {weight!r}: a finite number from 0 is needed.")
        weights[number] = weight
    return weights


def by_number(given: Any, classes: tuple[str, ...]) -> Any:
    """Class weights by the classes' numbers, where they may be given by their names.

    Raises:
        UnknownNameError: no class has that name or number.
    """
    if not isinstance(given, Mapping):
        return given
    known = {name: i for i, name in enumerate(classes)} | {
        str(i): i for i in range(len(classes)) if str(i) not in classes
    }
    for name in given:
        if str(name) not in known:
            raise unknown_name("class in train.class_weights", str(name), classes)
    return {known[str(name)]: weight for name, weight in given.items()}
