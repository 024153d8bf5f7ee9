"""One network of all repeats: their mean as a model of its own, or one more that learns what they say together.

What is learnt is what the repeats say of the windows that they were trained on: nobody who validates or is tested is
asked. (Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015.)
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.evaluation.result import Result
from stridenet.models.own import OwnFile
from stridenet.runs.resolve import Resolved
from stridenet.runs.store import Store
from stridenet.runs.trial import TEACHING, BySide, Sides, Turn
from stridenet.signals.channels import Channels
from stridenet.system.files import writing
from stridenet.system.notes import Note

ENSEMBLE, DISTILLED = "ensemble.keras", "distilled.keras"


class Lesson(NamedTuple):
    """What is learnt in a fold.

    Args:
        teachers: the keys of the trials that said it.
        soft: shape (window, class), the mean of what they say of the training windows.
    """

    teachers: tuple[str, ...]
    soft: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Student(Resolved):
    """A run of one repeat that learns from the repeats of another; ``lessons`` are by fold."""

    lessons: tuple[Lesson, ...] = ()

    def decides(self, fold: int, executor: str | None = None) -> dict[str, Any]:
        """The teachers too."""
        return super().decides(fold, executor) | {"teachers": self.lessons[fold].teachers}

    def sides(self) -> BySide:
        """The sides of the run that it learns from, with what is learnt."""
        return _Taught(self)


class _Taught(BySide):
    """Sides whose training windows have soft targets."""

    def __init__(self, run: Student) -> None:
        super().__init__(run.windows, run.splits)
        self._lessons = run.lessons

    def _made(self, fold: int) -> Sides:
        return super()._made(fold)._replace(soft=self._lessons[fold].soft)


def student_turn(job: Resolved, fold: int = 0) -> Turn:
    """The turn of the network that learns from this run's: its seed is the one after theirs."""
    return Turn(fold, job.spec.seeds[-1] + 1)


def student(job: Resolved, trials: Mapping[Turn, str], store: Store, note: Note) -> Student | None:
    """What learns from this run's trials; None, which is told, where fewer than two of a fold are whole."""
    lessons = [_lesson([trials[Turn(fold, seed)] for seed in job.spec.seeds], store) for fold in range(len(job.splits))]
    if min(len(one.teachers) for one in lessons) < 2:
        note("too many trainings broke: nothing is distilled")
        return None
    note(f"one network more learns what the {len(job.spec.seeds)} repeats say of their training windows")
    parts = {one.name: getattr(job, one.name) for one in fields(Resolved)}
    alone = {"repeats": 1, "seed": student_turn(job).seed, "keep": "first", "ensemble": False, "distill": False}
    parts |= {"spec": job.spec.model_copy(update=alone), "whole": None}
    if job.executor == "one-program":
        parts |= {"executor": "here", "why": "a single repeat"}
    return Student(**parts, lessons=tuple(lessons))


def _lesson(keys: list[str], store: Store) -> Lesson:
    """The mean of those that are numbers."""
    teachers, total = [], np.zeros(1)
    for key in keys:
        said = (store.get(key, more=[TEACHING]) or {})[TEACHING]
        if np.isfinite(said).all():
            teachers.append(key)
            total = total + said
    return Lesson(tuple(teachers), (total / max(1, len(teachers))).astype(np.float32))


def check(job: Resolved) -> None:
    """Refuses, before anything is trained, a network of which no ensemble can be built.

    Raises:
        SettingError: it has layers that Keras cannot build again.
    """
    if job.spec.ensemble and isinstance(job.network, OwnFile):
        from stridenet.engine import averaged

        known, n_classes = Channels.of(job.windows), len(job.windows.classes)
        length, n_channels = job.windows.length, len(known.names)
        averaged.check(job.network.build(length=length, n_channels=n_channels, n_classes=n_classes, channels=known))


def leave(folder: Path, job: Resolved, result: Result, trials: Mapping[Turn, str], store: Store) -> None:
    """Writes the models of the first fold: the mean of the repeats that did not break, and what learnt from them."""
    with writing(folder):
        whole = [seed for seed in job.spec.seeds if seed not in result.diverged]
        if job.spec.ensemble and len(whole) > 1:
            from stridenet.engine.averaged import averaged

            files = {f"repeat_{seed}": store.model(trials[Turn(0, seed)]) for seed in whole}
            averaged(files).save(folder / ENSEMBLE)
        if result.distilled is not None:
            shutil.copyfile(store.model(trials[student_turn(job)]), folder / DISTILLED)
