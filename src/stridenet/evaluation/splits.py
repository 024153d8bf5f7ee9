"""Who trains, who validates, who is tested; and a count of what would have leaked."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from stridenet.errors import SplitError, short
from stridenet.signals.windows import Windows
from stridenet.spec import SplitKind, SplitSpec

Index = npt.NDArray[np.int64]
_SHOWN = 4  # columns in a message


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Which windows train, which validate and which test.

    Args:
        train: shape (train window,), indices.
        validation: shape (validation window,), indices; may be empty.
        test: shape (test window,), indices.
        kind: how the test windows were chosen.
        validation_kind: how the validation windows were chosen.
    """

    train: Index
    validation: Index
    test: Index
    kind: SplitKind
    validation_kind: Literal["none", "by-person", "random"] = "none"

    @property
    def digest(self) -> str:
        """Identifies which windows are on which side."""
        content = hashlib.sha256()
        for side in (self.train, self.validation, self.test):
            content.update(len(side).to_bytes(8, "little") + np.ascontiguousarray(side, dtype="<i8").tobytes())
        return content.hexdigest()


@dataclass(frozen=True, slots=True)
class Leaks:
    """What two sides of a split share: people, raw samples, and windows that are equal though their places differ.

    All must be 0 for an honest figure.
    """

    people: int
    samples: int
    equal: int = 0


def split(windows: Windows, spec: SplitSpec | None = None) -> Split:
    """Divides windows into training, validation and test.

    ``official`` tests the people that the data set's authors keep for testing, ``by-person`` a random share of the
    people. ``random`` draws windows: overlapping windows and the same people then stand on both sides and the figure
    is too good; it is there to show by how much.

    Args:
        windows: at least two people and two classes.
        spec: the kind of split, the shares and the seed of the draw; the default is ``official`` where the data set
            names test people, else ``by-person``.

    Raises:
        SplitError: no label, one person or one class only, or no official test people.
    """
    spec = spec or SplitSpec()
    seed = spec.seed
    people = windows.people
    present = np.unique(windows.y)
    if not windows.classes:
        raise SplitError(_no_label(windows))
    if len(present) < 2:
        only = windows.classes[present[0]] if len(present) else "none"
        raise SplitError(f"the windows hold one class only ({only}): a classifier needs at least two.")
    kind = kind_of(spec, windows)
    if len(people) < 2 and kind != "random":
        raise SplitError(
            f"the windows come from one person only ({people[0]}): testing on people never seen needs at least two; "
            f"{_nobody(windows)}record another person, or ask for --split random and say so."
        )
    everyone = np.arange(len(windows))
    if windows.reading.doubts and kind != "random":
        raise SplitError(f"the people are not known well enough to be told apart: {windows.reading.doubts[0]}.")
    if kind == "random":
        rest, test = _draw_windows(everyone, windows.y, spec.test, seed)
    else:
        test_people = _test_people(windows, spec, kind, seed)
        tested = np.isin(windows.group, test_people)
        rest, test = everyone[~tested], everyone[tested]

    train, validation = rest, rest[:0]
    validation_kind: Literal["none", "by-person", "random"] = "none"
    if spec.validation > 0 and (spec.validation_kind == "random" or kind == "random"):
        train, validation = _draw_windows(rest, windows.y, spec.validation, seed)
        validation_kind = "random"
    elif spec.validation > 0:
        kept = _draw_people(windows.group[rest], spec.validation, seed, "validation")
        validating = np.isin(windows.group[rest], kept)
        train, validation = rest[~validating], rest[validating]
        validation_kind = "by-person"
    trained = np.unique(windows.y[train])
    if len(trained) < 2:
        raise SplitError(
            f"the training windows hold one class only ({windows.classes[trained[0]]}): nothing can be learnt; "
            "choose another split, or record the other classes of more people."
        )
    return Split(train, validation, test, kind, validation_kind)


def _no_label(windows: Windows) -> str:
    """What to type where nothing is labelled; columns of text are named, for one of them may be the label."""
    texts = [
        f"{short(str(column['name']), 40)} ({column['why']})"
        for column in windows.reading.description.get("columns", ())
        if column["role"] == "left out" and column["why"].startswith("holds text")
    ]
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    found = f"; columns of words are {', '.join(texts[:_SHOWN])}{more}" if texts else ""
    return (
        f"no label was found, so nothing can be learnt{found}: name the column of the activity (--label NAME), or what "
        'the files\' names say (--people-from "{activity}_{any}.csv").'
    )


