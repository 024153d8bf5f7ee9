"""What is told while one waits: sentences, and how far training is."""

from collections.abc import Callable
from dataclasses import dataclass

Note = Callable[[str], None]
"""Told a sentence."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An epoch has ended: of which repeat, how it went, and how many of all epochs to do are done."""

    repeat: int
    repeats: int
    epoch: int
    epochs: int
    scores: dict[str, float]
    done: int
    total: int


OnEpoch = Callable[[int, dict[str, float]], None]
"""Told the epoch's number from 1 and its scores."""
Tell = Callable[[int, int, dict[str, float]], None]
"""The same of several trainings: told first which, by its seed or its place."""
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
