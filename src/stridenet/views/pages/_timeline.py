"""What the page of a run says of whole recordings, and of answers that are not sure; tables for its template."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stridenet.evaluation.doubt import Doubt
from stridenet.evaluation.events import FRAMES, NAMED_EVENTS, TRUE_EVENTS, spread
from stridenet.evaluation.on_timeline import OnTimeline, Way
from stridenet.evaluation.result import Result
from stridenet.evaluation.timeline import Timeline, typical_and_worst
from stridenet.evaluation.unsure import Unsure
from stridenet.signals.wording import counted, listed, one_line, words
from stridenet.views.plots.timeline import timeline

_HOUR = 3600
_INSERTED = NAMED_EVENTS.index("inserted")
_ERRORS = {
    "timing": "a boundary that moved",
    "substitution": "another class named",
    "deletion": "an event missed whole",
    "fragment": "a hole in an event",
    "underfill": "an event's end missed",
    "overfill": "an event named too long",
    "insertion": "an event that was not there",
    "merge": "a gap between events filled",
}
_FEW = 0.0005
"""Of all labelled samples; a smaller share is not told."""


@dataclass(frozen=True, slots=True)
class Table:
    """A way of making timelines and its events, as the page shows them.

    Args:
        title: which way.
        rows: class by class, and of all classes last: its name, the counts, and median and quartiles of the delays.
    """

    title: str
    rows: list[tuple[str, list[str], list[tuple[str, str]]]]


COLUMNS = ("events", "correct", "deleted", "fragmented", "merged", "both", "inserted", "onset s", "offset s")


def of_timeline(found: OnTimeline, doubts: Sequence[Doubt] = ()) -> dict[str, object]:
    """What the section says: how much there is, each way's samples and errors, and tables of events."""
    n = len(found.ways[0].accuracies)
    who = f"{counted(found.recordings, 'recording')} of {counted(found.people, 'person', 'people')}"
    return {
        "about": f"Every window of {who} was answered, also where it has no label or several: {_long(found.seconds)}, "
        f"of which {100 * found.labelled:.0f} % has a label. What has none is not counted. Where windows overlap, the "
        "largest mean probability names the sample.",
        "ways": [(_title(way), _percent(way), _errors(way)) for way in found.ways],
        "doubts": [(one.wanted or "every sample is answered", _shares(one)) for one in doubts],
        "columns": COLUMNS,
        "tables": [Table(_title(way), _rows(way, found.classes)) for way in found.ways],
        "n": n,
    }


def of_unsure(found: Unsure) -> dict[str, object]:
    """What the section says: the temperature, what it mends, and what thresholds cost."""
    t = found.temperature
    one = t.size == 1
    middle = float(np.median(t))
    said = f"The temperature is {middle:.2f}" if one else f"Temperatures of {t.size} trainings have the median "
    said += "" if one else f"{middle:.2f} and lie from {t.min():.2f} to {t.max():.2f}"
    sure = "the network was too sure of itself" if middle > 1 else "it was less sure than it could be"
    limits = [
        (one.wanted, _limit(one.threshold), f"{100 * one.coverage:.1f}", _share(one.accuracy)) for one in found.withheld
    ]
    return {
        "about": f"Fitted for each training on those who validated it ({_who_validated(found)}), "
        f"never on anyone tested. {said}: {sure}. No answer changes by it, only how sure it is.",
        "calibration": [
            ("as it was trained", _points(found.ece[0]), f"{found.log_loss[0]:.3f}"),
            ("at the temperature", _points(found.ece[1]), f"{found.log_loss[1]:.3f}"),
        ],
        "limits": [("every window is answered", "none", "100.0", f"{100 * found.accuracy:.1f}"), *limits],
        "people": [
            (one_line(name), [value for cost in found.withheld for value in _pair(*cost.by_person[name])])
            for name in sorted(found.withheld[0].by_person, key=lambda name: found.withheld[0].by_person[name])
        ],
        "never": sum(int((~np.isfinite(one.threshold)).sum()) for one in found.withheld),
    }


