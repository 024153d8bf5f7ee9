"""How own recordings were read: what is told of them wherever they go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """What a result must say of how its recordings were read.

    Args:
        people: how the people are known, where that is not certain: ``"the files' names"``; empty where it is.
        doubts: why windows must not be split by these people, each a sentence that says what to type.
        told: what was guessed, left out, repaired or odd, each a sentence.
        description: what every file and column was taken for, as JSON holds it.
    """

    people: str = ""
    doubts: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    description: Mapping[str, Any] = field(default_factory=dict)
