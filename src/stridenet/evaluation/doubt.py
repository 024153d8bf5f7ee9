"""None of these on the timeline: what the thresholds of the validation people do to whole recordings.

Only here is seen what a threshold is for: samples that have no label get no answer.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.evaluation.calibration import at_temperature
from stridenet.evaluation.continuous import Continuous
from stridenet.evaluation.scores import Floats
from stridenet.evaluation.timeline import UNKNOWN, Timeline, timelines
from stridenet.evaluation.unsure import Unsure
from stridenet.signals.recording import UNLABELLED


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a threshold does, over all repeats; NaN where there is nothing to count.

    Args:
        wanted: what the threshold was to do on those who validate, in words; empty for none.
        answered: the share of labelled samples that get an answer.
        accuracy: the share of right answers among these.
        unlabelled: the share of samples without a label that get an answer all the same.
    """

    wanted: str
    answered: float
    accuracy: float
    unlabelled: float

    def plain(self) -> dict[str, Any]:
        """Everything under its name; None where there is nothing to count."""
        numbers = {name: getattr(self, name) for name in ("answered", "accuracy", "unlabelled")}
        return {"wanted": self.wanted} | {name: n if np.isfinite(n) else None for name, n in numbers.items()}


def doubts(said: Continuous, unsure: Unsure) -> tuple[Doubt, ...]:
    """What no threshold does, and then each of those that were fitted; each recording by those of its fold.

    Args:
        said: what was said of whole recordings.
        unsure: temperatures and thresholds, of each training.
    """
    of_window = said.fold[said.recording]
    none = np.zeros_like(unsure.temperature)
    wanted = [("", none), *((one.wanted, one.threshold) for one in unsure.withheld)]
    counts = np.zeros((len(wanted), 5), np.int64)
    for repeat, probability in enumerate(said.probability):
        after = at_temperature(probability, unsure.temperature[repeat, of_window][:, None])
        lines = timelines(after, said.recording, said.start, said.length, said.recordings)
        for count, (_, threshold) in zip(counts, wanted, strict=True):
            count += sum(_counts(line, threshold[repeat, fold]) for line, fold in zip(lines, said.fold, strict=True))
    labelled, answered, right, unlabelled, false = counts.T.astype(np.float64)
    shares = [_share(answered, labelled), _share(right, answered), _share(false, unlabelled)]
    rows = np.stack(shares, axis=1).tolist()
    return tuple(Doubt(words, *row) for (words, _), row in zip(wanted, rows, strict=True))


def _counts(line: Timeline, threshold: float) -> npt.NDArray[np.int64]:
    """Labelled samples, those of them with an answer, and a right one; samples without a label, and with an answer."""
    sure = np.repeat(line.scores.max(axis=1) >= threshold, line.pieces) & (line.predicted != UNKNOWN)
    labelled = line.truth != UNLABELLED
    right = line.truth == line.predicted
    groups = (labelled, labelled & sure, labelled & sure & right, ~labelled, ~labelled & sure)
    return np.array([group.sum() for group in groups], np.int64)


def _share(some: Floats, of: Floats) -> Floats:
    return np.asarray(np.divide(some, of, out=np.full(len(of), np.nan), where=of > 0))
