"""Answers to a live stream: samples are pushed as they come, and each window is answered when its last one is there."""

import json
import time as clock
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet_runtime.answers import UNKNOWN_NAME, InputError, Task
from stridenet_runtime.blas import one_thread
from stridenet_runtime.front import Front
from stridenet_runtime.predictor import Engine, Predictor, whole_step
from stridenet_runtime.smoothing import smoother

State = dict[str, npt.NDArray[Any]]
FORMAT = 1
"""Of a saved state."""
_PIECE = 4096  # samples that are looked at together, so that memory does not grow with what is pushed


class Answer(NamedTuple):
    """What is said of one window.

    Args:
        label: a class's name; ``"unknown"`` where a value is missing or the model is not sure.
        probability: of the class that is shown, or of the likeliest where it is unknown; NaN where a value is missing.
        begin: the time of its first sample, in seconds.
        end: that of the sample behind its last.
        lag: seconds of the stream that had come after ``end`` when the answer was given.
    """

    label: str
    probability: float
    begin: float
    end: float
    lag: float

    def plain(self) -> dict[str, Any]:
        """The same under names, for JSON."""
        sure = None if np.isnan(self.probability) else round(self.probability, 6)
        begin, end, lag = (round(x, 6) for x in (self.begin, self.end, self.lag))
        return {"from": begin, "to": end, "label": self.label, "probability": sure, "lag": lag}


