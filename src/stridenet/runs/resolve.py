"""What a run is once its settings have met its data: all is decided here, once, and nothing below decides again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from stridenet.data.sets.table import TABLE
from stridenet.engine.identity import identity
from stridenet.errors import SettingError
from stridenet.evaluation.splits import Split, kind_of, split
from stridenet.models.network import Network
from stridenet.runs import trial
from stridenet.runs.environment import DECIDING, describe_environment
from stridenet.runs.executors.choose import THREADS, choose
from stridenet.runs.store import Store
from stridenet.signals.windows import Windows
from stridenet.spec import RunSpec, digest, idle

FROM_PYTHON = "windows-from-python"
"""What settings call windows that no file holds."""


@dataclass(frozen=True, eq=False)
class Resolved:
    """A run, ready to be trained.

    Args:
        spec: the settings, every default written out and every path absolute.
        network: what is trained, its settings typed.
        windows: all windows.
        split: who is on which side.
        executor: where the repeats are trained.
        why: why there.
        environment: versions and machine.
        objects: what :class:`stridenet.models.learner.KerasLearner` is given beside the settings.
    """

    spec: RunSpec
    network: Network
    windows: Windows
    split: Split
    executor: str
    why: str
    environment: dict[str, str]
    objects: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def deciding(self) -> dict[str, Any]:
        """All that decides a trial's numbers but its seed and its threads."""
        objects = {name: identity(one) for name, one in self.objects.items()}
        return ({"objects": objects} if objects else {}) | {
            "network": self.network.identity(),
            "prepare": self.spec.prepare,
            "train": self.spec.train.model_dump(mode="json"),
            "fold": self.split.digest,
            "data": trial.content(self.windows),
            "code": trial.code(),
            "versions": {name: self.environment[name] for name in DECIDING},
        }

    def decides(self, executor: str) -> dict[str, Any]:
        """The same with the threads: those of an executor decide the last digits."""
        return self.deciding | {"threads": THREADS[executor]}

    def key(self, seed: int, executor: str | None = None) -> str:
        """The key of the trial of this seed."""
        return trial.key(self.decides(executor or self.executor), seed)

    @property
    def name(self) -> str:
        """The run's name: its data, its network, and a digest of its trials."""
        people = self.windows.reading.people  # what is told of the same figures depends on it
        keys = digest([self.key(seed) for seed in self.spec.seeds] + ([people] if people else []))
        return f"{Path(self.spec.data.name).stem}-{self.network.name}-{keys}"

    def needs_model(self, seed: int) -> bool:
        """Whether the trained model of this seed is kept."""
        return self.spec.keep == "all" or seed == self.spec.seed

    def keep(self, store: Store, seed: int, outcome: trial.Outcome) -> None:
        """Stores what the trial of this seed left, with its model where that is kept."""
        fitted = outcome.fitted if self.needs_model(seed) else None
        store.keep(self.key(seed), outcome.arrays, self.decides(self.executor), fitted)

    def there(self, store: Store) -> dict[int, str]:
        """The keys of the trials that are trained already, by seed.

        Where the executor was not asked for, those of another one serve as well: only their last digits differ.
        """
        kinds = [self.executor] + ([e for e in THREADS if e != self.executor] if self.spec.executor == "auto" else [])
        found = {}
        for seed in self.spec.seeds:
            keys = (self.key(seed, kind) for kind in kinds)
            whole = (k for k in keys if store.get(k, model=self.needs_model(seed)) is not None)
            if (key := next(whole, None)) is not None:
                found[seed] = key
        return found


def resolve(spec: RunSpec, windows: Windows, network: Network, *, objects: Mapping[str, Any] | None = None) -> Resolved:
    """Settles everything that depends on the data.

    Raises:
        SplitError: the people or the classes do not allow the split.
        SettingError: a setting that was given and would do nothing with this data.
    """
    refuse_idle(spec, windows)
    sides = split(windows, spec.split)
    executor, why = choose(spec, len(sides.train), portable=network.portable)
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
    kind = kind_of(spec.split, windows)
    written_out = spec.model_copy(
        update={"data": data, "model": model, "split": spec.split.model_copy(update={"kind": kind})}
    )
    return Resolved(written_out, network, windows, sides, executor, why, describe_environment(), objects or {})


def refuse_idle(spec: RunSpec, windows: Windows) -> None:
    """Refuses what was given and would do nothing with this data.

    Raises:
        SettingError: such a setting.
    """
    if (why := idle(spec, kind_of(spec.split, windows))) is not None:
        raise SettingError(f"these settings do not go together: {why}.")
