"""What a run is once its settings have met its data: all is decided here, once, and nothing below decides again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.baselines.estimators import Estimator
from stridenet.data.pack import identified
from stridenet.data.sets.table import TABLE
from stridenet.engine.identity import identity
from stridenet.errors import SettingError
from stridenet.evaluation.continuous import settled
from stridenet.evaluation.protocol import OF_PEOPLE, Ledger
from stridenet.evaluation.splits import USUAL_SHARE, Split, folds, kind_of
from stridenet.evaluation.whole import Whole
from stridenet.models.network import Network
from stridenet.runs import trial
from stridenet.runs.environment import DECIDING, describe_environment
from stridenet.runs.executors.choose import THREADS, choose
from stridenet.runs.store import Store
from stridenet.runs.trial import Turn
from stridenet.signals.windows import Windows
from stridenet.spec import REPEATS, RunSpec, SplitSpec, TrainSpec, digest, idle, idle_without_epochs

_FIRST_RESULT = 400_000
"""Training windows, counted in every epoch, fold and repeat, that a first result takes."""
FROM_PYTHON = "windows-from-python"
"""What settings call windows that no file holds."""
COMBINED = ("ensemble", "distill")
"""Settings that make one network of a run's repeats."""


@dataclass(frozen=True, eq=False)
class Resolved:
    """A run, ready to be trained.

    Args:
        spec: the settings, every default written out and every path absolute.
        network: what is trained, its settings typed: a network or an estimator.
        windows: all windows.
        splits: who is on which side, of each fold.
        executor: where the repeats are trained.
        why: why there.
        environment: versions and machine.
        objects: what :class:`stridenet.models.learner.KerasLearner` is given beside the settings.
        whole: the recordings, where a timeline is asked for.
        keeps: whether trained models are kept; where settings are only compared nobody needs them.
    """

    spec: RunSpec
    network: Network | Estimator
    windows: Windows
    splits: tuple[Split, ...]
    executor: str
    why: str
    environment: dict[str, str]
    objects: Mapping[str, Any] = field(default_factory=dict)
    whole: Whole | None = None
    keeps: bool = True

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """All trainings: fold after fold, so that what is compiled for a fold serves all its seeds."""
        return tuple(Turn(fold, seed) for fold in range(len(self.splits)) for seed in self.spec.seeds)

    @cached_property
    def content(self) -> str:
        """Identifies what the windows hold."""
        return trial.content(self.windows)

    @property
    def data(self) -> str:
        """Identifies the data that the windows were made from; windows from arrays are known by what they hold."""
        return self.windows.digest or self.content

    @cached_property
    def _deciding(self) -> dict[str, Any]:
        """All that decides a trial's numbers but its fold, its seed and its threads."""
        objects = {name: identity(one) for name, one in self.objects.items()}
        return ({"objects": objects} if objects else {}) | {
            "network": self.network.identity(),
            "prepare": self.spec.prepare,
            "train": self.spec.train.model_dump(mode="json"),
            "data": self.content,
            "code": trial.code(),
            "versions": {name: self.environment[name] for name in DECIDING},
        }

    @cached_property
    def choice(self) -> str:
        """Names all that was chosen: what decides the numbers, but not who is tested, how often or by which version."""
        chosen = {name: value for name, value in self._deciding.items() if name not in ("code", "versions")}
        chosen |= {"validation": self.spec.split.validation, "kind": self.spec.split.validation_kind}
        if self.whole is not None and self.spec.smoothing.name != "none":  # its timeline has figures of its own
            chosen["smoothing"] = self.spec.smoothing.model_dump(mode="json")
        return digest(chosen)

    @property
    def choices(self) -> tuple[str, ...]:
        """All whose figures are told: a network that learns from the repeats is a choice of its own."""
        return (self.choice, digest([self.choice, "distilled"])) if self.spec.distill else (self.choice,)

    @cached_property
    def _folds(self) -> tuple[str, ...]:
        return tuple(one.digest for one in self.splits)

    @cached_property
    def _answered(self) -> tuple[dict[str, str], ...]:
        """What else is answered in each fold: every window of the recordings that are tested."""
        if self.whole is None:
            return ({},) * len(self.splits)
        return tuple({"whole": trial.content(self.whole.tested(self.windows, one))} for one in self.splits)

    def decides(self, fold: int, executor: str | None = None) -> dict[str, Any]:
        """All but the seed: the threads of an executor decide the last digits."""
        threads = THREADS[executor or self.executor]
        return self._deciding | self._answered[fold] | {"fold": self._folds[fold], "threads": threads}

    @property
    def is_network(self) -> bool:
        """Whether it is a network, and not an estimator."""
        return not isinstance(self.network, Estimator)

    def key(self, turn: Turn, executor: str | None = None) -> str:
        """The key of the trial of this fold and seed."""
        return trial.key(self.decides(turn.fold, executor), turn.seed)

    @cached_property
    def name(self) -> str:
        """The run's name: its data, its network, and a digest of its trials."""
        people = self.windows.reading.people  # what is told of the same figures depends on it
        told = [people] if people else []
        kind = self.splits[0].kind  # the same sides by another protocol are told in other words
        told += [] if kind in OF_PEOPLE else [kind]
        if self.whole is not None:
            told += [self.whole.digest, self.spec.smoothing.model_dump_json()]
        told += [name for name in COMBINED if getattr(self.spec, name)]
        keys = digest([self.key(turn) for turn in self.turns] + told)
        return f"{Path(self.spec.data.name).stem}-{self.network.name}-{keys}"

    def sides(self) -> trial.BySide:
        """The windows of each side, by fold."""
        return trial.BySide(self.windows, self.splits, self.whole, teaches=self.spec.distill)

    @property
    def ledger(self) -> Ledger:
        """What the test data is used for: nothing but the test."""
        return Ledger()

    def needs_model(self, turn: Turn) -> bool:
        """Whether the trained model is kept; there is no file of an estimator that were safe to load."""
        return self.keeps and self.is_network and (self.spec.keep == "all" or turn == self.turns[0])

    def keep(self, store: Store, turn: Turn, outcome: trial.Outcome) -> None:
        """Stores what this trial left, with its model where that is kept."""
        fitted = outcome.fitted if self.needs_model(turn) else None
        store.keep(self.key(turn), outcome.arrays, self.decides(turn.fold), fitted)
        if fitted is not None:
            store.keep_program(self.key(turn))

    def there(self, store: Store) -> dict[Turn, str]:
        """The keys of the trials that are trained already.

        Where the executor was not asked for, those of another one serve as well: only their last digits differ.
        """
        kinds = [self.executor] + ([e for e in THREADS if e != self.executor] if self.spec.executor == "auto" else [])
        found, more = {}, [trial.TEACHING] if self.spec.distill else []
        for turn in self.turns:
            keys = (self.key(turn, kind) for kind in kinds)
            whole = (k for k in keys if store.get(k, model=self.needs_model(turn), more=more) is not None)
            if (key := next(whole, None)) is not None:
                found[turn] = key
        return found


