"""How good, and how sure: a result's scores with their intervals, as JSON holds them and as people read them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stridenet.evaluation.calibration import Reliability
from stridenet.evaluation.intervals import Interval, of_recall
from stridenet.evaluation.power import Enough
from stridenet.evaluation.scores import RANGES, Floats, Tally

TITLES = {
    "accuracy": "accuracy",
    "person_accuracy": "person accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro F1",
    "kappa": "Cohen's kappa",
    "mcc": "MCC",
    "log_loss": "log loss",
    "brier": "Brier score",
}
"""Every score as people read its name."""


def number(name: str, value: float, digits: int = 1) -> str:
    """A score's value: a share in percent, any other as it is.

    >>> number("accuracy", 0.904), number("kappa", 0.8841), number("log_loss", math.inf)
    ('90.4', '0.884', 'no end')
    """
    if not math.isfinite(value):
        return "no end"
    return f"{100 * value:.{digits}f}" if RANGES[name] == "share" else f"{value:.{digits + 2}f}"


def signed(score: str, value: float) -> str:
    """A difference with its sign: points of a share, else the score's own unit.

    >>> signed("accuracy", 0.0123), signed("kappa", -0.05)
    ('+1.2', '-0.050')
    """
    if not math.isfinite(value):
        return "no end"
    return f"{100 * value:+.1f}" if RANGES[score] == "share" else f"{value:+.3f}"


def plan(score: str, found: Enough) -> str:
    """What could have been shown, and how many would show the difference that was asked for.

    >>> plan("accuracy", Enough(0.023, 0.01, 40, 25))
    '2.3 points would have shown (in 80 of 100 cases); 1 point needs 40 people, or 25 repeats'
    """
    share = RANGES[score] == "share"
    unit = f"{100 * found.wanted:g} point{'' if found.wanted == 0.01 else 's'}" if share else f"{found.wanted:g}"
    smallest = signed(score, found.smallest).lstrip("+") + (" points" if share else "")
    many = [f"{n:,} {one}" for n, one in ((found.people, "people"), (found.repeats, "repeats")) if n is not None]
    none = [one for n, one in ((found.people, "people"), (found.repeats, "repeats")) if n is None]
    need = [f"{unit} needs {', or '.join(many)}"] if many else []
    need += [f"no number of {' or of '.join(none)} is known to show {'it' if many else unit}"] if none else []
    return f"{smallest} would have shown (in 80 of 100 cases); {'; '.join(need)}"


def sentence(name: str, scores: Sequence[float] | Floats, sure: Interval, digits: int = 1) -> str:
    """A score, its interval over people, and its spread over seeds, in one line.

    >>> sentence("accuracy", [0.89, 0.91], Interval(0.871, 0.929, 0.95, 9, "bootstrap-t"))
    '90.0 % (95 % interval over 9 people 87.1 to 92.9; sd over 2 seeds 1.0)'
    """
    unit = " %" if RANGES[name] == "share" else ""
    people = "1 person" if sure.n_people == 1 else f"{sure.n_people} people"
    ends = f"{number(name, sure.low, digits)} to {number(name, sure.high, digits)}"
    n = len(scores)
    spread = (
        f"sd over {n} seeds {number(name, float(np.std(scores)), digits)}" if n > 1 else "one seed, no spread known"
    )
    doubt = f"; {sure.doubt}" if sure.doubt else ""
    mean = number(name, float(np.mean(scores)), digits)
    return f"{mean}{unit} ({100 * sure.level:g} % interval over {people} {ends}; {spread}{doubt})"


def in_short(told: Tally, intervals: Mapping[str, Interval]) -> str:
    """The accuracy of one network with its interval, and its macro F1."""
    accuracy, f1 = (number(name, float(told.score(name).mean())) for name in ("accuracy", "macro_f1"))
    ends = " to ".join(number("accuracy", end) for end in (intervals["accuracy"].low, intervals["accuracy"].high))
    return f"accuracy {accuracy} % (95 % interval {ends}), macro F1 {f1} %"


def of_all(told: Tally, intervals: Mapping[str, Interval]) -> dict[str, dict[str, Any]]:
    """Each score as JSON holds it: its value, that of every repeat, their deviation (ddof 0), and the interval."""
    found = {}
    for name, sure in intervals.items():
        each = told.score(name)
        found[name] = {
            "value": float(each.mean()),
            "sd": float(each.std()),
            "repeats": [float(one) for one in each],
            **_ends(sure),
        }
    return found


def of_classes(told: Tally) -> dict[str, dict[str, Any]]:
    """Each class: precision, recall and F1 with their deviation over repeats (ddof 0), and the interval of recall."""
    each, found = told.per_class(), {}
    for c, name in enumerate(told.classes):
        sure = of_recall(told, c)
        found[name] = {
            **{score: {"mean": float(v[:, c].mean()), "sd": float(v[:, c].std())} for score, v in each.items()},
            "recall_interval": None if sure is None else _ends(sure),
            "support": int(told.true[:, c].sum()),
        }
    return found


def of_people(told: Tally) -> dict[str, dict[str, Any]]:
    """Each person's accuracy, with its deviation over repeats (ddof 0); one person has no interval over people."""
    return {
        person: {"mean": float(scores.mean()), "sd": float(scores.std()), "windows": int(n)}
        for person, scores, n in zip(told.people, told.per_person(), told.windows, strict=True)
    }


def of_calibration(found: Reliability) -> dict[str, Any] | None:
    """ECE, the gap between confidence and accuracy, and every bin; None where no window has an answer."""
    if not len(found.count):
        return None
    bins = zip(found.low, found.high, found.confidence, found.accuracy, found.count, strict=True)
    names = ("low", "high", "confidence", "accuracy", "count")
    return {
        "ece": found.ece,
        "gap": found.gap,
        "bins": [{name: value.item() for name, value in zip(names, one, strict=True)} for one in bins],
    }


def _ends(sure: Interval) -> dict[str, Any]:
    """An interval as JSON holds it; an end that is infinite is null."""
    low, high = (end if math.isfinite(end) else None for end in (sure.low, sure.high))
    return {
        "low": low,
        "high": high,
        "level": sure.level,
        "n_people": sure.n_people,
        "method": sure.method,
        "doubt": sure.doubt,
    }
