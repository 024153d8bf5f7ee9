"""Why windows cannot be divided as asked, each in one sentence that says what to do."""

import numpy as np

from stridenet.errors import SplitError, short
from stridenet.signals.arrays import ALONE
from stridenet.signals.windows import Windows

_SHOWN = 4  # columns in a message
_WITHOUT_PEOPLE = ("random", "by-session", "by-time", "own")


def refuse_unfit(windows: Windows, kind: str) -> None:
    """Refuses windows that no such split can divide.

    Raises:
        SplitError: no label, one class or one person only, or people that are not known well enough.
    """
    if not windows.classes:
        raise SplitError(_no_label(windows))
    if unlabelled := int((windows.y < 0).sum()):
        raise SplitError(
            f"{unlabelled} of {len(windows)} windows have no label (y is -1); leave them out, as in "
            "windows.take(np.flatnonzero(windows.y >= 0))."
        )
    present = np.unique(windows.y)
    if len(present) < 2:
        only = windows.classes[present[0]] if len(present) else "none"
        raise SplitError(f"the windows hold one class only ({only}): a classifier needs at least two.")
    if kind == "by-session" and any(windows.recordings[i].startswith(ALONE) for i in np.unique(windows.recording)):
        raise SplitError(
            "nobody says of which recording these windows are, so that a split by recording would divide those of one: "
            "say it (Windows.from_arrays(..., recordings=...)), or ask for --protocol by-person or by-time."
        )
    if kind in _WITHOUT_PEOPLE:
        return
    if len(windows.people) < 2:
        raise SplitError(
            f"the windows come from one person only ({windows.people[0]}): testing on people never seen needs at least "
            f"two; {_nobody(windows)}record another person, or ask for --protocol by-session or by-time, which tells "
            "how well it works for this person alone."
        )
    if windows.reading.doubts:
        raise SplitError(f"the people are not known well enough to be told apart: {windows.reading.doubts[0]}.")


def refuse_untaught(windows: Windows, train: np.ndarray) -> None:
    """Refuses training windows of which nothing can be learnt.

    Raises:
        SplitError: they hold one class only.
    """
    trained = np.unique(windows.y[train])
    if len(trained) < 2:
        only = windows.classes[trained[0]] if len(trained) else "none"
        raise SplitError(
            f"the training windows hold one class only ({only}): nothing can be learnt; choose another split, or "
            "record the other classes of more people."
        )


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