def resolve(
    spec: RunSpec,
    windows: Windows,
    network: Network | Estimator,
    *,
    objects: Mapping[str, Any] | None = None,
    splitter: Any | None = None,
    whole: Whole | None = None,
) -> Resolved:
    """Settles everything that depends on the data.

    Raises:
        SplitError: the people or the classes do not allow the split.
        SettingError: a setting that was given and would do nothing with this data.
    """
    if (spec.split.kind == "own") != (splitter is not None) and (spec.split.kind or splitter is None):
        raise SettingError(
            "split.kind = 'own' needs the splitter, which Python gives: run(spec, splitter=...), without another kind."
        )
    estimator = network if isinstance(network, Estimator) else None
    refuse_idle(spec, windows, own=splitter is not None)
    if estimator:
        refuse_without_epochs(spec, estimator, objects or {})
    if network.raw and spec.prepare != "none":
        raise SettingError(
            f"prepare = {spec.prepare!r} would do nothing, for {network.name} takes raw units and scales them by "
            "itself; leave it out."
        )
    windows = identified(windows)
    splits = folds(windows, spec.split, splitter=splitter)
    if whole is not None:
        whole.check(windows, splits)
        spec = spec.model_copy(update={"smoothing": settled(spec.smoothing, windows.length_s)})
    own = network.training(min(len(one.train) for one in splits), len(windows.classes))
    unsaid = {name: value for name, value in own.items() if name not in spec.train.model_fields_set}
    spec = spec.model_copy(update={"train": _trained(spec.train, unsaid)})
    usual = _usual_repeats(splits, spec.train.epochs) if estimator is None or estimator.drawn else 1
    spec = spec.model_copy(update={"repeats": spec.repeats or usual, "split": _written_out(spec.split, splits)})
    refuse_to_combine(spec, network, objects or {})
    if spec.ensemble:
        spec = spec.model_copy(update={"keep": "all"})
    executor, why = choose(spec, splits, portable=network.portable, network=not estimator)
    if objects and spec.executor not in ("auto", "here"):
        raise SettingError(
            f"executor = {spec.executor!r}: {', '.join(objects)} came as objects, which train in this process; use "
            "executor = 'here'."
        )
    if objects:
        executor, why = "here", f"{', '.join(objects)} came as objects"
    data, model = spec.data, spec.model
    if data.name not in (*TABLE, FROM_PYTHON):
        data = data.model_copy(update={"name": str(Path(data.name).expanduser().resolve())})
    model = model.model_copy(update={"name": network.address, "settings": network.settings()})
    written_out = spec.model_copy(update={"data": data, "model": model})
    environment = describe_environment() | (estimator.versions if estimator else {})
    return Resolved(written_out, network, windows, splits, executor, why, environment, objects or {}, whole)


