"""The main job: read, cut, split, train the repeats, test, and leave a folder that tells it all.

Keras and JAX take seconds to load, and where workers train only they need them: so they are imported inside.
"""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path

import numpy as np

from stridenet import spec as specs
from stridenet.data import load as datasets
from stridenet.errors import unknown_name
from stridenet.evaluation.result import Result, collect
from stridenet.evaluation.splits import Split, kind_of, split
from stridenet.models import build as models
from stridenet.runs import folder as runfolder
from stridenet.runs.environment import describe_environment
from stridenet.runs.executors.choose import choose_engine, on_cpu
from stridenet.runs.executors.processes import Crew
from stridenet.signals.windows import Windows
from stridenet.spec import RunSpec
from stridenet.system.files import writing
from stridenet.system.machine import usable_cores
from stridenet.system.notes import Note, OnProgress, Progress, silent


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its result, its folder, and whether it was found there instead of trained now."""

    result: Result
    folder: Path
    found: bool

    def environment(self) -> dict[str, str]:
        """The versions and the machine that it was made with."""
        stored: dict[str, str] = json.loads((self.folder / "environment.json").read_text(encoding="utf-8"))
        return stored


def run(
    spec: RunSpec | None = None,
    *,
    out: Path | str = "runs",
    data_dir: Path | None = None,
    fresh: bool = False,
    note: Note | None = None,
    on_progress: OnProgress | None = None,
) -> Run:
    """Trains and tests a network as the settings say, and leaves a run folder.

    The folder is named by a digest of the settings, the data and the versions. A complete run of the same digest is
    returned as it is; an unfinished one goes on where it was.

    Args:
        spec: the settings; by default the built-in simulated data and the ``cnn`` preset.
        out: the folder that holds runs.
        data_dir: where to look for the data first.
        fresh: train again although a complete run is there.
        note: told, in sentences, what was found and done.
        on_progress: told after each epoch.

    Raises:
        StridenetError: the data, the settings or the folder do not allow it.
    """
    began = time.perf_counter()
    spec, note, on_progress, out = spec or RunSpec(), note or silent, on_progress or silent, Path(out)
    models.settings_of(spec.model.name, spec.model.settings)
    windows = load(spec, data_dir=data_dir, note=note)
    spec = resolve(spec, windows)
    sides = split(windows, spec.split, seed=spec.seed)
    environment = describe_environment()
    engine, why = choose_engine(spec, len(sides.train), cpu=on_cpu())
    spec = spec.model_copy(update={"engine": engine})  # threads decide the last digits, so the digest must know
    name = _name(spec, windows, environment)
    for line in runfolder.unfinished(out):
        note(f"found {line}")
    if not fresh and (out / name).exists():
        return _found(out / name, note)
    with closing(runfolder.Unfinished(out, name)) as stage:
        if not fresh and (out / name).exists():  # another process has finished it meanwhile
            return _found(out / name, note)
        _train(spec, windows, sides, stage, note, on_progress)
        result = collect(windows, sides, stage.repeats(spec.seeds))
        result.about["simulated"] = windows.source.startswith("simulated")
        result.about["seconds"] = time.perf_counter() - began
        result.about["engine"] = f"{engine} ({why})"
        _leave(stage, name, result, spec, environment)
        return Run(result, stage.publish(), found=False)


def _name(spec: RunSpec, windows: Windows, environment: dict[str, str]) -> str:
    """A run's name: its data, its network, and a digest of all that decides its numbers."""
    deciding = {k: environment[k] for k in ("stridenet", "keras", "jax", "numpy", "device")}
    digest = specs.digest(spec, data=windows.digest, **deciding)
    return f"{Path(spec.data.name).resolve().stem}-{spec.model.name}-{digest}"


