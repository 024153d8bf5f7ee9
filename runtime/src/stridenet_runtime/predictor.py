"""Answers to windows and to whole recordings, from a model file or from anything that answers windows."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet_runtime.errors import StridenetError
from stridenet_runtime.front import Front, Rows
from stridenet_runtime.program import Program
from stridenet_runtime.smoothing import UNKNOWN, smoothed

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
Engine = Literal["auto", "onnx", "numpy"]

UNKNOWN_NAME = "unknown"
"""What is said of windows with a missing value, and of answers below the model's threshold."""
_PART = 1 << 15  # samples of a recording that are looked at together
_WINDOWS = 256  # that an engine is given at once
_TINY = 1e-30
_CHEAPER = 0.5  # of the multiply-adds: below it, sharing them pays with the engine that can


class InputError(StridenetError, ValueError):
    """Samples or windows are not what the model takes."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a model takes and says.

    Args:
        length: samples in a window.
        step: samples from one window to the next, where nobody asks for another.
        rate_hz: samples per second.
        classes: their names, in the order of the answers.
        channels: of the samples that come in, in order.
        units: of these channels.
        filters: what they go through before windows are cut: ``"none"`` or ``"uci-har"``.
        temperature: by which the answers are calibrated; 1 changes nothing.
        threshold: below this probability an answer is unknown; 0 where none is.
        name: of the model, for messages.
    """

    length: int
    step: int
    rate_hz: float
    classes: tuple[str, ...]
    channels: tuple[str, ...]
    units: tuple[str, ...]
    filters: str = "none"
    temperature: float = 1.0
    threshold: float = 0.0
    name: str = "model"


class Event(NamedTuple):
    """A stretch of one label.

    Args:
        begin: seconds.
        end: seconds.
        label: a class's name, or ``"unknown"``.
        probability: the mean over its samples of that of the label, or of the likeliest where it is unknown; NaN
            where no window covers any.
    """

    begin: float
    end: float
    label: str
    probability: float


@dataclass(frozen=True, eq=False)
class Answers:
    """What is said of the windows of a recording.

    Args:
        start: shape (window,), the first sample of each.
        probability: shape (window, class); NaN where a window has a missing value.
        n_samples: of the recording.
        task: of the model.
        labels: shape (window,), the classes that are shown, -1 where unknown.
        smoothed: whether these are smoothed; a sample then has the commonest label of the windows that cover it.
    """

    start: Labels
    probability: Floats
    n_samples: int
    task: Task
    labels: Labels
    smoothed: bool = False

    @property
    def n_missing(self) -> int:
        """Windows without an answer, for a value is missing."""
        return int(np.isnan(self.probability[:, 0]).sum()) if len(self.probability) else 0

    @property
    def n_unsure(self) -> int:
        """Windows that are unknown for the model is not sure enough."""
        return int((self.labels == UNKNOWN).sum()) - self.n_missing

    def names(self, labels: npt.NDArray[np.integer[Any]] | None = None) -> list[str]:
        """The names of labels, by default of the windows'."""
        known = [*self.task.classes, UNKNOWN_NAME]
        return [known[label] for label in (self.labels if labels is None else labels).tolist()]

    def samples(self) -> tuple[Labels, Floats]:
        """For each sample the mean probability of the windows that cover it, and the class that it names.

        Returns:
            Labels of shape (sample,), -1 where no window covers it or the model is not sure; and shape (sample, class).
        """
        pieces, labels, scores = self.pieces()
        return np.repeat(labels, pieces), np.repeat(scores, pieces, axis=0)

    def pieces(self) -> tuple[Labels, Labels, Floats]:
        """The same, with each stretch in which the windows are the same once: how many samples, label and scores."""
        heard = np.isfinite(self.probability).all(axis=1)
        said, start = self.probability[heard].astype(np.float64), self.start[heard]
        edges = np.unique(np.concatenate([[0, self.n_samples], start, start + self.task.length]))
        first = np.searchsorted(start, edges[:-1] - self.task.length, side="right")
        behind = np.searchsorted(start, edges[:-1], side="right")
        with np.errstate(invalid="ignore", divide="ignore"):
            scores = np.where(
                (first == behind)[:, None], np.nan, _over(said, first, behind) / (behind - first)[:, None]
            )
        labels = decided(scores, self.task.threshold)
        if self.smoothed:
            votes = np.where(self.labels[heard, None] == np.arange(said.shape[1]), 1.0, 0.0)
            ballot = _over(votes, first, behind) + np.nan_to_num(scores) / 2  # a half never outweighs a vote
            labels = np.where(labels == UNKNOWN, UNKNOWN, ballot.argmax(axis=1))
        return np.diff(edges), labels, scores.astype(np.float32)

    def events(self) -> list[Event]:
        """Stretches of one label, sample by sample, in seconds from the recording's first."""
        pieces, labels, scores = self.pieces()
        ends = np.cumsum(pieces)
        runs = np.flatnonzero(np.diff(labels, prepend=-2))
        found = []
        for first, behind in zip(runs.tolist(), [*runs[1:].tolist(), len(labels)], strict=True):
            label, here = int(labels[first]), scores[first:behind]
            sure = (here[:, label] if label != UNKNOWN else here.max(axis=1)).astype(np.float64)
            there = np.isfinite(sure)
            weight = pieces[first:behind][there]
            mean = float((sure[there] * weight).sum() / weight.sum()) if there.any() else float("nan")
            begin = int(ends[first] - pieces[first])
            name = self.task.classes[label] if label != UNKNOWN else UNKNOWN_NAME
            found.append(Event(begin / self.task.rate_hz, int(ends[behind - 1]) / self.task.rate_hz, name, mean))
        return found


