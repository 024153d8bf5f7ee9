"""What is wrong with data before anything is trained on it, each with what to do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stridenet.errors import DataError
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.windows import Windows, cut
from stridenet.signals.wording import counted, listed, short

LENGTHS_S = (1.0, 2.0, 2.56, 5.0, 10.0)
"""Window lengths that people try."""
_FEW = 50
_HUNG, _AT_LIMIT = 0.05, 0.1


def lengths(recordings: Sequence[Recording], seconds: Sequence[float] = LENGTHS_S) -> list[dict[str, float]]:
    """How many labelled windows each length gives, with half overlap, and the share of samples that they hold.

    >>> import numpy as np
    >>> r = Recording("r", "p", np.zeros((40, 1)), ("x",), ("g",), 10.0, np.zeros(40, int), ("sit",))
    >>> lengths([r], [2.0, 5.0])
    [{'length_s': 2.0, 'windows': 3, 'used': 1.0}, {'length_s': 5.0, 'windows': 0, 'used': 0.0}]
    """
    total = sum(recording.n_samples for recording in recordings)
    found = []
    for length_s in seconds:
        try:
            windows = cut(recordings, length_s=length_s)
            used = sum(map(len, windows.pieces())) / max(1, total)
        except DataError:
            windows, used = None, 0.0
        found.append({"length_s": length_s, "windows": len(windows) if windows else 0, "used": round(used, 4)})
    return found


def problems(windows: Windows, recordings: Sequence[Recording] | None, overview: Mapping[str, Any]) -> list[str]:
    """All that stands in the way of an honest figure, or makes it say little; each a sentence with what to do."""
    return [
        *windows.reading.doubts,
        *_of_labels(windows, recordings),
        *_of_people(windows),
        *_of_clocks(windows.reading.description),
        *_of_signals(windows, overview),
    ]


def _of_labels(windows: Windows, recordings: Sequence[Recording] | None) -> Iterator[str]:
    held = [name for c, name in enumerate(windows.classes) if (windows.y == c).any()]
    if not windows.classes or (recordings and all((r.labels == UNLABELLED).all() for r in recordings)):
        yield (
            "nothing is labelled, so nothing can be trained: name the column (--label NAME), the names "
            '(--people-from "{activity}_{any}.csv"), or put a table of file, start, end and label beside the recordings'
        )
    elif len(held) == 1:
        yield f"all windows are {short(held[0], 40)}: a classifier needs a second activity"
    elif 0 < len(windows) < _FEW:
        yield f"{counted(len(windows), 'window')} only: a figure of so few says little; record more, or cut with --step"


def _of_people(windows: Windows) -> Iterator[str]:
    if not len(windows):
        return
    alone = [name for c, name in enumerate(windows.classes) if len(set(windows.group[windows.y == c].tolist())) == 1]
    if len(windows.people) == 1:
        yield "all is of one person, so nobody is left to be tested: record another, or ask for --protocol by-session"
    elif alone:
        names = listed([short(name, 30) for name in alone])
        yield f"one person only does {names}: whoever is tested, it is either not learnt or not tested"


def _of_clocks(description: Mapping[str, Any]) -> Iterator[str]:
    clocks = description.get("clocks", ())
    samples_lost = [c for c in clocks if c["missing"] > 0]
    gaps = sum(c["gaps"] for c in clocks)
    if gaps > 3 * max(1, len(clocks)):
        yield f"{gaps} gaps cut the recordings into short pieces: a longer --gap bridges them, if the sensor paused"
    if samples_lost:
        n = sum(c["missing"] for c in samples_lost)
        where = counted(len(samples_lost), "recording")
        yield f"{counted(n, 'sample')} were lost in {where}; straight lines go over them"


def _of_signals(windows: Windows, overview: Mapping[str, Any]) -> Iterator[str]:
    for name, channel in overview["channels"].items():
        if (channel["constant"] or 0) > _HUNG:
            yield (
                f"channel {short(name, 40)} stands still for {100 * channel['constant']:.0f} % of the time, as a "
                "sensor "
                f"that hung or was off; leave it out (--drop) if that is so"
            )
        elif (channel["saturated"] or 0) > _AT_LIMIT and overview["n_windows"] >= _FEW:
            yield (
                f"channel {short(name, 40)} is at its limit for {100 * channel['saturated']:.0f} % of the time: a "
                "wider range "
                "of the sensor would see more"
            )
    total = sum(windows.dropped.values())
    if total and not len(windows):
        yield "no window is left; see what was dropped, and choose another --length-s"
