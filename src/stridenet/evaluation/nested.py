"""Splits inside a split: who is tested while settings are chosen, none of whom is tested at last."""

import numpy as np
import numpy.typing as npt

from stridenet.errors import SplitError
from stridenet.evaluation import draws
from stridenet.evaluation.scores import RANGES, Tally, tally
from stridenet.evaluation.splits import Split, _with_validation, check
from stridenet.evaluation.unfit import refuse_untaught
from stridenet.signals.windows import Windows
from stridenet.signals.wording import listed
from stridenet.spec import SplitSpec

Index = npt.NDArray[np.int64]


def inner(windows: Windows, outer: Split, n_folds: int, spec: SplitSpec) -> tuple[Split, ...]:
    """Divides the people of a split who are not tested into folds, each of whom is tested once.

    Args:
        windows: all windows.
        outer: the split; its test windows are on no side of what comes back.
        n_folds: as many, or fewer where there are fewer people.
        spec: its seed draws the folds, and its share of those who train then validates.

    Raises:
        SplitError: one person only is left, or training windows of a fold hold one class only.
    """
    rest = np.sort(np.concatenate([outer.train, outer.validation]))
    group = windows.group[rest]
    n_people = len(np.unique(group))
    if n_people < 2:
        raise SplitError(
            "one training person only: nobody is left to choose settings on; ask for a protocol with more people to "
            "train, or name the settings yourself."
        )
    made = []
    for tested in draws.folds_of_groups(windows.y[rest], group, min(n_folds, n_people), spec.seed):
        held, kept = rest[tested], np.delete(rest, tested)
        one = _with_validation(windows, spec, Split(kept, kept[:0], held, "by-person"))
        refuse_untaught(windows, one.train)
        check(windows, one)
        made.append(one)
    return tuple(made)


def same_people(windows: Windows, one: Split, others: Windows, what: str) -> Split:
    """The same people on the same sides of other windows of the same data.

    Args:
        windows: those that were divided.
        one: how.
        others: of the same people, in another length or step.
        what: made them so, for the message.

    Raises:
        SplitError: a person has no window there, so that others would be tested; or not people validate.
    """
    if others is windows:
        return one
    if one.validation_kind not in ("none", "by-person"):
        raise SplitError(
            f"with {what} the windows that validate ({one.validation_kind}) would train as well, for only people are "
            "the same in other windows; validate by person, or choose among settings of the same windows."
        )
    sides = [np.unique(windows.group[index]) for index in (one.train, one.validation, one.test)]
    if lost := [str(who) for side in sides for who in np.setdiff1d(side, others.group)]:
        raise SplitError(f"with {what} these people have no window: {listed(lost)}; other people would be compared.")
    train, validation, test = (np.flatnonzero(np.isin(others.group, side)) for side in sides)
    made = Split(train, validation, test, one.kind, one.validation_kind)
    refuse_untaught(others, made.train)
    check(others, made)
    return made


def tally_of(windows: Windows, test: Index, probability: npt.NDArray[np.float32]) -> Tally:
    """What the tested people's windows add up to.

    Args:
        windows: all windows.
        test: shape (test window,), indices.
        probability: shape (repeat, test window, class); a window without an answer is wrong.
    """
    answered = np.isfinite(probability).all(axis=2)
    said = np.where(answered, np.argmax(probability, axis=2), -1)
    return tally(windows.y[test], said, windows.group[test], windows.classes, probability)


def better(by: str) -> int:
    """1 where more of a score is better, -1 where less is."""
    return -1 if RANGES[by] == "loss" else 1
