"""How the learning rate falls: Keras' schedules, whose lengths are values of the optimizer and no part of the program.

So trainings of different numbers of windows, as those of folds, are one program.
"""

import inspect
from typing import Any

import numpy as np

from stridenet.engine import by_name
from stridenet.engine.backend import keras
from stridenet.engine.contract import told
from stridenet.errors import SettingError
from stridenet.named import SCHEDULES, Described
from stridenet.spec import TrainSpec


def set_on(optimizer: Any, spec: TrainSpec) -> dict[str, Any]:
    """Gives a new optimizer, not built yet, the schedule that the settings name, if any.

    Returns:
        The optimizer's variables that hold the schedule's lengths, by Keras' name of the argument; their values for a
        training come from :func:`lengths`.

    Raises:
        SettingError: the schedule's arguments are wrong, or it knows no warm-up and one is asked for.
    """
    if spec.schedule is None:
        if spec.warmup:
            raise SettingError(f"train.warmup = {spec.warmup:g} needs train.schedule = 'cosine'; give it too.")
        return {}
    takes, given = _takes(spec.schedule), by_name.parts(spec.schedule)[1]
    usual: dict[str, Any] = {}
    if spec.warmup:
        if "warmup_target" not in takes:
            raise SettingError(
                f"train.warmup = {spec.warmup:g} needs train.schedule = 'cosine'; give that, or leave the warm-up out."
            )
        usual = {"initial_learning_rate": 0.0, "warmup_target": spec.learning_rate}
    elif "initial_learning_rate" in takes and "initial_learning_rate" not in given:
        usual = {"initial_learning_rate": spec.learning_rate}
    variables = {
        name: optimizer.add_variable((), keras.initializers.Constant(value), dtype="float32", name=name)
        for name, value in lengths(spec, 1).items()
    }
    made = by_name.made("schedule", spec.schedule, keras.optimizers.schedules, SCHEDULES, **usual, **variables)
    try:
        fits = np.isfinite(float(made(1)))
        why = "the first step has no finite size"
    except Exception as error:
        fits, why = False, told(error)
    if not fits:
        raise SettingError(f"train.schedule = {spec.schedule!r} does not work ({why}); change its config.")
    optimizer.learning_rate = made
    return variables


def lengths(spec: TrainSpec, steps: int) -> dict[str, int]:
    """The lengths that a schedule has over so many steps, by Keras' name; none where the settings give them.

    >>> lengths(TrainSpec(schedule="cosine", warmup=0.1), 50)
    {'warmup_steps': 5, 'decay_steps': 45}
    """
    if spec.schedule is None:
        return {}
    if spec.warmup:
        first = max(1, round(spec.warmup * steps))
        return {"warmup_steps": first, "decay_steps": max(1, steps - first)}
    given = by_name.parts(spec.schedule)[1]
    first = given.get("warmup_steps", 0)
    falls = max(1, steps - first) if isinstance(first, int | float) else steps  # Keras says what else it is
    takes = _takes(spec.schedule)
    return {name: falls for name in ("decay_steps", "first_decay_steps") if name in takes and name not in given}


def _takes(schedule: Described) -> Any:
    name = by_name.parts(schedule)[0]
    return inspect.signature(getattr(keras.optimizers.schedules, SCHEDULES[name])).parameters
