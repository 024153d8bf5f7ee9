"""Whole recordings: every window of those that are tested, also without one label, and the label of every sample."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, SettingError, short
from stridenet.evaluation.protocol import OF_PEOPLE
from stridenet.evaluation.splits import Split
from stridenet.signals.places import Places
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.windows import Windows

Index = npt.NDArray[np.int64]
LACKING = (
    "timeline = true needs the recordings that windows were cut from, and this data comes as windows alone; use hapt "
    "in place of uci-har, tables of unbroken recordings in place of arrays, or from Python run(windows=..., "
    "recordings=...)."
)


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """The recordings that windows were cut from, without their signal, which the windows hold.

    Args:
        recordings: by their number in the windows: name, person, and the label of every sample.
        step: samples from the start of one window to the next.
    """

    recordings: Mapping[int, Recording]
    step: int

    def numbers(self, windows: Windows, split: Split) -> list[int]:
        """The recordings that are tested, and on no other side.

        Raises:
            SettingError: parts of one are trained on.
        """
        named = set(windows.recording[split.test].tolist())
        if split.kind in OF_PEOPLE:  # also what has no window with a label
            people = set(windows.group[split.test].tolist())
            named |= {number for number, one in self.recordings.items() if one.group in people}
        others = np.concatenate([split.train, split.validation])
        if shared := sorted(named & set(windows.recording[others].tolist())):
            raise SettingError(
                f"timeline = true: the split {split.kind!r} also trains on parts of recordings that it tests (such as "
                f"{short(windows.recordings[shared[0]])}), so nobody is left to be answered whole; use --protocol "
                "by-person or by-session, or leave timeline out."
            )
        return sorted(named & self.recordings.keys())

    def tested(self, windows: Windows, split: Split) -> Windows:
        """Every window of the recordings that are tested, over the same signals; none has a label (-1)."""
        numbers = self.numbers(windows, split)
        starts = [starts_of(self.recordings[number].n_samples, windows.length, self.step) for number in numbers]
        n = [len(one) for one in starts]
        recording = np.repeat(np.array(numbers, np.int64), n)
        start = np.concatenate([np.empty(0, np.int64), *starts])
        return replace(
            windows,
            x=Places(windows.places.signals, recording, start, windows.length),
            y=np.full(len(start), UNLABELLED, np.int64),
            group=np.repeat(np.array([self.recordings[number].group for number in numbers], np.str_), n),
            recording=recording,
            start=start,
        )

    def check(self, windows: Windows, splits: Sequence[Split]) -> None:
        """Makes sure that whole recordings are tested, each in one fold.

        Raises:
            SettingError: it is not so.
        """
        every = [number for one in splits for number in self.numbers(windows, one)]
        tested = {number for one in splits for number in windows.recording[one.test].tolist()}
        if lost := sorted(tested - set(every)):
            example = short(windows.recordings[lost[0]])
            raise SettingError(
                f"timeline = true: {len(lost)} recordings that are tested (such as {example}) were not given; give all "
                "that the windows were cut from, in recordings=."
            )
        if len(every) > len(set(every)):
            raise SettingError(
                "timeline = true: the splitter tests parts of one recording in several folds; give one that keeps "
                "recordings whole, or leave timeline out."
            )

    @property
    def digest(self) -> str:
        """Identifies the labels."""
        content = hashlib.sha256()
        for number, one in self.recordings.items():
            content.update(f"{number} {one.name} {one.group} {one.n_samples} ".encode())
            content.update(np.ascontiguousarray(one.labels, "<i2").tobytes())
        return content.hexdigest()


def whole_of(windows: Windows, recordings: Sequence[Recording] | None) -> Whole:
    """The recordings that windows were cut from.

    Args:
        windows: as they were cut.
        recordings: some or all of those that they were cut from; None where there are none.

    Raises:
        SettingError: there are none, or none is longer than a window.
        DataError: the windows were cut from others.
    """
    if recordings is None or all(one.n_samples <= windows.length for one in recordings):
        raise SettingError(LACKING)
    signals = windows.places.signals
    at = {_place(signal): number for number, signal in enumerate(signals)}
    found = {}
    for i, one in enumerate(recordings):
        if one.n_samples < windows.length:
            continue
        number = at.get(_place(one.data))
        if number is None and len(signals) == len(recordings) and np.array_equal(signals[i], one.data):
            number = i
        if number is None or len(signals) != len(windows.recordings) or one.classes != windows.classes:
            raise DataError(
                f"timeline: recording {one.name!r} is none of those that the windows were cut from; give the very "
                "recordings that cut() was given."
            )
        found[number] = _without_signal(one)
    return Whole(dict(sorted(found.items())), _step(windows))


def starts_of(n_samples: int, length: int, step: int) -> Index:
    """Where windows begin so that they cover all samples: every step, and one more that ends with the recording.

    >>> starts_of(10, 4, 2).tolist(), starts_of(11, 4, 2).tolist(), starts_of(3, 4, 2).tolist()
    ([0, 2, 4, 6], [0, 2, 4, 6, 7], [])
    """
    last = n_samples - length
    return np.unique([*range(0, last + 1, step), last]).astype(np.int64) if last >= 0 else np.empty(0, np.int64)


def _step(windows: Windows) -> int:
    """The samples from window to window: the largest that all starts are multiples of, at most a window."""
    return min(int(np.gcd.reduce(windows.start)) or windows.length, windows.length)


def _place(signal: npt.NDArray[np.floating]) -> tuple[object, ...]:
    return (signal.__array_interface__["data"][0], signal.shape, signal.dtype.str, signal.strides)


def _without_signal(one: Recording) -> Recording:
    nothing = np.empty((one.n_samples, 0), np.float32)
    return replace(one, data=nothing, channels=(), units=(), labels=np.asarray(one.labels, np.int16))