def _trained(spec: TrainSpec, unsaid: dict[str, Any]) -> TrainSpec:
    """The settings of the training, with what the network says of those that nobody gave."""
    given = spec.model_dump(mode="json", include=spec.model_fields_set)
    return TrainSpec(**unsaid | given) if unsaid else spec


def _usual_repeats(splits: Sequence[Split], epochs: int) -> int:
    """Ten of one split; of folds as few as let a first result come within a minute."""
    if len(splits) == 1:
        return REPEATS
    return int(np.clip(_FIRST_RESULT // (epochs * sum(len(one.train) for one in splits)), 1, 3))


def _written_out(spec: SplitSpec, splits: Sequence[Split]) -> SplitSpec:
    """The settings of the split, with what was decided by itself."""
    kind, n = splits[0].kind, len(splits)
    told: dict[str, Any] = {"kind": kind}
    if kind in ("by-person", "by-session", "by-time", "random"):
        told |= {"folds": n, "test": None} if n > 1 else {"folds": None, "test": spec.test or USUAL_SHARE}
    return spec.model_copy(update=told)


def refuse_without_epochs(spec: RunSpec, estimator: Estimator, objects: Mapping[str, Any]) -> None:
    """Refuses what was given for a network, where an estimator is trained.

    Raises:
        SettingError: such a setting or object.
    """
    why = idle_without_epochs(spec, estimator.name)
    if objects:
        why = f"{', '.join(objects)} would do nothing, for {estimator.name} is no network; leave it out"
    if why:
        raise SettingError(f"these settings do not go together: {why}.")


def refuse_to_combine(spec: RunSpec, network: Network | Estimator, objects: Mapping[str, Any]) -> None:
    """Refuses to make one network of repeats that are one, or that it cannot be made of.

    Raises:
        SettingError: it is asked for and cannot be.
    """
    asked = next((name for name in COMBINED if getattr(spec, name)), None)
    if asked is None:
        return
    if len(spec.seeds) == 1:
        raise SettingError(
            f"{asked} = true is made of several repeats, and there is 1; give --repeats 5, or leave it out."
        )
    if spec.ensemble and not network.portable:
        raise SettingError(
            f"ensemble = true: {network.name} has layers or classes of its own, and Keras cannot build it again from "
            "its description; decorate them with keras.saving.register_keras_serializable(), or leave it out."
        )
    if spec.distill and objects.get("loss") is not None:
        from stridenet.engine.objectives import refuse_numbers_alone

        refuse_numbers_alone(objects["loss"])


def refuse_combined(spec: RunSpec, what: str) -> None:
    """Refuses to make one network of repeats where that is not what is asked.

    Raises:
        SettingError: the settings ask for it.
    """
    for name in COMBINED:
        if getattr(spec, name):
            raise SettingError(f"{name} = true is for `stridenet run`, and {what}; leave it out.")


def refuse_idle(spec: RunSpec, windows: Windows, *, own: bool = False) -> None:
    """Refuses what was given and would do nothing with this data, or with a splitter of one's own.

    Raises:
        SettingError: such a setting.
    """
    if (why := idle(spec, "own" if own else kind_of(spec.split, windows))) is not None:
        raise SettingError(f"these settings do not go together: {why}.")
