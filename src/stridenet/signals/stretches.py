"""Windows that came cut, put together again where they hold the same samples: recordings to go through anew."""

from itertools import pairwise

import numpy as np

from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows


def stretches(windows: Windows) -> list[Recording]:
    """Unbroken recordings of one class each, which hold what the windows hold.

    A stretch goes on where a window holds the end of the one before it, is of the same person and has the same class.
    Cut with the step that the windows had, the stretches give these very windows again.

    >>> windows = Windows.from_arrays([[[0.0], [1]], [[1], [2]], [[7], [8]]], ["sit", "sit", "walk"], [1, 1, 1])
    >>> [(one.data.ravel().tolist(), one.labels.tolist()) for one in stretches(windows)]
    [([0.0, 1.0, 2.0], [0, 0, 0]), ([7.0, 8.0], [1, 1])]
    """
    order, fresh = windows.in_time()
    y, group = windows.y[order], windows.group[order]
    begins = fresh == windows.length
    begins[1:] |= (y[1:] != y[:-1]) | (group[1:] != group[:-1])
    edges = [*np.flatnonzero(begins).tolist(), len(order)]
    found = []
    for first, end in pairwise(edges):
        one, last = int(order[first]), int(order[end - 1])
        places = windows.places
        data = places.signals[int(places.which[one])][int(places.first[one]) : int(places.first[last]) + windows.length]
        name = f"{windows.recordings[int(windows.recording[one])]} from sample {int(windows.start[one]) + 1}"
        labels = np.full(len(data), windows.y[one])
        said = windows.channels, windows.units, windows.rate_hz
        found.append(Recording(name, str(windows.group[one]), data, *said, labels, windows.classes))
    return found
