"""Who trains, who validates, who is tested, in one fold or several; checked before anything is trained."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from stridenet.errors import SplitError
from stridenet.evaluation import draws
from stridenet.evaluation.leaks import touching
from stridenet.evaluation.splitter import drawn_by
from stridenet.evaluation.unfit import refuse_unfit, refuse_untaught
from stridenet.signals.windows import Windows
from stridenet.signals.wording import listed
from stridenet.spec import SplitKind, SplitSpec

Index = npt.NDArray[np.int64]
ValidationKind = Literal["none", "by-person", "by-session", "by-time", "random"]
USUAL_FOLDS = 5
USUAL_SHARE = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Which windows train, which validate and which test.

    Args:
        train: shape (train window,), indices.
        validation: shape (validation window,), indices; may be empty.
        test: shape (test window,), indices.
        kind: how the test windows were chosen.
        validation_kind: how the validation windows were chosen.
        purged: windows that are on no side, for they share samples with windows that are tested or validate.
    """

    train: Index
    validation: Index
    test: Index
    kind: SplitKind
    validation_kind: ValidationKind = "none"
    purged: int = 0

    @property
    def digest(self) -> str:
        """Identifies which windows are on which side."""
        content = hashlib.sha256()
        for side in (self.train, self.validation, self.test):
            content.update(len(side).to_bytes(8, "little") + np.ascontiguousarray(side, dtype="<i8").tobytes())
        return content.hexdigest()


def kind_of(spec: SplitSpec, windows: Windows) -> SplitKind:
    """The kind of split that is asked for; else ``official`` where the data names test people, or ``by-person``."""
    return spec.kind or ("official" if windows.test_groups else "by-person")


def split(windows: Windows, spec: SplitSpec | None = None) -> Split:
    """Divides windows once into training, validation and test; see :func:`folds`, of which this is a single one."""
    return folds(windows, (spec or SplitSpec()).model_copy(update={"folds": 1}))[0]


def folds(windows: Windows, spec: SplitSpec | None = None, *, splitter: Any | None = None) -> tuple[Split, ...]:
    """Divides windows into training, validation and test, as often as the protocol says.

    ``official`` tests the people that the data set's authors keep for testing. ``by-person`` tests each person in one
    of the folds, ``leave-one-person-out`` in a fold of their own; the classes are spread as evenly as people allow.
    ``by-session`` does the same with recordings, and ``by-time`` tests the last share of each person's windows of each
    class, or one stretch of time a fold: the same people then train and are tested, and a window that shares a sample
    with the other side is left out. ``random`` draws windows: what is on one side is then on the other too, and the
    figure is too good; it is there to show by how much.

    Args:
        windows: at least two classes, and two people where they are divided by person.
        spec: the kind, the number of folds, the shares and the seed of the draw; by default ``official`` where the data
            set names test people, else ``by-person`` in five folds, or fewer where there are fewer people.
        splitter: of scikit-learn's kind, in place of the settings' own: ``splitter.split(x, y, groups)`` gives training
            and test windows. It must test a window once at most.

    Returns:
        A split for each fold.

    Raises:
        SplitError: no label, one person or one class only, no official test people, or a side that shares with another
            what it must not.
    """
    spec = spec or SplitSpec()
    kind: SplitKind = "own" if splitter is not None else kind_of(spec, windows)
    refuse_unfit(windows, kind)
    made = []
    for rest, tested in drawn_by(splitter, windows) if splitter is not None else _tested(windows, spec, kind):
        one = _with_validation(windows, spec, _without_touching(windows, kind, rest, tested))
        refuse_untaught(windows, one.train)
        check(windows, one)
        made.append(one)
    return tuple(made)


def check(windows: Windows, one: Split) -> None:
    """Makes sure that no two sides share what this kind of split must keep apart.

    Raises:
        SplitError: a window is on two sides, or a person, a recording or a raw sample that may not be.
    """
    sides = {"training": one.train, "validation": one.validation, "test": one.test}
    for first, second in (("training", "test"), ("validation", "test"), ("training", "validation")):
        kind = one.kind if second == "test" else one.validation_kind
        a, b = sides[first], sides[second]
        if kind in ("random", "own") and len(both := np.intersect1d(a, b)):
            raise SplitError(
                f"{len(both)} windows are on two sides, {first} and {second} (windows {listed(_texts(both))}); "
                "no figure of this split would be honest."
            )
        if kind in ("random", "own", "none"):
            continue
        group, noun = (draws.sessions(windows), "recordings") if kind == "by-session" else (windows.group, "people")
        if kind != "by-time" and len(shared := np.intersect1d(group[a], group[b])):
            where = np.flatnonzero(np.isin(group, shared))
            raise SplitError(
                f"{noun} are on two sides, {first} and {second}: {listed(_texts(shared))} "
                f"(windows {listed(_texts(where))}); no figure of this split would be honest."
            )
        if len(where := a[touching(windows, a, b)]):
            raise SplitError(
                f"{len(where)} {first} windows share raw samples with {second} windows (windows "
                f"{listed(_texts(where))}); no figure of this split would be honest."
            )


