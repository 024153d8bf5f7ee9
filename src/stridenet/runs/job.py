"""The main job: read, cut, split, train the repeats, test, and leave a folder that tells it all.

Keras and JAX take seconds to load, and where workers train only they need them: so they are imported inside.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stridenet.baselines.estimators import Estimator
from stridenet.data import load as datasets
from stridenet.data.sets.table import TABLE
from stridenet.errors import SettingError, unknown_name
from stridenet.evaluation.alarms import alarms
from stridenet.evaluation.result import Result, collect
from stridenet.evaluation.whole import whole_of
from stridenet.models import recipes
from stridenet.runs import combined, portable, readings
from stridenet.runs import folder as runfolder
from stridenet.runs.executors.choose import on_cpu
from stridenet.runs.resolve import FROM_PYTHON, Resolved, resolve
from stridenet.runs.store import Store
from stridenet.runs.trial import Turn
from stridenet.signals.cards import Card
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows
from stridenet.spec import DataSpec, ReadSpec, RunSpec, to_toml
from stridenet.system.files import writing
from stridenet.system.machine import usable_cores
from stridenet.system.notes import Note, OnProgress, Progress, Tell, silent

if TYPE_CHECKING:
    from stridenet.runs.executors.processes import Crew


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its result, its folder, and whether it was found there instead of made now."""

    result: Result
    folder: Path
    found: bool

    def __repr__(self) -> str:
        return str(self._card())

    def _repr_html_(self) -> str:
        return self._card().html()

    def _card(self) -> Card:
        facts = [("alarm", str(alarm)) for alarm in alarms(self.result)]
        return Card(
            f"Run {self.folder.name}", [*facts, *self.result.card().facts, ("report", f"{self.folder / 'report.html'}")]
        )

    def environment(self) -> dict[str, str]:
        """The versions and the machine that it was made with."""
        stored: dict[str, str] = json.loads((self.folder / "environment.json").read_text(encoding="utf-8"))
        return stored


def run(
    spec: RunSpec | None = None,
    *,
    model: Any | None = None,
    optimizer: Any | None = None,
    loss: Any | None = None,
    callbacks: Sequence[Any] = (),
    windows: Windows | None = None,
    recordings: Sequence[Recording] | None = None,
    splitter: Any | None = None,
    out: Path | str = "runs",
    data_dir: Path | str | None = None,
    fresh: bool = False,
    note: Note | None = None,
    on_progress: OnProgress | None = None,
) -> Run:
    """Trains and tests a network or an estimator as the settings say, and leaves a run folder.

    Every repeat is a trial that is kept in ``out/trials`` under all that decides its numbers: a trial that is there is
    not trained again, whichever run asks for it. A complete run of the same trials is returned as it is.

    Args:
        spec: the settings; by default the built-in simulated data and the ``cnn`` preset.
        model: a Keras model, an estimator of scikit-learn's kind, or a function that gives one of them, in place of
            ``spec.model``. A model is taken as an architecture: each repeat starts from new random weights; of an
            estimator each repeat trains a copy with its seed as ``random_state``. A function is given those of
            ``length``, ``n_channels``, ``n_classes`` and ``input_shape`` that it has as arguments.
        optimizer: an optimizer of a class of one's own; Keras' own go into ``spec.train``, where they are kept. So do
            ``loss`` and ``callbacks``. What they are made of names the trials, and they train in this process.
        loss: a loss of one's own, see :class:`stridenet.engine.trainer.Trainer`.
        callbacks: Keras callbacks; each training gets copies of them.
        windows: already read and cut, in place of ``spec.data``.
        recordings: that they were cut from; ``spec.timeline`` needs them.
        splitter: of scikit-learn's kind, in place of ``spec.split.kind``; it is given the people as groups, see
            :func:`stridenet.evaluation.splits.folds`.
        out: the folder that holds runs.
        data_dir: where to look for the data first.
        fresh: train again although it is there.
        note: told, in sentences, what was found and done.
        on_progress: told after each epoch.

    Raises:
        StridenetError: the data, the settings or the folder do not allow it.
    """
    began = time.perf_counter()
    given = {"optimizer": optimizer, "loss": loss, "callbacks": tuple(callbacks)}
    objects = {name: one for name, one in given.items() if one}
    if spec is not None and not isinstance(spec, RunSpec):
        raise SettingError(
            f"run: the settings are a {type(spec).__name__}, and must be a RunSpec; data from Python goes beside them: "
            "run(spec, windows=cut(read(data), length_s=2.56))."
        )
    spec = spec or RunSpec()
    if windows is not None:  # no file holds them, and the settings must not name another
        spec = spec.model_copy(update={"data": DataSpec(name=FROM_PYTHON)})
    job = prepare(
        spec, model=model, objects=objects, windows=windows, recordings=recordings, splitter=splitter,
        data_dir=data_dir, note=note,
    )  # fmt: skip
    return perform(job, out=out, fresh=fresh, note=note, on_progress=on_progress, began=began)


