"""Settings chosen on training people only, then trained on all of them; the test people are read once, at the end."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.errors import SettingError, unknown_name
from stridenet.evaluation.composed import composed
from stridenet.evaluation.nested import better, inner, same_people
from stridenet.evaluation.protocol import OF_PEOPLE, Ledger
from stridenet.evaluation.result import Result, collect
from stridenet.evaluation.scores import RANGES
from stridenet.runs import folder as runfolder
from stridenet.runs import grid as grids
from stridenet.runs import job as jobs
from stridenet.runs import portable, readings, several
from stridenet.runs.candidates import FILE, Candidate, first_best, most_chosen, read, scored, table
from stridenet.runs.job import Run
from stridenet.runs.resolve import Resolved, refuse_combined
from stridenet.runs.store import Store
from stridenet.runs.trial import Turn
from stridenet.signals.cards import Card
from stridenet.signals.wording import counted, one_line, short
from stridenet.spec import RunSpec, digest, to_toml
from stridenet.system.files import write_aside, writing
from stridenet.system.notes import Note, OnProgress, silent

_NOT_CHOSEN = ("split", "repeats", "seed", "executor", "keep", "data.name", "data.people")
_OTHER_TRUTH = ("data.labels", "data.purity", "data.label", "data.merge_labels", "data.person", "data.people_from")


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen in each fold, by which scores, and the run that the chosen settings gave.

    Args:
        run: its result has each person's answers of the setting that was chosen without them.
        candidates: every setting, in the order of the grid.
        chosen: of each fold, the place of the chosen setting among the candidates.
        by: the score that chose.
    """

    run: Run
    candidates: tuple[Candidate, ...]
    chosen: tuple[int, ...]
    by: str

    @property
    def result(self) -> Result:
        """The run's."""
        return self.run.result

    @property
    def folder(self) -> Path:
        """The run's; its page of the choice is ``selection.html``."""
        return self.run.folder

    @property
    def agreed(self) -> float:
        """The share of folds that chose the setting which most folds chose."""
        return float(np.bincount(self.chosen).max() / len(self.chosen))

    def rows(self) -> list[dict[str, Any]]:
        """A plain row per setting, see :func:`stridenet.runs.candidates.table`."""
        return table(self.candidates, self.chosen, better(self.by))

    def __repr__(self) -> str:
        return str(self._card())

    def _repr_html_(self) -> str:
        return self._card().html()

    def _card(self) -> Card:
        n = len(self.chosen)
        counts = np.bincount(self.chosen, minlength=len(self.candidates))
        facts = [
            (short(one_line(self.candidates[i].label), 60), f"chosen in {counts[i]} of {counted(n, 'fold')}")
            for i in np.argsort(-counts, kind="stable")
            if counts[i]
        ]
        return Card(
            f"Chosen among {counted(len(self.candidates), 'setting')} on training people",
            [*facts, *self.result.card().facts, ("page", str(self.folder / "selection.html"))],
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that is decided before anything is trained.

    Args:
        values: of each setting.
        trying: a job per setting, whose splits are the inner folds of all outer folds, one after the other.
        testing: a job per setting, whose splits are the outer folds.
        n_inner: inner folds of each outer fold.
        by: the score that chooses.
    """

    values: list[dict[str, Any]]
    trying: list[Resolved]
    testing: list[Resolved]
    n_inner: list[int]
    by: str

    @property
    def choice(self) -> str:
        """Names all that was chosen from, and how."""
        return digest(["selected", [one.choice for one in self.testing], self._how])

    @property
    def name(self) -> str:
        """The run's name, which is known before anything is trained."""
        keys = [[one.key(turn) for turn in one.turns] for one in (*self.trying, *self.testing)]
        first = self.testing[0]
        return f"{Path(first.spec.data.name).stem}-{first.network.name}-selected-{digest([keys, self._how])}"

    @property
    def _how(self) -> list[Any]:
        return [self.n_inner, self.by]


def select(
    settings: dict[str, Any],
    grid: Mapping[str, Sequence[Any]],
    *,
    inner_folds: int = 3,
    by: str = "accuracy",
    out: Path | str = "runs",
    data_dir: Path | str | None = None,
    note: Note | None = None,
    on_progress: OnProgress | None = None,
) -> Selection:
    """Chooses settings on training people, by cross-validation over people inside each fold, and tests what was chosen.

    For each fold of the protocol every setting is trained once without each inner fold of the people who train there;
    the best mean score is chosen, of ties the one with fewer parameters, then the first of the grid. It is trained
    again on all who train there, as often as repeats are asked for, and only that one answers for the test people.

    Args:
        settings: nested settings that all combinations share.
        grid: values by dotted name; sizes of windows may be among them. One value is a setting of all.
        inner_folds: how often the training people are divided; each of them is tested once.
        by: a score, such as ``"macro-f1"``.
        out: the folder that holds runs.
        data_dir: where to look for the data first.
        note: told what is found and done.
        on_progress: told after each epoch.

    Raises:
        StridenetError: a combination that the data or the settings do not allow, or people that cannot be divided.
    """
    note, on_progress, out, began = note or silent, on_progress or silent, Path(out), time.perf_counter()
    plan = _planned(grids.specs(settings, grid), grid, inner_folds, score_named(by), data_dir, note)
    name = plan.name
    with writing(out):
        runfolder.tidy(out)
    if (out / name).exists():
        return _found(out / name, note)
    with closing(runfolder.Stage(out, name)) as stage:
        if (out / name).exists():  # another process has finished it meanwhile
            return _found(out / name, note)
        store = Store(out, note)
        try:
            return _performed(plan, stage, store, began, note, on_progress)
        finally:
            store.tidy()


def score_named(by: str) -> str:
    """A score by its name, with blanks, dashes or low lines.

    Raises:
        UnknownNameError: no such score.
    """
    name = by.strip().lower().replace("-", "_").replace(" ", "_")
    if name not in RANGES:
        raise unknown_name("score", by, [one.replace("_", "-") for one in RANGES])
    return name


def _planned(
    pairs: list[tuple[dict[str, Any], RunSpec]],
    grid: Mapping[str, Sequence[Any]],
    inner_folds: int,
    by: str,
    data_dir: Path | str | None,
    note: Note,
) -> _Plan:
    if inner_folds < 2:
        raise SettingError(f"inner folds = {inner_folds}: settings are chosen by 2 inner folds at least.")
    for name in (name for name, values in grid.items() if len(values) > 1):
        if any(name == one or name.startswith(f"{one}.") for one in _NOT_CHOSEN):
            raise SettingError(f"{name} cannot be chosen on training people; give one value of it.")
        if name in _OTHER_TRUTH:
            raise SettingError(
                f"{name} changes what the truth is, so that the easier question would be chosen; give one value of it."
            )
    specs = [one for _, one in pairs]
    for given in specs:
        refuse_combined(given, "settings are chosen by single networks")
        if given.timeline:
            raise SettingError(
                "timeline = true would do nothing while settings are chosen; leave it and smoothing out, and run what "
                "was chosen (`stridenet run --from RUN/settings.toml`) with --timeline."
            )
    if (kind := specs[0].split.kind) is not None and kind not in OF_PEOPLE:
        raise SettingError(
            f"split.kind = {kind!r}: settings are chosen and tested on people; use {', '.join(OF_PEOPLE)}."
        )
    resolved = jobs.prepare_all(specs, data_dir=data_dir, note=note)
    first = resolved[0]
    within = [inner(first.windows, one, inner_folds, first.spec.split) for one in first.splits]
    trying, testing = [], []
    for (values, _), one in zip(pairs, resolved, strict=True):
        what = ", ".join(f"{name} {value}" for name, value in grids.named(values).items())
        outer = tuple(same_people(first.windows, split, one.windows, what) for split in first.splits)
        folds = tuple(same_people(first.windows, split, one.windows, what) for some in within for split in some)
        spec = one.spec.model_copy(update={"repeats": first.spec.repeats, "split": first.spec.split})
        testing.append(replace(one, spec=spec, splits=outer))
        once = spec.model_copy(update={"repeats": 1, "keep": "first"})
        trying.append(replace(one, spec=once, splits=folds, keeps=False))
    plan = _Plan([values for values, _ in pairs], several.together(trying), testing, [len(one) for one in within], by)
    n_folds, n_settings = len(first.splits), len(pairs)
    if (fewest := min(plan.n_inner)) < inner_folds:
        note(f"{fewest} inner folds in place of {inner_folds}: no more people train in a fold")
    note(
        f"{counted(n_settings, 'setting')}, {counted(n_folds, 'fold')}: {n_settings * sum(plan.n_inner)} trainings "
        f"choose, {n_folds * len(first.spec.seeds)} are tested"
    )
    return plan


def _performed(
    plan: _Plan, stage: runfolder.Stage, store: Store, began: float, note: Note, on_progress: OnProgress
) -> Selection:
    labels = [", ".join(f"{n} {v}" for n, v in grids.named(values).items()) for values in plan.values]
    asked = [(label, one, one.turns) for label, one in zip(labels, plan.trying, strict=True)]
    tried = several.train(asked, store, note, on_progress)
    candidates = tuple(
        scored(values, one, keys, store, plan.n_inner, plan.by)
        for values, one, keys in zip(plan.values, plan.trying, tried, strict=True)
    )
    chosen = tuple(first_best(candidates, fold, better(plan.by)) for fold in range(len(plan.n_inner)))
    final = [
        (f"chosen: {labels[i]}", plan.testing[i], [turn for turn in plan.testing[i].turns if chosen[turn.fold] == i])
        for i in dict.fromkeys(chosen)
    ]
    final = [(name, one, turns) for (name, _, turns), one in zip(final, several.together(_jobs(final)), strict=True)]
    by_turn = {turn: key for keys in several.train(final, store, note, on_progress) for turn, key in keys.items()}
    trials = {turn: by_turn[turn] for turn in sorted(by_turn)}
    result = _result([plan.testing[i] for i in chosen], trials, store, final[0][1])
    ledger = Ledger(readings=readings.add(stage.final.parent, plan.testing[0], plan.choice, note))
    result = replace(result, ledger=ledger, total_seconds=time.perf_counter() - began)
    done = Selection(Run(result, stage.final, found=False), candidates, chosen, plan.by)
    most = plan.testing[most_chosen(candidates, chosen, better(plan.by))]
    inner_keys = [key for keys in tried for key in keys.values()]
    _leave(stage, done, most, trials, store, inner_keys, plan, note)
    stage.publish()
    return done


def _jobs(asked: Sequence[several.Asked]) -> list[Resolved]:
    return [one for _, one, _ in asked]


def _result(chosen: Sequence[Resolved], trials: Mapping[Turn, str], store: Store, how: Resolved) -> Result:
    """The answers of each fold's chosen setting."""
    arrays = {turn: store.get(key) or {} for turn, key in trials.items()}
    told = f"{how.executor} ({how.why})"
    first = chosen[0]
    if all(one.windows is first.windows for one in chosen):
        result = collect(first.windows, first.splits, arrays, executor=told)
        return replace(result, provenance=replace(result.provenance, content=first.content))
    parts = []
    for fold, one in enumerate(chosen):
        own = {Turn(0, turn.seed): a for turn, a in arrays.items() if turn.fold == fold}
        parts.append(collect(one.windows, [one.splits[fold]], own, executor=told))
    return composed(parts)


def _leave(
    stage: runfolder.Stage,
    done: Selection,
    most: Resolved,
    trials: dict[Turn, str],
    store: Store,
    inner_keys: Sequence[str],
    plan: _Plan,
    note: Note,
) -> None:
    from stridenet.views.pages.run import write_report
    from stridenet.views.pages.selection import write_selection

    runfolder.write(
        stage.ready,
        done.result,
        name=stage.final.name,
        trials=trials,
        settings=to_toml(most.spec),
        environment=most.environment,
        models={turn: store.model(key) for turn, key in trials.items() if most.needs_model(turn)},
        inner=inner_keys,
    )
    portable.write_bundles(
        stage.ready,
        lambda turn: plan.testing[done.chosen[turn.fold]],
        done.result,
        store,
        trials,
        stage.final.name,
        note,
    )
    told = {"format": 1, "by": done.by, "inner_folds": plan.n_inner, "chosen": done.chosen}
    told |= {"candidates": [one.plain() for one in done.candidates]}
    write_aside(stage.ready / FILE, json.dumps(told, indent=1) + "\n")
    with writing(stage.ready):
        how = _how(done)
        write_report(stage.ready, done.result, most.spec, most.environment, place=stage.final, more=[("Settings", how)])
        write_selection(stage.ready, done.rows(), done.result, done.by, plan.n_inner, how)


def _how(done: Selection) -> str:
    n, n_settings = len(done.chosen), len(done.candidates)
    most = done.candidates[most_chosen(done.candidates, done.chosen, better(done.by))].label
    if n == 1:
        return f"{most}: the best of {n_settings} on training people; see selection.html."
    every = "in every fold" if done.agreed == 1 else f"in {round(done.agreed * n)} of {n} folds"
    return f"{most}: the best of {n_settings} on the training people {every}; see selection.html."


def _found(folder: Path, note: Note) -> Selection:
    result = runfolder.read(folder)
    note(f"found this very choice complete: {folder}; nothing is trained again")
    candidates, chosen, by = read(folder)
    return Selection(Run(result, folder, found=True), candidates, chosen, by)
