"""Answers to windows and to whole recordings, from a model file or from anything that answers windows."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from stridenet_runtime.answers import Answers, Floats, InputError, Labels, Task, shown, tempered
from stridenet_runtime.blas import one_thread
from stridenet_runtime.front import Front, Rows
from stridenet_runtime.program import Program

Engine = Literal["auto", "onnx", "numpy"]

_PART = 1 << 15  # samples of a recording that are looked at together
_WINDOWS = 256  # that an engine is given at once
_CHEAPER = 0.75  # of the multiply-adds: below it, sharing them pays with the engine that can


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
        self.golden: Floats | None = None
        """Windows of the training that the model file holds, shape (window, time, channel)."""
        self._shared: dict[int, Callable[[Rows], Floats] | None] = {}
        self.threads = threads or max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)
        if task is not None:
            self.task, self._session = task, model
        else:
            from stridenet_runtime.opened import opened

            self.task, self._session, self.program, self.golden = opened(model, engine)
        self.n_rows = Front(len(self.task.channels), self.task.filters).n_rows
        """Channels of a window."""

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
        return self.parts([signal], len(signal), step=step, smoothing=smoothing, progress=progress, **settings)

    def parts(
        self,
        parts: Iterable[npt.NDArray[Any]],
        n_samples: int,
        *,
        step: int | None = None,
        smoothing: str = "none",
        progress: Callable[[float], None] | None = None,
        **settings: float,
    ) -> Answers:
        """The same of a recording that comes in parts.

        Args:
            parts: shape (time, channel) each, one after the other.
            n_samples: of all parts together.
            step: see :meth:`recording`, as for the others.
            smoothing: how the answers are smoothed.
            progress: told the share that is done.
            settings: of the smoothing.
        """
        start, said = [np.zeros(0, np.int64)], [np.zeros((0, len(self.task.classes)), np.float32)]
        for starts, probability in self.over(parts, step=step):
            start.append(starts)
            said.append(probability)
            if progress:
                progress(min(1.0, float(starts[-1] + self.task.length) / n_samples))
        probability = np.concatenate(said)
        labels = shown(probability, self.task.threshold, smoothing, **settings)
        return Answers(np.concatenate(start), probability, n_samples, self.task, labels, smoothing != "none")

    def over(self, parts: Iterable[npt.NDArray[Any]], *, step: int | None = None) -> Iterator[tuple[Labels, Floats]]:
        """The windows of one recording that comes in parts: starts, and probabilities (window, class), as they come.

        Args:
            parts: shape (time, channel) each, one after the other.
            step: samples from one window to the next.
        """
        apart = whole_step(self.task, step)
        answer, waiting = self._answering(apart), deque[tuple[Labels, Future[Floats]]]()
        with one_thread(), ThreadPoolExecutor(self.threads) as crew:
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
            if shared is None:
                seen = np.lib.stride_tricks.sliding_window_view(rows, self.task.length, axis=0)[::step].swapaxes(1, 2)
                return self.probabilities(seen)
            said = tempered(shared(rows), self.task.temperature)
            there = np.isfinite(rows).all(axis=1)
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


def whole_step(task: Task, step: float | None) -> int:
    """Samples from one window to the next, by default the model's.

    Raises:
        InputError: it is no whole number, or below 1.
    """
    if step is None:
        return task.step
    if not (step >= 1 and step % 1 == 0):
        raise InputError(f"{task.name}: the step is {step:g} samples; it must be a whole number from 1.")
    return int(step)


def _rows(parts: Any, front: Front, task: Task) -> Iterator[Rows]:
    for part in parts:
        if part.ndim != 2 or part.shape[1] != front.n_channels:
            raise InputError(
                f"{task.name} takes {front.n_channels} channels ({', '.join(task.channels)}), found shape {part.shape}."
            )
        for first in range(0, len(part), _PART):
            yield front.push(np.asarray(part[first : first + _PART]))
    yield front.flush()