def prepare(
    spec: RunSpec,
    *,
    model: Any | None = None,
    objects: Mapping[str, Any] | None = None,
    windows: Windows | None = None,
    recordings: Sequence[Recording] | None = None,
    splitter: Any | None = None,
    data_dir: Path | str | None = None,
    note: Note | None = None,
) -> Resolved:
    """Reads the data and decides everything; see :func:`run` for the arguments."""
    named = recipes.recipe(spec.model) if model is None else None  # refused before the data is read
    if windows is None:
        loaded = load(spec, data_dir=data_dir, note=note)
        windows, recordings = loaded.windows, loaded.recordings
    whole = whole_of(windows, recordings) if spec.timeline else None
    chosen = recipes.settled(named, windows) if named else recipes.from_python(model, windows)
    return resolve(spec, windows, chosen, objects=objects, splitter=splitter, whole=whole)


def perform(
    job: Resolved,
    *,
    out: Path | str = "runs",
    fresh: bool = False,
    note: Note | None = None,
    on_progress: OnProgress | None = None,
    began: float | None = None,
) -> Run:
    """Trains what is missing of a run and leaves its folder; see :func:`run` for the arguments."""
    began = time.perf_counter() if began is None else began
    note, on_progress, out, name = note or silent, on_progress or silent, Path(out), job.name
    with writing(out):
        runfolder.tidy(out)
        there = (out / name).exists()
    if there and not fresh:
        return _found(out / name, note)
    with closing(runfolder.Stage(out, name)) as stage:
        if not fresh and (out / name).exists():  # another process has finished it meanwhile
            return _found(out / name, note)
        combined.check(job)
        result, trials, store = trained(job, out, note=note, on_progress=on_progress, fresh=fresh, began=began)
        read = max(readings.add(out, job, choice, note) for choice in job.choices)
        ledger = replace(result.ledger, readings=read)
        result = replace(result, ledger=ledger, total_seconds=time.perf_counter() - began)
        _leave(stage, job, result, store, trials, note)
        return Run(result, stage.publish(), found=False)


def trained(
    job: Resolved,
    out: Path,
    *,
    note: Note = silent,
    on_progress: OnProgress = silent,
    fresh: bool = False,
    began: float | None = None,
) -> tuple[Result, dict[Turn, str], Store]:
    """Trains what is missing: the result, the key of each trial, and where they are kept."""
    began = time.perf_counter() if began is None else began
    store = Store(out, note)
    try:
        trials = _train(job, store, note, on_progress, fresh=fresh)
        student = combined.student(job, trials, store, note) if job.spec.distill else None
        learnt = _train(student, store, note, on_progress, fresh=fresh) if student else {}
    finally:
        store.tidy()
    result = replace(_collected(job, trials, store), ledger=job.ledger)
    if student:
        result = replace(result, distilled=replace(_collected(student, learnt, store), held=None))
    return replace(result, total_seconds=time.perf_counter() - began), trials | learnt, store


def _collected(job: Resolved, trials: Mapping[Turn, str], store: Store) -> Result:
    """The result of these trials."""
    arrays = {turn: store.get(key) or {} for turn, key in trials.items()}
    where = f"{job.executor} ({job.why})"
    windows = replace(job.windows, digest=job.data)
    result = collect(windows, job.splits, arrays, executor=where, whole=job.whole, smoothing=job.spec.smoothing)
    return replace(result, provenance=replace(result.provenance, content=job.content))


def _train(job: Resolved, store: Store, note: Note, on_progress: OnProgress, *, fresh: bool) -> dict[Turn, str]:
    """Trains the trials that are not there yet; the key of each."""
    if fresh:
        store.forget(job.key(turn) for turn in job.turns)
    n = len(job.spec.seeds)
    if isinstance(job.network, Estimator) and not job.network.drawn and n > 1:
        note(f"{job.network.name} draws nothing: all {n} repeats give the same numbers; --repeats 1 would do")
    there = {} if fresh else job.there(store)
    missing = [turn for turn in job.turns if turn not in there]
    if there:
        what = "repeats trained" if len(job.splits) == 1 else "trainings done"
        note(f"found {len(there)} of {len(job.turns)} {what} already")
    if others := [turn for turn, key in there.items() if key != job.key(turn)]:
        note(f"{len(others)} of them were trained by another executor than {job.executor}: last digits can differ")
    if missing:
        execute(job, missing, store, note, counting(job, count(1), len(missing) * epochs_of(job), on_progress))
    return {turn: there.get(turn) or job.key(turn) for turn in job.turns}


def crew(note: Note = silent, *, networks: bool = True) -> "Crew":
    """Workers for every core, or one where networks have another device; nobody is hired yet."""
    from stridenet.runs.executors.processes import WORKER, WORKER_OF_ESTIMATORS, Crew

    cores = usable_cores() if not networks or on_cpu() else [None]
    return Crew(cores, note, WORKER if networks else WORKER_OF_ESTIMATORS)