def _who_validated(found: Unsure) -> str:
    fewest, most = found.n_each
    everyone = counted(found.n_people, "person", "people")
    if fewest == found.n_people:
        return everyone
    each = counted(most, "person", "people")
    return f"{each if fewest == most else f'{fewest} to {each}'} each, {everyone} in all folds"


def draw(result: Result, folder: Path) -> tuple[Callable[[], list[Path]], str] | None:
    """The picture of a typical and of the worst recording in the first repeat, and its words; None without one."""
    said = result.continuous
    if said is None:
        return None
    lines = said.first
    name = said.smoothing.name
    also = {} if name == "none" else {name.replace("-", " "): said.smoothed(lines)}
    return lambda: timeline(lines, folder, also=also), _picture_text(lines)


def _picture_text(lines: list[Timeline]) -> str:
    shown = [
        f"{words(line.name)}: {100 * line.accuracy:.1f} % right ({what})" for what, line in typical_and_worst(lines)
    ]
    return f"Truth above prediction over time. {listed(shown)}."


def _title(way: Way) -> str:
    settings = "".join(f", {value:g} s" if k == "seconds" else f", {k} {value:g}" for k, value in way.settings.items())
    return "as the network has it" if way.smoothing == "none" else f"smoothed by {way.smoothing}{settings}"


def _percent(way: Way) -> str:
    sd = f" ± {100 * float(np.std(way.accuracies)):.1f}" if len(way.accuracies) > 1 else ""
    return f"{100 * way.accuracy:.1f}{sd}"


def _errors(way: Way) -> str:
    """What the wrong samples are, the commonest first."""
    shares = {name: share for name, share in way.frames().items() if name in FRAMES[1:] and share >= _FEW}
    told = [f"{_ERRORS[name]} {100 * shares[name]:.1f} %" for name in sorted(shares, key=lambda one: -shares[one])]
    return ", ".join(told) or "none"


def _rows(way: Way, classes: tuple[str, ...]) -> list[tuple[str, list[str], list[tuple[str, str]]]]:
    n, errors = len(way.errors), way.pooled
    found = []
    for c, name in enumerate(classes):
        true, inserted = errors.true_events[c], errors.named_events[c, _INSERTED]
        if true.any() or inserted:
            counts = [true.sum(), *(true[TRUE_EVENTS.index(kind)] for kind in TRUE_EVENTS), inserted]
            delays = [_delay(errors.onset_s[c]), _delay(errors.offset_s[c])]
            found.append((words(name), _counts(counts, n), delays))
    true = errors.true_events.sum(axis=0)
    counts = [true.sum(), *true, errors.named_events[:, _INSERTED].sum()]
    delays = [_delay(np.concatenate(every)) for every in (errors.onset_s, errors.offset_s)]
    return [*found, ("all", _counts(counts, n), delays)]


def _counts(counts: list[int], n: int) -> list[str]:
    return [f"{count / n:.1f}" if n > 1 else f"{count:.0f}" for count in counts]


def _delay(delays: npt.NDArray[np.float64]) -> tuple[str, str]:
    """The median and the quartiles."""
    told = spread(delays)
    if told["median"] is None:
        return "–", ""
    return _signed(told["median"]), f"{_signed(told['low'])} to {_signed(told['high'])}"


def _signed(value: float | int | None) -> str:
    return f"{0.0 if value is None else value:+.1f}".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")


def _limit(threshold: npt.NDArray[np.float64]) -> str:
    there = threshold[np.isfinite(threshold)]
    return f"{float(np.median(there)):.3f}" if len(there) else "none found"


def _pair(answered: float, right: float) -> tuple[str, str]:
    return f"{100 * answered:.1f}", _share(right)


def _share(value: float) -> str:
    return f"{100 * value:.1f}" if np.isfinite(value) else "–"


def _shares(one: Doubt) -> list[str]:
    return [_share(value) for value in (one.answered, one.accuracy, one.unlabelled)]


def _points(value: float) -> str:
    return f"{100 * value:.1f}" if np.isfinite(value) else "–"


def _long(seconds: float) -> str:
    return f"{seconds / _HOUR:.1f} hours" if seconds >= _HOUR else f"{seconds / 60:.1f} minutes"
