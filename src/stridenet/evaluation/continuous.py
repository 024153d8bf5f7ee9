"""What was said of whole recordings, window by window in time: from it come timelines and their event errors."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError
from stridenet.evaluation.smoothing import Transitions, smooth, transitions_of
from stridenet.evaluation.splits import Split
from stridenet.evaluation.timeline import Timeline, timelines
from stridenet.evaluation.whole import Whole
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows
from stridenet.spec import SmoothingSpec

FORMAT = 1
"""Of the file."""
_WINDOWS = {"majority": 2, "majority-past": 2, "median": 2, "minimum-duration": 1}
"""The seconds that a smoothing takes where none are given, in windows."""


@dataclass(frozen=True, eq=False)
class Continuous:
    """Every window of the recordings that were tested, and what each repeat says of them.

    Args:
        probability: shape (repeat, window, class).
        recording: shape (window,), an index into ``recordings``.
        start: shape (window,), the first sample.
        length: samples in a window.
        recordings: name, person and true labels of each, without the signal.
        fold: shape (recording,), in which each was tested.
        transitions: shape (fold, class, class), how often a class followed a class ``lag`` samples earlier, in the
            recordings of those who trained.
        lag: samples.
        smoothing: how the timelines are smoothed besides.
    """

    probability: npt.NDArray[np.float32]
    recording: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    length: int
    recordings: tuple[Recording, ...]
    fold: npt.NDArray[np.int64]
    transitions: npt.NDArray[np.int64]
    lag: int
    smoothing: SmoothingSpec = field(default_factory=SmoothingSpec)

    @cached_property
    def first(self) -> list[Timeline]:
        """The timelines of the first repeat."""
        return self.lines(0)

    def lines(self, repeat: int) -> list[Timeline]:
        """A timeline of each recording, as the windows have it."""
        return timelines(self.probability[repeat], self.recording, self.start, self.length, self.recordings)

    def smoothed(self, lines: Sequence[Timeline]) -> list[Timeline]:
        """The same timelines, smoothed; of all recordings, in their order."""
        spec = self.smoothing
        settings = spec.given()
        return [
            smooth(spec.name, line, **settings, **self._counted(spec.name, int(fold)))
            for line, fold in zip(lines, self.fold, strict=True)
        ]

    def each(self) -> Iterator[list[Timeline]]:
        """The timelines of every repeat, one repeat at a time."""
        yield self.first
        for repeat in range(1, len(self.probability)):
            yield self.lines(repeat)

    def _counted(self, smoother: str, fold: int) -> dict[str, Any]:
        """What a smoother needs of the training people."""
        return {"transitions": Transitions(self.transitions[fold], self.lag)} if smoother == "viterbi" else {}


def collect_continuous(
    windows: Windows,
    splits: Sequence[Split],
    whole: Whole,
    trainings: Mapping[Any, Mapping[str, Any]],
    seeds: Sequence[int],
    smoothing: SmoothingSpec,
) -> Continuous:
    """What was said of whole recordings, of all trainings.

    Args:
        windows: all windows.
        splits: who is tested, of each fold.
        whole: the recordings.
        trainings: by fold and seed, what each left as arrays; ``whole_probability`` among them.
        seeds: one per repeat.
        smoothing: how the timelines are smoothed besides.
    """
    tested = [whole.tested(windows, one) for one in splits]
    number, start = (np.concatenate([getattr(one, name) for one in tested]) for name in ("recording", "start"))
    of_fold = np.repeat(np.arange(len(splits)), [len(one) for one in tested])
    said = [
        np.concatenate([trainings[fold, seed]["whole_probability"] for fold in range(len(splits))]) for seed in seeds
    ]
    there, first, index = np.unique(number, return_index=True, return_inverse=True)
    lag = whole.step
    counted = [
        transitions_of([whole.recordings[i].labels for i in trained_on(windows, one, whole)], len(windows.classes), lag)
        for one in splits
    ]
    return Continuous(
        np.stack(said),
        index.astype(np.int64),
        start,
        windows.length,
        tuple(whole.recordings[i] for i in there.tolist()),
        of_fold[first],
        np.stack([one.counts for one in counted]),
        lag,
        smoothing,
    )


def settled(spec: SmoothingSpec, length_s: float) -> SmoothingSpec:
    """The same with the seconds that it lacks, in windows: shorter ones change nothing that a window says.

    Args:
        spec: how timelines are smoothed.
        length_s: seconds in a window.

    Raises:
        SettingError: a setting that the smoothing does not take, before anything is trained.

    >>> settled(SmoothingSpec(name="median"), 2.56).seconds
    5.12
    """
    if spec.name == "none":
        return spec
    if spec.seconds is None and (windows := _WINDOWS.get(spec.name)):
        spec = spec.model_copy(update={"seconds": round(windows * length_s, 6)})
    labels, scores = np.zeros(1, np.int64), np.ones((1, 1))
    line = Timeline("", "", labels, labels, scores, np.ones(1, np.int64), 1.0, ("",))
    counts = {"transitions": Transitions(np.ones((1, 1), np.int64), 1)} if spec.name == "viterbi" else {}
    smooth(spec.name, line, **spec.given(), **counts)
    return spec


def trained_on(windows: Windows, split: Split, whole: Whole) -> list[int]:
    """The recordings that have training windows, and no other."""
    return [i for i in np.unique(windows.recording[split.train]).tolist() if i in whole.recordings]


def write(path: Path, said: Continuous) -> None:
    """Writes a file that :func:`read` reads."""
    recordings = said.recordings
    about = {
        "format": FORMAT,
        "length": said.length,
        "lag": said.lag,
        "rate_hz": recordings[0].rate_hz,
        "names": [one.name for one in recordings],
        "groups": [one.group for one in recordings],
        "smoothing": said.smoothing.model_dump(exclude_none=True),
    }
    np.savez(
        path,
        about=np.array(json.dumps(about)),
        labels=np.concatenate([one.labels for one in recordings]),
        samples=np.array([one.n_samples for one in recordings]),
        **{name: getattr(said, name) for name in _ARRAYS},
    )


def read(path: Path, classes: tuple[str, ...]) -> Continuous:
    """What such a file holds.

    Args:
        path: the file.
        classes: the classes' names.

    Raises:
        OSError, ValueError, KeyError: it is not there, or damaged.
        DataError: a newer version wrote it.
    """
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in (*_ARRAYS, "labels", "samples")}
        about = json.loads(str(stored["about"]))
    if about["format"] > FORMAT:
        raise DataError(
            f"{path} was written by a newer version of stridenet (format {about['format']}; this one reads up to "
            f"{FORMAT}); use that version."
        )
    labels = np.split(arrays.pop("labels"), np.cumsum(arrays.pop("samples"))[:-1])
    recordings = [
        Recording(name, group, np.empty((len(own), 0), np.float32), (), (), about["rate_hz"], own, classes)
        for name, group, own in zip(about["names"], about["groups"], labels, strict=True)
    ]
    smoothing = SmoothingSpec(**about["smoothing"])
    return Continuous(
        **arrays, length=about["length"], lag=about["lag"], recordings=tuple(recordings), smoothing=smoothing
    )


_ARRAYS = ("probability", "recording", "start", "fold", "transitions")