def execute(
    job: Resolved, turns: Sequence[Turn], store: Store, note: Note, tell: Tell, *, workers: "Crew | None" = None
) -> None:
    """Hands these trials to the executor; workers that are given stay for another job."""
    if job.executor == "here":
        from stridenet.runs.executors import here

        here.train(job, turns, store, tell=tell, note=note)
    elif job.executor == "one-program":
        from stridenet.runs.executors import one_program

        one_program.train(job, turns, store, tell=tell, note=note)
    else:
        with nullcontext(workers) if workers else crew(note, networks=job.is_network) as at_work:
            at_work.hire(len(turns))
            import_module("stridenet.views.pages.run")  # its libraries, while the workers load theirs
            for epoch in at_work.train(job, [job.turns.index(turn) for turn in turns], store):
                tell(*epoch)


def _leave(
    stage: runfolder.Stage, job: Resolved, result: Result, store: Store, trials: dict[Turn, str], note: Note
) -> None:
    """Writes all that a run leaves."""
    from stridenet.views.pages.run import write_report

    runfolder.write(
        stage.ready,
        result,
        name=stage.final.name,
        trials=trials,
        settings=to_toml(job.spec),
        environment=job.environment,
        models={turn: store.model(trials[turn]) for turn in job.turns if job.needs_model(turn)},
    )
    combined.leave(stage.ready, job, result, trials, store)
    own = {turn: trials[turn] for turn in job.turns}
    portable.write_bundles(stage.ready, lambda _: job, result, store, own, stage.final.name, note)
    with writing(stage.ready):
        write_report(stage.ready, result, job.spec, job.environment, place=stage.final)


def _found(folder: Path, note: Note) -> Run:
    result = runfolder.read(folder)
    note(f"found this very run complete: {folder}; nothing is trained again (--fresh would)")
    return Run(result, folder, found=True)


def prepare_all(
    specs: Sequence[RunSpec], *, data_dir: Path | str | None = None, note: Note | None = None
) -> list[Resolved]:
    """The same for several runs, each data read once; refuses what cannot be trained, before anything is.

    Raises:
        StridenetError: the first of these runs that is not possible.
    """
    for spec in specs:
        recipes.recipe(spec.model)
    seen: dict[str, datasets.Loaded] = {}
    jobs = []
    for spec in specs:
        key = spec.data.model_dump_json()
        if key not in seen:
            seen[key] = load(spec, data_dir=data_dir, note=note)
        windows = seen[key].windows
        job = prepare(spec, windows=windows, recordings=seen[key].recordings, data_dir=data_dir, note=note)
        recipes.try_out(job.network, windows, spec.train.batch_size)
        jobs.append(job)
    return jobs


def load(spec: RunSpec, *, data_dir: Path | str | None = None, note: Note | None = None) -> datasets.Loaded:
    """The windows that the settings name, and the recordings that they were cut from, where there are any."""
    data = spec.data
    loaded = datasets.load_with_recordings(
        data.name,
        data_dir=data_dir,
        length=data.length,
        step=data.step,
        length_s=data.length_s,
        step_s=data.step_s,
        labels=data.labels,
        purity=data.purity,
        note=note,
        **data.model_dump(include=set(ReadSpec.model_fields), exclude_defaults=True),
    )
    if data.people is None:
        return loaded
    kept = None if loaded.recordings is None else [one for one in loaded.recordings if one.group in data.people]
    return replace(loaded, windows=only(loaded.windows, data.people), recordings=kept)


def load_whole(spec: RunSpec) -> datasets.Loaded | None:
    """Own recordings of which no window can be cut as the settings say, in windows as long as the longest."""
    said = spec.data.model_dump(include=set(ReadSpec.model_fields), exclude_defaults=True)
    if spec.data.name in TABLE:
        return None
    try:
        longest = max(recording.n_samples for recording in datasets.read(spec.data.name, **said))
    except SettingError:  # a known data set by its path
        return None
    return datasets.load_with_recordings(spec.data.name, length=longest, **said)


def only(windows: Windows, people: Sequence[str]) -> Windows:
    """The windows of these people.

    Raises:
        UnknownNameError: a person who is not there.
    """
    for person in people:
        if person not in windows.people:
            raise unknown_name("person", person, windows.people)
    return windows.take(np.flatnonzero(np.isin(windows.group, list(people))))


def epochs_of(job: Resolved) -> int:
    """How many epochs a training tells of; an estimator's training is one."""
    return job.spec.train.epochs if job.is_network else 1


def counting(job: Resolved, done: Iterator[int], total: int, tell: OnProgress) -> Tell:
    """Turns the end of an epoch of this job into how far all epochs are; ``done`` counts them."""

    def on_epoch(place: int, epoch: int, scores: dict[str, float]) -> None:
        turn = job.turns[place]
        repeat, repeats = turn.seed - job.spec.seed + 1, len(job.spec.seeds)
        at = (turn.fold + 1, len(job.splits), repeat, repeats, epoch, epochs_of(job))
        tell(Progress(*at, scores, next(done), total))

    return on_epoch
