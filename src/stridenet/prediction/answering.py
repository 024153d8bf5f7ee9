"""Predictions: what one model says of new recordings, or several that vote, with all that is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, SettingError, short, unknown_name
from stridenet.evaluation.timeline import Timeline
from stridenet.prediction.fitting import check_size
from stridenet.prediction.lines import Line, lines
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.wording import counted, listed, words
from stridenet.system.notes import Note, in_tenths, silent
from stridenet_runtime.answers import UNKNOWN_NAME, Answers, Task, person, voted
from stridenet_runtime.predictor import Engine, Predictor

Counts = npt.NDArray[np.int64]
_BLOCK = 1 << 18
_DRAWN = 200_000
"""Samples of a timeline; of longer ones every second, third ... is drawn."""


@dataclass(frozen=True, eq=False)
class Scores:
    """How well labelled samples were named.

    Args:
        confusion: shape (true class, class named), samples; the last column are those that are unknown.
        classes: the model's.
        others: labels of the recordings that the model does not know, and how many samples have them.
    """

    confusion: Counts
    classes: tuple[str, ...]
    others: Mapping[str, int]

    @property
    def n_samples(self) -> int:
        """Labelled samples whose class the model knows."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """The share of them whose class was named; unknown is never right."""
        return float(np.trace(self.confusion)) / self.n_samples if self.n_samples else float("nan")


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is said of new recordings.

    Args:
        lines: what was answered.
        answers: of each line.
        task: of the model, or of the vote.
        models: the models' names.
    """

    lines: tuple[Line, ...]
    answers: tuple[Answers, ...]
    task: Task
    models: tuple[str, ...]

    @property
    def n_windows(self) -> int:
        """Over all recordings."""
        return sum(len(one.start) for one in self.answers)

    @property
    def n_missing(self) -> int:
        """Windows that are unknown for a value is missing."""
        return sum(one.n_missing for one in self.answers)

    @property
    def n_unsure(self) -> int:
        """Windows that are unknown for the model is not sure enough."""
        return sum(one.n_unsure for one in self.answers)

    @property
    def n_short(self) -> int:
        """Recordings that are shorter than a window, and have no answer."""
        return sum(not len(one.start) for one in self.answers)

    @property
    def seconds(self) -> float:
        """Of all recordings together."""
        return sum(line.n_samples for line in self.lines) / self.task.rate_hz

    def shares(self) -> dict[str, float]:
        """Of all samples, the share that has each label, ``unknown`` among them."""
        n = len(self.task.classes)
        counts = np.zeros(n + 1)
        for one in self.answers:
            pieces, labels, _ = one.pieces()
            counts += np.bincount(np.where(labels < 0, n, labels), weights=pieces, minlength=n + 1)
        return dict(zip((*self.task.classes, UNKNOWN_NAME), (counts / max(1, counts.sum())).tolist(), strict=True))

    @cached_property
    def scores(self) -> Scores | None:
        """How well labelled samples were named; None where none has a label."""
        n = len(self.task.classes)
        counts, others = np.zeros((n, n + 1), np.int64), dict[str, int]()
        labelled = False
        for line, answers in zip(self.lines, self.answers, strict=True):
            truth = line.labels()
            if not (truth != UNLABELLED).any():
                continue
            labelled = True
            classes = line.pieces[0].classes
            own, unknown = (
                _own_numbers(classes, self.task.classes),
                np.bincount(truth[truth >= 0], minlength=len(classes)),
            )
            for c, number in enumerate(own.tolist()):
                if number == UNLABELLED and unknown[c]:
                    others[classes[c]] = others.get(classes[c], 0) + int(unknown[c])
            own, said = np.append(own, UNLABELLED), sample_labels(answers)
            for first in range(0, len(truth), _BLOCK):
                true, named = own[truth[first : first + _BLOCK]], said[first : first + _BLOCK]
                place = true * (n + 1) + np.where(named < 0, n, named)
                counts += np.bincount(place[true >= 0], minlength=counts.size).reshape(counts.shape)
        return Scores(counts, self.task.classes, others) if labelled else None

    def timelines(self) -> list[Timeline]:
        """For pictures: truth and prediction of each recording; of long ones not every sample."""
        drawn = []
        for line, answers in zip(self.lines, self.answers, strict=True):
            every = max(1, -(-line.n_samples // _DRAWN))
            own = np.append(_own_numbers(line.pieces[0].classes, self.task.classes), UNLABELLED)
            truth = own[line.labels()[::every]].astype(np.int64)
            said = sample_labels(answers)[::every].astype(np.int64)
            scores, rate = np.full((1, len(self.task.classes)), np.nan), self.task.rate_hz / every
            pieces = np.array([len(truth)])
            drawn.append(Timeline(line.name, line.group, truth, said, scores, pieces, rate, self.task.classes))
        return drawn


def predict(
    models: Any,
    data: Any,
    *,
    step: int | None = None,
    step_s: float | None = None,
    smoothing: str = "none",
    settings: Mapping[str, float] | None = None,
    engine: Engine = "auto",
    people: Sequence[str] = (),
    data_dir: Path | str | None = None,
    note: Note | None = None,
    **said: Any,
) -> Prediction:
    """What a model, or several that vote, say of new recordings, labelled or not.

    Channels are found by name, units and rates are converted; what is not certain is refused. Windows with a missing
    value are unknown, and counted.

    Args:
        models: a model file, its path, a :class:`stridenet_runtime.predictor.Predictor`, or a list of them.
        data: recordings; or the path or name of what :func:`stridenet.load_recordings` reads.
        step: samples of the model's rate from one window to the next, by default the model's; or give ``step_s``.
        step_s: seconds.
        smoothing: of each model's answers in a row, see :mod:`stridenet_runtime.smoothing`; not of a vote.
        settings: of the smoothing.
        engine: ``"onnx"``, ``"numpy"`` or ``"auto"``.
        people: only recordings of these; empty for all.
        data_dir: where a named data set lies.
        note: told what a user should know, and how far it is.
        said: how own files are to be understood, see :class:`stridenet.spec.ReadSpec`.

    Raises:
        DataError: recordings that the model cannot take, with both sides shown.
        SettingError: a step that is not above 0, or smoothing of a vote.
        BundleError: a file that is no model.
        UnknownNameError: nobody of that name was recorded.
    """
    tell = note or silent
    given = list(models) if isinstance(models, (list, tuple)) else [models]
    asked = [one if isinstance(one, Predictor) else Predictor(one, engine) for one in given]
    if not asked:
        raise SettingError("predict: no model is given; at least one is needed.")
    if smoothing != "none" and len(asked) > 1:
        raise SettingError("predict: answers of models that vote are not smoothed; leave the smoothing out.")
    recordings = _of(people, _recordings(data, data_dir, tell, said))
    of_each: list[list[Answers]] = []
    lines_: list[Line] = []
    for one in asked:
        lines_ = lines(recordings, one.task)
        if one.golden is not None and one.task.filters == "none":
            for line in lines_:
                check_size(line.pieces[0], line.fits[0], one.task, one.golden)
        for sentence in dict.fromkeys(sentence for line in lines_ for fit in line.fits for sentence in fit.told):
            tell(sentence)
        if known := taught(lines_, one.task):
            tell(known)
        of_each.append(_answered(one, lines_, _step(one.task, step, step_s), smoothing, settings or {}, tell))
    answers = tuple(voted(several) for several in zip(*of_each, strict=True))
    task = answers[0].task if answers else asked[0].task
    return Prediction(tuple(lines_), answers, task, tuple(one.task.name for one in asked))


def taught(of: Sequence[Line], task: Task) -> str:
    """That people with labels have the names of some who trained the model, in a sentence; else nothing."""
    labelled = {line.group for line in of if (line.labels() != UNLABELLED).any()}
    if not (known := sorted(one for one in labelled if person(one) in task.taught_by)):
        return ""
    return (
        f"{len(known)} of {counted(len(labelled), 'labelled person', 'labelled people')} trained {task.name}, by their "
        f"names ({listed(known)}): where they are the same, scores on them are too good"
    )


def _recordings(data: Any, data_dir: Path | str | None, note: Note, said: Mapping[str, Any]) -> Sequence[Recording]:
    if isinstance(data, Recording):
        return [data]
    if isinstance(data, (str, Path)):
        from stridenet.data.asked import unanswered

        return unanswered(str(data), data_dir=data_dir, note=note, **said)
    recordings = list(data)
    if not recordings or not all(isinstance(one, Recording) for one in recordings):
        raise DataError("predict: data are recordings, or the path or name of some; see stridenet.read for arrays.")
    return recordings


def _of(people: Sequence[str], recordings: Sequence[Recording]) -> Sequence[Recording]:
    there = dict.fromkeys(one.group for one in recordings)
    for name in people:
        if name not in there:
            raise unknown_name("person", name, list(there))
    return [one for one in recordings if one.group in people] if people else recordings


def _answered(
    model: Predictor, of: Sequence[Line], step: int, smoothing: str, settings: Mapping[str, float], note: Note
) -> list[Answers]:
    total = sum(line.n_samples for line in of)
    tell, done, found = in_tenths(note, f"{model.task.name}: windows answered"), 0, list[Answers]()
    for line in of:

        def progress(share: float, line: Line = line, before: int = done) -> None:
            tell((before + share * line.n_samples) / total)

        found.append(
            model.parts(line.parts(), line.n_samples, step=step, smoothing=smoothing, progress=progress, **settings)
        )
        done += line.n_samples
    if not any(len(one.start) for one in found):
        longest, task = max((line.n_samples for line in of), default=0), model.task
        raise DataError(
            f"{task.name} takes windows of {task.length} samples ({task.length / task.rate_hz:g} s), but the longest "
            f"recording has {longest}; give longer recordings."
        )
    return found


def _step(task: Task, step: int | None, step_s: float | None) -> int:
    if step is not None and step_s is not None:
        raise SettingError("give step in samples or step_s in seconds, one of the two.")
    asked = step if step is not None else task.step if step_s is None else round(step_s * task.rate_hz)
    if asked < 1:
        raise SettingError(f"the step is {short(step_s if step is None else step)}; it must be at least one sample.")
    return asked


def sample_labels(answers: Answers) -> npt.NDArray[np.int16]:
    """Shape (sample,), the class of each, -1 where unknown."""
    pieces, labels, _ = answers.pieces()
    return np.repeat(labels.astype(np.int16), pieces)


def _own_numbers(classes: Sequence[str], model: Sequence[str]) -> Counts:
    """The model's number of each class of the data, by its name whatever its capitals; -1 where it has none."""
    known = {words(name).casefold(): i for i, name in enumerate(model)}
    return np.array([known.get(words(name).casefold(), UNLABELLED) for name in classes], np.int64)
