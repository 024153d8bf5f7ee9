"""Which of several choices to use: the cheapest that is about as good as the best, and does not answer too late."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from stridenet.evaluation.scores import RANGES
from stridenet.runs.cuttings import Cutting
from stridenet.signals.wording import counted


@dataclass(frozen=True)
class Choice:
    """A cutting that was tried.

    Args:
        cutting: the windows.
        varied: what is another in it than in the windows as they are.
        people: the score of each person's own windows.
        mflop: millions of operations of one answer; NaN where it is not known.
        n_parameters: of the network.
        n_windows: that were tested.
        seconds: of training.
        verdict: why it is recommended, or why not.
    """

    cutting: Cutting
    varied: str
    people: dict[str, float]
    mflop: float
    n_parameters: int
    n_windows: int
    seconds: float
    verdict: str = ""

    @cached_property
    def score(self) -> float:
        """The mean over people."""
        return float(np.mean(list(self.people.values())))

    @cached_property
    def error(self) -> float:
        """The standard error over people: their deviation (ddof 1) by the root of how many they are."""
        n = len(self.people)
        return float(np.std(list(self.people.values()), ddof=1) / np.sqrt(n)) if n > 1 else 0.0

    @property
    def mflop_per_s(self) -> float:
        """Millions of operations a second: an answer each step."""
        return self.mflop / self.cutting.step_s

    @property
    def cost(self) -> tuple[float, float, float]:
        """What is to be small: arithmetic a second, or parameters where it is not known; then how late it answers."""
        work = self.mflop_per_s if np.isfinite(self.mflop) else float(self.n_parameters)
        return round(work, 6), round(self.cutting.latency_s, 6), -self.score


def recommend(
    choices: Sequence[Choice],
    sign: int,
    by: str,
    latency_s: float | None,
    sensors: dict[tuple[str, ...], str],
) -> tuple[tuple[Choice, ...], int, tuple[str, ...]]:
    """The choices with a verdict each, the place of the one to use, and why.

    Of those that answer in time, and whose mean is within one standard error of the best's, the cheapest is taken.

    Args:
        choices: the first is the windows as they are.
        sign: 1 where more of the score is better, -1 where less is.
        by: the score.
        latency_s: answers may come so late; by default as late as those of the first.
        sensors: names of groups of channels.

    Source: the rule of one standard error is of Breiman, Friedman, Olshen and Stone, "Classification and Regression
    Trees" (1984), section 3.4.3.
    """
    best = max(choices, key=lambda one: sign * one.score)
    limit = choices[0].cutting.latency_s if latency_s is None else latency_s
    good = [one for one in choices if _as_good(one, best, sign)]
    in_time = [one for one in good if one.cutting.latency_s <= limit + 1e-9]
    used = min(in_time or good, key=lambda one: one.cost)
    told = tuple(replace(one, verdict=_verdict(one, used, best, sign, by, limit)) for one in choices)
    return told, choices.index(used), tuple(_reasons(choices, used, best, good, in_time, sign, by, limit, sensors))


def combined(choices: Sequence[Choice], sign: int, latency_s: float | None) -> Cutting | None:
    """The cheapest of the as good of each thing that was varied, together; None where it was tried already."""
    own = choices[0].cutting
    limit = own.latency_s if latency_s is None else latency_s
    picked = {}
    for what in ("length", "step", "rate", "channels"):
        some = [one for one in choices if one.varied in (what, "as they are")]
        best = max(some, key=lambda one: sign * one.score)
        good = [one for one in some if _as_good(one, best, sign)]
        picked[what] = min(
            [one for one in good if one.cutting.latency_s <= limit + 1e-9] or good, key=lambda one: one.cost
        )
    length = picked["length"].cutting.length_s
    share = picked["step"].cutting.step_s / own.length_s
    rate, channels = picked["rate"].cutting.rate_hz, picked["channels"].cutting.channels
    step = max(1, round(share * length * own.rate_hz)) / own.rate_hz
    made = Cutting(length, step, rate, channels)
    return None if any(one.cutting == made for one in choices) else made


def _as_good(one: Choice, best: Choice, sign: int) -> bool:
    return sign * (best.score - one.score) <= best.error + 1e-12


def _verdict(one: Choice, used: Choice, best: Choice, sign: int, by: str, limit: float) -> str:
    if one is used:
        return "use this" if one is not best else "use this: the best"
    if not _as_good(one, best, sign):
        return f"{_points(abs(best.score - one.score), by)} worse than the best"
    if one.cutting.latency_s > limit + 1e-9:
        return f"as good, and answers later than {limit:g} s"
    return "the best, and costs more" if one is best else "as good, and costs more"


def _reasons(
    choices: Sequence[Choice],
    used: Choice,
    best: Choice,
    good: Sequence[Choice],
    in_time: Sequence[Choice],
    sign: int,
    by: str,
    limit: float,
    sensors: dict[tuple[str, ...], str],
) -> list[str]:
    people = len(best.people)
    error = _points(best.error, by)
    said = [
        f"The best is {best.cutting.words(sensors)}: {_value(best.score, by)}, with a standard error of {error} over "
        f"{counted(people, 'person', 'people')}."
    ]
    if used is not best:
        gap = sign * (best.score - used.score)
        said.append(
            f"This one has {_value(used.score, by)}, {_points(abs(gap), by)} less, which is within one standard error, "
            f"and is the cheapest of {counted(len(in_time or good), 'choice')} of which that is true."
        )
    own = choices[0]
    if used is own:
        said.append("Those are the windows as they are.")
    else:
        said.append(_beside(used, own))
    late = [one for one in good if one.cutting.latency_s > limit + 1e-9]
    if not in_time:
        said.append(f"No choice that answers within {limit:g} s is as good; the cheapest of all is taken.")
    elif late:
        said.append(f"As good, but later than {limit:g} s: {counted(len(late), 'choice')}.")
    if people < 10:
        said.append(
            f"{counted(people, 'person', 'people')} tell little: other people may put the choices in another order."
        )
    return said


def _beside(used: Choice, own: Choice) -> str:
    late = f"It answers after {used.cutting.latency_s:.3g} s (as they are: {own.cutting.latency_s:.3g} s)"
    if not np.isfinite(used.mflop):  # an estimator, whose numbers nobody counts
        return f"{late}."
    return (
        f"{late} and needs {used.mflop_per_s:.3g} MFLOP a second ({own.mflop_per_s:.3g}), with {used.n_parameters:,} "
        f"parameters ({own.n_parameters:,})."
    )


def _value(score: float, by: str) -> str:
    share = RANGES[by] == "share"
    return f"{100 * score:.1f} %" if share else f"{score:.3f}"


def _points(difference: float, by: str) -> str:
    share = RANGES[by] == "share"
    return f"{100 * difference:.1f} points" if share else f"{difference:.3f}"
