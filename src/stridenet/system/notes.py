"""What is told while one waits: sentences, and how far training is."""

from collections.abc import Callable
from dataclasses import dataclass

Note = Callable[[str], None]
"""Told a sentence."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An epoch has ended: of which fold and repeat, how it went, and how many of all epochs to do are done."""

    fold: int
    folds: int
    repeat: int
    repeats: int
    epoch: int
    epochs: int
    scores: dict[str, float]
    done: int
    total: int


class Share(str):
    """A sentence of how far a step is; a bar, where there is one, shows its share instead.

    Args:
        what: is done.
        share: of it, from 0 to 1.

    >>> Share("reading a.csv", 0.26)
    'reading a.csv: 26 %'
    """

    what: str
    share: float

    def __new__(cls, what: str, share: float) -> "Share":
        """The sentence."""
        made = super().__new__(cls, f"{what}: {100 * share:.0f} %")
        made.what, made.share = what, share
        return made


def in_tenths(note: Note, what: str) -> Callable[[float], None]:
    """Tells a note of each tenth that is done.

    >>> tell = in_tenths(print, "reading a.csv")
    >>> tell(0.04), tell(0.26), tell(0.29)
    reading a.csv: 26 %
    (None, None, None)
    """
    told = 0

    def tell(share: float) -> None:
        nonlocal told
        if int(share * 10) > told:
            told = int(share * 10)
            note(Share(what, min(1.0, share)))

    return tell


OnEpoch = Callable[[int, dict[str, float]], None]
"""Told the epoch's number from 1 and its scores."""
Tell = Callable[[int, int, dict[str, float]], None]
"""The same of several trainings: told first which, by its place or its seed."""
OnProgress = Callable[[Progress], None]
"""Told after each epoch."""


def silent(_: object) -> None:
    """Tells nobody."""


def once(note: Note) -> Note:
    """The same, told each sentence one time.

    >>> tell = once(print)
    >>> tell("short of memory"), tell("short of memory")
    short of memory
    (None, None)
    """
    told: set[str] = set()

    def tell(text: str) -> None:
        if text not in told:
            told.add(text)
            note(text)

    return tell