def _train(
    spec: RunSpec, windows: Windows, sides: Split, stage: runfolder.Unfinished, note: Note, on_progress: OnProgress
) -> None:
    """Trains the repeats that are not there yet."""
    missing = stage.missing(spec.seeds)
    tell = _counting(spec, len(missing), on_progress)
    if not missing:
        return
    if spec.engine == "together" and on_cpu():
        with Crew(usable_cores(), note) as crew:
            crew.hire(len(missing))
            import_module("stridenet.views.pages.run")  # its libraries, while the workers load theirs
            for epoch in crew.train(spec, windows, sides, missing, stage.path):
                tell(*epoch)
        return
    from stridenet.runs.executors import one_program
    from stridenet.runs.trial import Experiment

    experiment = Experiment(spec, windows, sides)
    if spec.engine == "together":
        one_program.train(experiment, missing, stage.path, tell=tell, note=note)
        return
    for seed in missing:
        runfolder.keep(stage.path, seed, *experiment.repeat(seed, partial(tell, seed)))


def _leave(stage: runfolder.Unfinished, name: str, result: Result, spec: RunSpec, environment: dict[str, str]) -> None:
    """Writes all that a run leaves."""
    from stridenet.views.pages.run import write_report

    extra = {"about": result.about, "name": name, "seconds": result.about["seconds"]}
    settings = specs.to_toml(spec)
    runfolder.write(stage.ready, result, settings=settings, environment=environment, model=stage.model, extra=extra)
    with writing(stage.ready):
        write_report(stage.ready, result, spec, environment)


def _found(folder: Path, note: Note) -> Run:
    note(f"found this very run complete: {folder}; nothing is trained again (--fresh would)")
    return Run(runfolder.read(folder), folder, found=True)


def check(specs_: Sequence[RunSpec], *, data_dir: Path | None = None, note: Note | None = None) -> None:
    """Refuses what cannot be trained, before anything is: reads the data, draws the split, builds the networks.

    Raises:
        StridenetError: the first of these runs that is not possible.
    """
    for spec in specs_:
        models.settings_of(spec.model.name, spec.model.settings)
    seen: dict[str, Windows] = {}
    for spec in specs_:
        key = spec.data.model_dump_json()
        windows = seen.get(key) or seen.setdefault(key, load(spec, data_dir=data_dir, note=note))
        split(windows, spec.split, seed=spec.seed)
        models.build(
            spec.model.name,
            length=windows.length,
            n_channels=len(windows.channels),
            n_classes=len(windows.classes),
            settings=spec.model.settings,
        )


def load(spec: RunSpec, *, data_dir: Path | None = None, note: Note | None = None) -> Windows:
    """The windows that the settings name."""
    data = spec.data
    windows = datasets.load_windows(
        data.name,
        data_dir=data_dir,
        length=data.length,
        step=data.step,
        length_s=data.length_s,
        step_s=data.step_s,
        labels=data.labels,
        purity=data.purity,
        rate_hz=data.rate_hz,
        note=note,
    )
    return windows if data.people is None else only(windows, data.people)


def only(windows: Windows, people: Sequence[str]) -> Windows:
    """The windows of these people.

    Raises:
        UnknownNameError: a person who is not there.
    """
    for person in people:
        if person not in windows.people:
            raise unknown_name("person", person, windows.people)
    return windows.take(np.flatnonzero(np.isin(windows.group, list(people))))


def resolve(spec: RunSpec, windows: Windows) -> RunSpec:
    """The settings with every default that depends on the data written out."""
    settings = models.settings_of(spec.model.name, spec.model.settings).model_dump(mode="json", exclude_none=True)
    return spec.model_copy(
        update={
            "split": spec.split.model_copy(update={"kind": kind_of(spec.split, windows)}),
            "model": spec.model.model_copy(update={"settings": settings}),
        }
    )


def _counting(spec: RunSpec, n_missing: int, tell: OnProgress) -> Callable[[int, int, dict[str, float]], None]:
    """Turns the end of an epoch into how far the whole job is."""
    done = count(1)

    def on_epoch(seed: int, epoch: int, scores: dict[str, float]) -> None:
        epochs = spec.train.epochs
        tell(Progress(seed - spec.seed + 1, spec.repeats, epoch, epochs, scores, next(done), n_missing * epochs))

    return on_epoch