class Predictor:
    """A model that answers windows and recordings.

    Args:
        model: a model file or its path; or a function from windows (window, time, channel) to probabilities (window,
            class), together with ``task``.
        engine: ``"onnx"`` for onnxruntime, ``"numpy"`` for NumPy alone, ``"auto"`` for the first of them that is there.
        threads: parts of a recording that are answered at once.
        task: what a function takes and says.

    Raises:
        BundleError: the file is no model file, or damaged.
        EngineError: the engine is not there.

    >>> task = Task(2, 1, 50.0, ("down", "up"), ("x",), ("g",))
    >>> predictor = Predictor(lambda windows: np.repeat([[0.25, 0.75]], len(windows), axis=0), task=task)
    >>> predictor.recording(np.zeros((4, 1))).names()
    ['up', 'up', 'up']
    """

    def __init__(
        self, model: Any, engine: Engine = "auto", *, threads: int | None = None, task: Task | None = None
    ) -> None:
        self.program: Program | None = None
        self._shared: dict[int, Callable[[Rows], Floats] | None] = {}
        self.threads = threads or max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)
        if task is not None:
            self.task, self._session = task, model
            return
        from stridenet_runtime.opened import opened

        self.task, self._session, self.program = opened(model, engine)

    def probabilities(self, windows: npt.ArrayLike) -> Floats:
        """Probabilities (window, class), calibrated where the model is; NaN for a window with a missing value.

        Args:
            windows: shape (window, time, channel), raw units; filtered already where the model has filters.

        Raises:
            InputError: another shape.
        """
        x = np.asarray(windows, np.float32)
        if x.ndim != 3 or x.shape[1:] != (self.task.length, self.n_rows):
            raise InputError(
                f"{self.task.name} takes windows of (window, {self.task.length}, {self.n_rows}), found shape {x.shape}."
            )
        out = np.full((len(x), len(self.task.classes)), np.nan, np.float32)
        for first in range(0, len(x), _WINDOWS):
            some = x[first : first + _WINDOWS]
            there = np.isfinite(some).all(axis=(1, 2))
            if there.any():
                said = self._session(some if there.all() else some[there])
                out[first : first + _WINDOWS][there] = tempered(np.asarray(said), self.task.temperature)
        return out

    @property
    def n_rows(self) -> int:
        """Channels of a window."""
        return Front(len(self.task.channels), self.task.filters).n_rows

    def recording(
        self,
        signal: npt.NDArray[Any],
        *,
        step: int | None = None,
        smoothing: str = "none",
        progress: Callable[[float], None] | None = None,
        **settings: float,
    ) -> Answers:
        """Answers to all windows of a recording, which is looked at in parts; it may be a mapped file.

        Args:
            signal: shape (time, channel), the model's channels in its units and at its rate; NaN where one is missing.
            step: samples from one window to the next, by default the model's.
            smoothing: one of :data:`stridenet_runtime.smoothing.SMOOTHERS`.
            progress: told the share that is done, from 0 to 1.
            settings: of the smoothing.

        Raises:
            InputError: another number of channels.
        """
        start, said = [np.zeros(0, np.int64)], [np.zeros((0, len(self.task.classes)), np.float32)]
        for starts, probability in self.over([signal], step=step):
            start.append(starts)
            said.append(probability)
            if progress and len(signal):
                progress(min(1.0, float(starts[-1] + self.task.length) / len(signal)))
        probability = np.concatenate(said)
        labels = shown(probability, self.task.threshold, smoothing, **settings)
        return Answers(np.concatenate(start), probability, len(signal), self.task, labels, smoothing != "none")

    def over(
        self, parts: Sequence[npt.NDArray[Any]] | Iterator[npt.NDArray[Any]], *, step: int | None = None
    ) -> Iterator[tuple[Labels, Floats]]:
        """The windows of one recording that comes in parts: starts, and probabilities (window, class), as they come.

        Args:
            parts: shape (time, channel) each, one after the other.
            step: samples from one window to the next.
        """
        apart = step or self.task.step
        if apart < 1:
            raise InputError(f"the step is {apart} samples; it must be at least 1.")
        answer, waiting = self._answering(apart), deque[tuple[Labels, Future[Floats]]]()
        with ThreadPoolExecutor(self.threads) as crew:
            for starts, rows in self._cut(parts, apart):
                waiting.append((starts, crew.submit(answer, rows)))
                if len(waiting) > self.threads:
                    done, said = waiting.popleft()
                    yield done, said.result()
            for done, said in waiting:
                yield done, said.result()

    def _cut(self, parts: Any, step: int) -> Iterator[tuple[Labels, Rows]]:
        """Starts of windows, and the rows from the first sample of the first to the last of the last."""
        front, length = Front(len(self.task.channels), self.task.filters), self.task.length
        held, begin, following = np.zeros((0, front.n_rows), np.float32), 0, 0
        for rows in _rows(parts, front, self.task):
            held = np.concatenate([held, rows])
            many = max(0, (begin + len(held) - following - length) // step + 1)
            if many:
                first = following - begin
                yield following + step * np.arange(many), held[first : first + (many - 1) * step + length]
                following += many * step
            drop = min(len(held), following - begin)
            held, begin = held[drop:], begin + drop

    def _answering(self, step: int) -> Callable[[Rows], Floats]:
        shared = self._sharing(step)

        def answer(rows: Rows) -> Floats:
            there = np.isfinite(rows).all(axis=1)
            if shared is None:
                seen = np.lib.stride_tricks.sliding_window_view(rows, self.task.length, axis=0)[::step].swapaxes(1, 2)
                return self.probabilities(seen)
            said = tempered(shared(rows), self.task.temperature)
            if not there.all():
                lacking = np.lib.stride_tricks.sliding_window_view(~there, self.task.length)[::step].any(axis=1)
                said[lacking] = np.nan
            return said

        return answer

    def _sharing(self, step: int) -> Callable[[Rows], Floats] | None:
        if self.program is None or step >= self.task.length:
            return None
        if step not in self._shared:
            from stridenet_runtime.shared import Shared

            shared = Shared(self.program, step)
            pays = shared.multiply_adds < _CHEAPER * self.program.check().multiply_adds
            self._shared[step] = shared if pays else None
        return self._shared[step]


def _over(values: npt.NDArray[np.float64], first: Labels, behind: Labels) -> npt.NDArray[np.float64]:
    """Sums of rows ``first`` to ``behind``, the latter not among them."""
    padded = np.concatenate([values, np.zeros((1, values.shape[1]))])
    sums = np.add.reduceat(padded, np.stack([first, behind], axis=1).ravel(), axis=0)[::2]
    sums[first == behind] = 0  # reduceat gives the row itself
    return np.asarray(sums)


def _rows(parts: Any, front: Front, task: Task) -> Iterator[Rows]:
    for part in parts:
        if part.ndim != 2 or part.shape[1] != front.n_channels:
            raise InputError(
                f"{task.name} takes {front.n_channels} channels ({', '.join(task.channels)}), found shape {part.shape}."
            )
        for first in range(0, len(part), _PART):
            yield front.push(np.asarray(part[first : first + _PART]))
    yield front.flush()


def decided(probability: Floats, threshold: float) -> Labels:
    """The likeliest class of each row; -1 where it has none, or is below the threshold."""
    there = np.isfinite(probability).all(axis=1)
    best = np.where(there, np.nan_to_num(probability).argmax(axis=1), UNKNOWN)
    with np.errstate(invalid="ignore"):
        return np.where(there & (probability.max(axis=1) >= threshold), best, UNKNOWN)


def shown(probability: Floats, threshold: float, smoothing: str = "none", **settings: float) -> Labels:
    """The classes that are shown for windows in a row: smoothed, and then unknown where the model is not sure."""
    labels = decided(probability, 0.0)
    if smoothing != "none":
        labels = smoothed(smoothing, labels, probability, **settings)
    return np.where(decided(probability, threshold) == UNKNOWN, UNKNOWN, labels)


def tempered(probability: npt.NDArray[np.floating[Any]], temperature: float) -> Floats:
    """Probabilities whose logarithms are divided by a temperature.

    >>> bool(np.allclose(tempered(np.array([[0.8, 0.2]]), 2.0), [[2 / 3, 1 / 3]]))
    True
    """
    if temperature == 1.0:
        return np.asarray(probability, np.float32)
    raised = np.power(np.maximum(probability, _TINY, dtype=np.float64), 1 / temperature)
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)


def voted(answers: Sequence[Answers]) -> Answers:
    """One answer of several models, the mean of their probabilities; all say the same classes of the same windows.

    Raises:
        InputError: other classes, or other windows.
    """
    first = answers[0]
    for other in answers[1:]:
        if other.task.classes != first.task.classes:
            raise InputError(
                f"{other.task.name} names {', '.join(other.task.classes)}, but {first.task.name} "
                f"{', '.join(first.task.classes)}; models that vote must have the same classes in the same order."
            )
        if other.task.length != first.task.length or not np.array_equal(other.start, first.start):
            raise InputError(
                f"{other.task.name} has windows of {other.task.length} samples, but {first.task.name} of "
                f"{first.task.length}; models that vote must look at the same windows, so give both one step."
            )
    if len(answers) == 1:
        return first
    mean = np.asarray(np.mean([one.probability for one in answers], axis=0), np.float32)
    task = replace(first.task, threshold=float(np.mean([one.task.threshold for one in answers])), name="the vote")
    return Answers(first.start, mean, first.n_samples, task, shown(mean, task.threshold))