def _nobody(windows: Windows) -> str:
    """What to type where the files name nobody."""
    if not windows.reading.people:
        return ""
    return 'if several people are in these files, say where (--person COLUMN or --people-from "{person}_{any}.csv"), '


def kind_of(spec: SplitSpec, windows: Windows) -> SplitKind:
    """The kind of split that is asked for; else ``official`` where the data names test people, or ``by-person``."""
    return spec.kind or ("official" if windows.test_groups else "by-person")


def leaks(windows: Windows, one: Index, other: Index) -> Leaks:
    """Counts the people and the raw samples that two sides of a split share.

    >>> import numpy as np
    >>> from stridenet.signals.recording import Recording
    >>> from stridenet.signals.windows import cut
    >>> r = Recording("r", "anna", np.zeros((8, 1)), ("x",), ("g",), 1.0, np.zeros(8, int), ("a",))
    >>> w = cut([r], length=4, step=2)
    >>> leaks(w, np.array([0, 1]), np.array([2]))
    Leaks(people=1, samples=2, equal=0)
    """
    people = np.intersect1d(windows.group[one], windows.group[other])
    both = np.intersect1d(windows.recording[one], windows.recording[other])  # samples of others cannot be shared
    ours, theirs = (_samples(windows, side[np.isin(windows.recording[side], both)]) for side in (one, other))
    shared = len(np.intersect1d(ours, theirs, assume_unique=True))
    return Leaks(len(people), shared, 0 if shared else _equal(windows, one, other))


_MOST_COMPARED = 100_000
_AT_ONCE = 4096


def _equal(windows: Windows, one: Index, other: Index) -> int:
    """How many windows of the other side are there on the first, sample by sample; one that never changes is none."""
    if len(one) + len(other) > _MOST_COMPARED:
        return 0
    ours = set(_digests(windows, one))
    return sum(digest in ours for digest in _digests(windows, other))


def _digests(windows: Windows, index: Index) -> Iterator[bytes]:
    for first in range(0, len(index), _AT_ONCE):
        for window in np.ascontiguousarray(windows.x[index[first : first + _AT_ONCE]]):
            if (window != window[0]).any():
                yield hashlib.blake2b(window.tobytes(), digest_size=12).digest()


def _samples(windows: Windows, index: Index) -> npt.NDArray[np.int64]:
    """A number for every raw sample that these windows cover."""
    reach = int(windows.start.max(initial=0)) + windows.length
    first = np.sort(windows.recording[index] * reach + windows.start[index])
    fresh = np.minimum(np.diff(first, prepend=first[:1] - windows.length), windows.length)
    after = np.cumsum(fresh)  # the samples of all windows up to this one, each once
    numbers: npt.NDArray[np.int64] = np.arange(fresh.sum()) + np.repeat(first + windows.length - after, fresh)
    return numbers


def _test_people(windows: Windows, spec: SplitSpec, kind: str, seed: int) -> list[str]:
    if kind == "by-person":
        return _draw_people(windows.group, spec.test, seed, "test")
    if not windows.test_groups:
        raise SplitError("this data names no official test people; ask for --split by-person.")
    tested = [p for p in windows.people if p in windows.test_groups]
    if not tested or len(tested) == len(windows.people):
        raise SplitError(
            f"of the official test people {len(tested)} of {len(windows.people)} are in these windows: "
            "nobody would be left on one side; ask for --split by-person."
        )
    return tested


def _draw_people(group: npt.NDArray[np.str_], share: float, seed: int, side: str) -> list[str]:
    n_people = len(np.unique(group))
    n = min(max(1, round(share * n_people)), n_people)
    if n_people - n < 1:
        raise SplitError(
            f"a {side} share of {share:g} of {n_people} people leaves nobody to train; choose a smaller share."
        )
    from sklearn.model_selection import GroupShuffleSplit  # a worker is handed its split

    _, drawn = next(GroupShuffleSplit(1, test_size=n, random_state=seed).split(group, groups=group))
    return sorted(map(str, np.unique(group[drawn])))


def _draw_windows(index: Index, y: npt.NDArray[np.int64], share: float, seed: int) -> tuple[Index, Index]:
    from sklearn.model_selection import StratifiedShuffleSplit

    try:
        kept, drawn = next(StratifiedShuffleSplit(1, test_size=share, random_state=seed).split(index, y[index]))
    except ValueError as error:
        reason = str(error).rstrip(".")
        raise SplitError(f"a random share of {share:g} of {len(index)} windows cannot be drawn: {reason}.") from None
    return np.sort(index[kept]), np.sort(index[drawn])
