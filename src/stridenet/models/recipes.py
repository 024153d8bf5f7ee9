"""Whatever can be trained, by name or from Python: our networks, our baselines, anyone's own of either kind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from stridenet.baselines import estimators, table
from stridenet.baselines.estimators import Estimator, is_estimator, is_keras
from stridenet.errors import SettingError, unknown_name
from stridenet.evaluation.learner import Learner
from stridenet.models import build, own
from stridenet.models.network import Network, check_memory, network
from stridenet.models.own import OwnFile
from stridenet.signals.channels import Channels
from stridenet.signals.windows import Windows
from stridenet.spec import ModelSpec, RunSpec
from stridenet.system.notes import Note


def names() -> tuple[str, ...]:
    """All names: the networks', then the baselines'."""
    return (*build.PRESETS, *table.BASELINES)


def settings_of(name: str, given: dict[str, Any] | None = None) -> BaseModel:
    """The settings of a network or a baseline, checked, with the defaults filled in.

    Raises:
        UnknownNameError: no such name, or no such setting.
        SettingError: a value that the setting does not allow.
    """
    if name in table.BASELINES:
        return table.settings_of(name, given)
    if name not in build.PRESETS and ".py" not in name:
        raise unknown_name("model", name, names())
    return build.settings_of(name, given)


def recipe(spec: ModelSpec, *, base: Path | None = None) -> Network | Estimator:
    """What the settings name; a file is not run before :func:`settled`.

    Args:
        spec: a name, or ``file.py:function``.
        base: the folder that a relative file is looked for in; by default the current one.

    Raises:
        UnknownNameError: no such name or setting.
        SettingError: a value that the setting does not allow, a file that gives no function, a library that is missing.
    """
    if spec.name in table.BASELINES:
        if spec.features:
            raise SettingError(f"model.features = true would do nothing, for {spec.name} is no network; leave it out.")
        return estimators.by_name(spec.name, spec.settings)
    if not own.is_file(spec.name):
        settings_of(spec.name, spec.settings)
    return network(spec, base=base)


def settled(one: Network | Estimator, windows: Windows) -> Network | Estimator:
    """The same, an estimator where a function in a file gives one.

    A file that speaks of Keras and not of scikit-learn is not run for that, which would load Keras here.
    """
    if not isinstance(one, OwnFile) or not _may_give_an_estimator(one):
        return one
    new = _FromFile(one, windows.length, len(windows.channels), len(windows.classes))
    if not is_estimator(made := new()):
        return one
    made_of = {name: value for name, value in one.identity().items() if name != "settings"}
    return estimators.from_file(one.name, one.address, new, made, made_of | {"given": one.given}, one.settings())


def from_python(model: Any, windows: Windows) -> Network | Estimator:
    """What was given from Python: a Keras model, an estimator, or a function that gives one of them.

    Raises:
        SettingError: it is none of them.
    """
    if is_estimator(model):
        return estimators.from_object(model)
    sizes = {"length": windows.length, "n_channels": len(windows.channels), "n_classes": len(windows.classes)}
    if callable(model) and not is_keras(model):
        made = own.called(model, getattr(model, "__name__", type(model).__name__), {}, **sizes)
        if is_estimator(made):
            return estimators.from_object(made)
    return own.from_object(model, **sizes)


def learner(
    one: Network | Estimator,
    spec: RunSpec,
    *,
    jobs: int | None = None,
    room: int | None = None,
    note: Note | None = None,
    objects: Mapping[str, Any] | None = None,
) -> Learner:
    """What trains it; Keras and JAX are loaded for a network only.

    Args:
        one: a network or an estimator.
        spec: the run's settings.
        jobs: threads that an estimator may use; by default as many as it asks for.
        room: bytes of a signal that a trainer of networks may copy.
        note: told, in sentences, what is worth knowing.
        objects: see :class:`stridenet.models.learner.KerasLearner`.
    """
    if isinstance(one, Estimator):
        from stridenet.baselines.learner import EstimatorLearner

        return EstimatorLearner(one, jobs=jobs, note=note)
    from stridenet.models.learner import KerasLearner

    return KerasLearner(one, spec.prepare, spec.train, room=room, note=note, **(objects or {}))


def try_out(one: Network | Estimator, windows: Windows, batch_size: int) -> None:
    """Refuses what cannot be made for these windows, before anything is trained."""
    if isinstance(one, Estimator):
        one.new()
        return
    known, n_classes = Channels.of(windows), len(windows.classes)
    check_memory(one, windows, known, batch_size)
    one.build(length=windows.length, n_channels=len(known.names), n_classes=n_classes, channels=known)


def _may_give_an_estimator(one: OwnFile) -> bool:
    text = one.file.read_text(encoding="utf-8", errors="replace")
    return not re.search(r"\bkeras\b", text) or re.search(r"\bsklearn\b|\baeon\b", text) is not None


@dataclass(frozen=True, slots=True)
class _FromFile:
    """Calls the function in a file, here or in another process."""

    file: OwnFile
    length: int
    n_channels: int
    n_classes: int

    def __call__(self) -> Any:
        return self.file.made(length=self.length, n_channels=self.n_channels, n_classes=self.n_classes)