class StreamingPredictor:
    """A model on a live stream: the same answers as for the whole recording, whatever the chunks, in constant memory.

    What is done with samples that are not as they should be:

    - *late*: one that comes late, but in order, is taken as it is; ``lag`` and ``latency`` tell of it.
    - *repeated*, or *out of order*: one whose time is that of the newest sample taken, or before it, is left out.
    - *missing*: where the next sample's time is more than ``gap`` seconds after the newest's, windows, filters and
      smoothing begin anew with it; no window spans the gap.
    - *NaN* or infinite, in any channel: the sample keeps its place, each window that holds it is ``"unknown"``, and
      filters and smoothing begin anew after it.
    - *without a time*: samples follow each other at the model's rate.

    All of them are counted, see :meth:`report`. Times are only compared: a stream of another rate must be resampled
    before, and ``report`` tells the rate that was seen.

    Args:
        model: a model file, its path, or a :class:`Predictor`.
        step: samples from one window to the next, by default the model's.
        smoothing: ``"none"``, ``"majority"``, ``"hysteresis"`` or ``"minimum-duration"``, see
            :mod:`stridenet_runtime.smoothing`.
        gap: seconds, by default one and a half times those between two samples.
        engine: see :class:`Predictor`.
        settings: of the smoothing, such as ``windows=5``.

    Raises:
        BundleError: the file is no model file, or damaged.
        ValueError: a setting that is not allowed.

    >>> task = Task(2, 2, 50.0, ("down", "up"), ("x",), ("g",))
    >>> model = Predictor(lambda windows: np.repeat([[0.25, 0.75]], len(windows), axis=0), task=task)
    >>> [(answer.label, answer.end) for answer in StreamingPredictor(model).push(np.zeros((5, 1)))]
    [('up', 0.04), ('up', 0.08)]
    """

    def __init__(
        self,
        model: Any,
        *,
        step: int | None = None,
        smoothing: str = "none",
        gap: float | None = None,
        engine: Engine = "auto",
        **settings: float,
    ) -> None:
        self._predictor = model if isinstance(model, Predictor) else Predictor(model, engine, threads=1)
        self.task: Task = self._predictor.task
        self.step = whole_step(self.task, step)
        self._period = 1 / self.task.rate_hz
        self.gap = 1.5 * self._period if gap is None else gap
        if not self.gap > 0:
            raise InputError(f"stream: a gap {self.gap:g} s long is none; it must be above 0.")
        self._how = {"smoothing": smoothing, **settings}
        self._smoother = smoother(smoothing, **settings)
        self._front = Front(len(self.task.channels), self.task.filters)
        self._counts = dict.fromkeys(
            ("samples", "repeated", "out_of_order", "missing", "gaps", "windows", "unknown"), 0
        )
        self._newest = np.nan  # the time of the newest sample taken
        self._apart = [0.0, 0]  # seconds between samples that were given times, and how many
        self._latency = [0.0, 0.0, 0]  # the last, the longest, and over how many pushes
        self._begin()

    def push(self, samples: npt.ArrayLike, time: npt.ArrayLike | None = None) -> list[Answer]:
        """The answers to all windows that are complete with these samples.

        Args:
            samples: shape (time, channel), or (channel,) for one: the model's channels in its units, in order.
            time: seconds, shape (time,), or that of the first sample; by default they follow what came before.

        Raises:
            InputError: another number of channels, or of times.
        """
        with one_thread():
            return self._pushed(samples, time)

    def _pushed(self, samples: npt.ArrayLike, time: npt.ArrayLike | None) -> list[Answer]:
        begun = clock.perf_counter()
        x = np.atleast_2d(np.asarray(samples))
        if x.ndim != 2 or x.shape[1] != len(self.task.channels) or not np.issubdtype(x.dtype, np.number):
            raise InputError(
                f"{self.task.name} takes samples of (time, {len(self.task.channels)}): "
                f"{', '.join(self.task.channels)}; found {x.dtype} of shape {x.shape}."
            )
        given = None if time is None else np.asarray(time, np.float64)
        if given is not None and given.shape not in ((), (len(x),)):
            raise InputError(f"stream: {len(x)} samples, but times of shape {given.shape}; give one for each.")
        answers: list[Answer] = []
        for first in range(0, len(x), _PIECE):
            here = x[first : first + _PIECE]
            if given is None:
                start = 0.0 if np.isnan(self._newest) else self._newest + self._period
                at = np.asarray(start + self._period * np.arange(len(here)), np.float64)
            elif given.ndim == 0:
                at = np.asarray(float(given) + self._period * np.arange(first, first + len(here)), np.float64)
            else:
                at = given[first : first + _PIECE]
            answers += self._piece(here, at, timed=given is not None and given.ndim == 1)
        if answers or len(x):
            took = clock.perf_counter() - begun
            self._latency = [took, max(took, self._latency[1]), self._latency[2] + 1]
        return answers

    def flush(self) -> list[Answer]:
        """The answers that the filters still held back, for no sample follows; what is pushed next begins anew."""
        answers = self._rows(self._front.flush())
        self._begin()
        return answers

    def report(self) -> dict[str, Any]:
        """What was counted, the rate that the times tell, and how long an answer took, in seconds."""
        apart, n = self._apart
        return self._counts | {
            "rate_hz": n / apart if apart > 0 else None,
            "latency_s": self._latency[0],
            "longest_latency_s": self._latency[1],
            "held_samples": len(self._held),
        }

    @property
    def state(self) -> State:
        """All that the next answer depends on, as plain arrays; one of them is text in JSON."""
        about = self._about() | {"counts": self._counts, "apart": self._apart, "latency": self._latency}
        front = {f"front_{name}": value for name, value in self._front.state.items()}
        smoothing = {f"smoothing_{name}": np.array(value) for name, value in self._smoother.state.items()}
        return {
            "about": np.array(json.dumps(about)),
            "places": np.array([self._first, self._next]),
            "newest": np.array(self._newest),
            "held": self._held.copy(),
            "times": self._times.copy(),
            **front,
            **smoothing,
        }

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Goes on from a state of the same model and settings.

        Raises:
            InputError: it is of others, or damaged.
        """
        try:
            about = json.loads(str(state["about"]))
            other = next((name for name, value in self._about().items() if about[name] != value), None)
            if other:
                raise InputError(
                    f"stream: the state has {other} {about[other]!r}, but this stream {self._about()[other]!r}; "
                    "restore it into a stream of the same model and settings."
                )
            parts = {
                kind: {n.removeprefix(kind): v for n, v in state.items() if n.startswith(kind)}
                for kind in ("front_", "smoothing_")
            }
            held, times = np.array(state["held"], np.float32), np.array(state["times"], np.float64)
            if held.ndim != 2 or held.shape[1] != self._front.n_rows or times.ndim != 1 or len(times) < len(held):
                raise ValueError("its arrays do not fit each other")
            self._front.begin()
            self._front.restore(parts["front_"])
            self._smoother.begin()
            for name, value in self._smoother.state.items():
                value[...] = parts["smoothing_"][name]
            self._first, self._next = (int(place) for place in state["places"])
            self._newest, self._held, self._times = float(state["newest"]), held, times
            self._counts, self._apart, self._latency = about["counts"], about["apart"], about["latency"]
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"stream: the state is damaged ({error}); begin a new stream.") from None

    def save(self, path: Path | str) -> None:
        """Writes the state to a file, NumPy's .npz without pickles."""
        with Path(path).open("wb") as file:
            np.savez(file, **self.state)  # type: ignore[arg-type]  # no part bears the name of an option

    def load(self, path: Path | str) -> None:
        """Goes on from a file that :meth:`save` wrote.

        Raises:
            InputError: it is damaged or no such file, or see :meth:`restore`.
            OSError: it cannot be opened.
        """
        with Path(path).open("rb") as file:
            try:
                with np.load(file, allow_pickle=False) as stored:
                    state = {name: stored[name] for name in stored.files}
            except Exception as error:  # a damaged zip or header fails in a dozen ways
                raise InputError(f"{path}: no saved state of a stream ({error}); begin a new stream.") from None
        self.restore(state)

    def _about(self) -> dict[str, Any]:
        task = self.task
        told = {"format": FORMAT, "model": task.name, "length": task.length, "channels": list(task.channels)}
        return told | {"filters": task.filters, "step": self.step, "gap": self.gap, "smoothing": dict(self._how)}

    def _begin(self) -> None:
        """A stretch begins: with the first sample, and after a gap."""
        self._front.begin()
        self._smoother.begin()
        self._held = np.zeros((0, self._front.n_rows), np.float32)  # rows from place _first on
        self._times = np.zeros(0)  # of their samples, and of those whose row is still to come
        self._first = self._next = 0  # the next window's first place

    def _piece(self, x: npt.NDArray[Any], at: npt.NDArray[np.float64], *, timed: bool) -> list[Answer]:
        """Sorts out what is not the next sample, and begins anew after gaps."""
        at = np.where(np.isfinite(at), at, np.nan)
        before = np.fmax.accumulate(np.concatenate([[self._newest], at]))[:-1]
        new = (at > before) | (np.isnan(before) & np.isfinite(at))
        if not new.all():
            repeated = int((at == before).sum())
            self._counts["repeated"] += repeated
            self._counts["out_of_order"] += int((~new).sum()) - repeated
            x, at, before = x[new], at[new], before[new]
        self._counts["samples"] += len(x)
        if not len(x):
            return []
        far = at - before > self.gap
        if timed:
            near = np.isfinite(before) & ~far
            self._apart = [self._apart[0] + float((at - before)[near].sum()), self._apart[1] + int(near.sum())]
        self._newest = float(at[-1])
        edges, answers = np.flatnonzero(far), list[Answer]()
        for i, (part, times) in enumerate(zip(np.split(x, edges), np.split(at, edges), strict=True)):
            if i:
                answers += self.flush()
                self._counts["gaps"] += 1
            self._counts["missing"] += int((~np.isfinite(part).all(axis=1)).sum())
            self._times = np.concatenate([self._times, times])
            answers += self._rows(self._front.push(part))
        return answers

    def _rows(self, rows: npt.NDArray[np.float32]) -> list[Answer]:
        """Answers all windows that are complete, and lets go of what no later one needs."""
        self._held = np.concatenate([self._held, rows])
        length, step = self.task.length, self.step
        many = max(0, (self._first + len(self._held) - self._next - length) // step + 1)
        answers: list[Answer] = []
        if many:
            first = self._next - self._first
            seen = np.lib.stride_tricks.sliding_window_view(self._held, length, axis=0)[first::step].swapaxes(1, 2)
            starts = first + step * np.arange(many)
            ends = self._times[starts + length - 1] + self._period
            said = self._predictor.probabilities(seen[:many])
            answers = [
                self._answer(row, float(begin), float(end))
                for row, begin, end in zip(said, self._times[starts], ends, strict=True)
            ]
            self._next += many * step
        drop = min(len(self._held), self._next - self._first)
        self._held, self._times = self._held[drop:].copy(), self._times[drop:].copy()
        self._first += drop
        return answers

    def _answer(self, probability: npt.NDArray[np.float32], begin: float, end: float) -> Answer:
        lag = max(0.0, self._newest + self._period - end)
        self._counts["windows"] += 1
        if np.isnan(probability[0]):
            self._smoother.begin()
            self._counts["unknown"] += 1
            return Answer(UNKNOWN_NAME, float("nan"), begin, end, lag)
        label = self._smoother.step(int(probability.argmax()), probability)
        best = probability.max()
        if best < self.task.threshold:
            self._counts["unknown"] += 1
            return Answer(UNKNOWN_NAME, float(best), begin, end, lag)
        return Answer(self.task.classes[label], float(probability[label]), begin, end, lag)