def _tested(windows: Windows, spec: SplitSpec, kind: SplitKind) -> list[tuple[Index, Index]]:
    """The windows that are left and the windows that are tested, of each fold."""
    everyone, seed = np.arange(len(windows)), spec.seed
    n_folds, share = _how_many(windows, spec, kind), spec.test or USUAL_SHARE
    group = draws.sessions(windows) if kind == "by-session" else windows.group
    noun = "recordings" if kind == "by-session" else "people"
    if kind == "official":
        chosen = [np.isin(windows.group, _official(windows))]
    elif kind == "by-time" and n_folds == 1:
        chosen = [draws.last_in_time(windows, everyone, share)]
    elif kind == "by-time":
        block = draws.blocks_in_time(windows, everyone, n_folds)
        chosen = [block == k for k in range(n_folds)]
    elif kind == "random" and n_folds == 1:
        chosen = [draws.share_of_windows(windows.y, share, seed)]
    elif kind == "random":
        chosen = [np.isin(everyone, fold) for fold in draws.folds_of_windows(windows.y, n_folds, seed)]
    elif n_folds == 1:
        chosen = [draws.share_of_groups(group, share, seed, "test", noun)]
    else:
        drawn = draws.folds_of_groups(windows.y, group, n_folds, seed, noun)
        chosen = [np.isin(everyone, fold) for fold in drawn]
    return [(everyone[~tested], everyone[tested]) for tested in chosen if tested.any()]


def _how_many(windows: Windows, spec: SplitSpec, kind: SplitKind) -> int:
    """The number of folds; what is not asked for is five where each person or recording is tested once."""
    if kind == "leave-one-person-out":
        return len(windows.people)
    if kind in ("official", "by-time", "random"):
        return spec.folds or 1
    if spec.folds or spec.test is not None:
        return spec.folds or 1
    groups = draws.sessions(windows) if kind == "by-session" else windows.group
    n = min(USUAL_FOLDS, len(np.unique(groups)))
    if n < 2:
        raise SplitError("the windows come from one recording only: ask for --protocol by-time.")
    return n


def _official(windows: Windows) -> list[str]:
    if not windows.test_groups:
        raise SplitError("this data names no official test people; ask for --protocol by-person.")
    tested = [p for p in windows.people if p in windows.test_groups]
    if not tested or len(tested) == len(windows.people):
        raise SplitError(
            f"of the official test people {len(tested)} of {len(windows.people)} are in these windows: "
            "nobody would be left on one side; ask for --protocol by-person."
        )
    return tested


def _texts(some: npt.NDArray[Any]) -> list[str]:
    return [str(one) for one in some]


def _without_touching(windows: Windows, kind: SplitKind, rest: Index, tested: Index) -> Split:
    """A split without validation; by time, windows that share samples with the test are on no side."""
    kept = rest[~touching(windows, rest, tested)] if kind == "by-time" else rest
    return Split(kept, kept[:0], tested, kind, purged=len(rest) - len(kept))


def _with_validation(windows: Windows, spec: SplitSpec, one: Split) -> Split:
    """The same, with a share of the training windows that validate: chosen as the test was, or at random."""
    if spec.validation <= 0:
        return one
    rest, seed, share = one.train, spec.seed, spec.validation
    kind: ValidationKind = "by-person"
    purged = 0
    if spec.validation_kind == "random" or one.kind == "random":
        kind, held = "random", draws.share_of_windows(windows.y[rest], share, seed)
    elif one.kind == "by-time":
        kind, held = "by-time", draws.last_in_time(windows, rest, share)
        free = held | ~touching(windows, rest, rest[held])
        purged = int((~free).sum())
        rest, held = rest[free], held[free]
    elif one.kind == "by-session":
        kind = "by-session"
        held = draws.share_of_groups(draws.sessions(windows)[rest], share, seed, "validation", "recordings")
    else:
        held = draws.share_of_groups(windows.group[rest], share, seed, "validation")
    return replace(one, train=rest[~held], validation=rest[held], validation_kind=kind, purged=one.purged + purged)
