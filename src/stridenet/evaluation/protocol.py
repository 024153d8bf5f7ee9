"""What must be told beside a figure, as nouns with fields: the data, who was tested, what it was used for."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from stridenet.evaluation.splits import Split, leaks
from stridenet.signals.windows import Windows
from stridenet.spec import SplitKind

ValidationKind = Literal["none", "by-person", "random"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where windows came from and what they are.

    Args:
        source: where the data came from, for people to read.
        simulated: whether a program made the signals.
        digest: identifies the windows' content.
        rate_hz: samples per second.
        length: samples in a window.
        channels: the channels' names.
        units: the channels' units.
        dropped: what cutting left out, by reason.
        told: what was guessed, left out or odd when own files were read, each a sentence.
        reading: what every file and column of own files was taken for.
    """

    source: str = ""
    simulated: bool = False
    digest: str = ""
    rate_hz: float = 0.0
    length: int = 0
    channels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    reading: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Protocol:
    """Who trained, who validated and who was tested, and what both sides share.

    Args:
        kind: how the test people were chosen.
        validation_kind: how those were chosen who validate.
        people: their names by side: ``train``, ``validation``, ``test``.
        windows: how many windows each side has.
        shared_people: people on both sides of the test; None where it is not known.
        shared_samples: raw samples on both sides of the test; None where it is not known.
        equal_windows: test windows that training holds too, sample by sample, in another place.
        people_by: how the people are known, where that is not certain; nothing is known of shared people then.
    """

    kind: SplitKind
    validation_kind: ValidationKind = "none"
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    windows: dict[str, int] = field(default_factory=dict)
    shared_people: int | None = 0
    shared_samples: int | None = 0
    equal_windows: int = 0
    people_by: str = ""

    @property
    def leaky(self) -> bool:
        """Whether the figures are too good: windows were drawn at random, or something is on both sides."""
        return self.kind == "random" or bool(self.shared_people or self.shared_samples or self.equal_windows)

    def __str__(self) -> str:
        train, tested = len(self.people.get("train", ())), len(self.people.get("test", ()))
        validating = len(self.people.get("validation", ()))
        if self.kind == "random":
            words = f"random: {self.windows.get('test', 0)} of {sum(self.windows.values())} windows tested, whoever "
            words += "they are from"
        else:
            people = train + (validating if self.validation_kind == "by-person" else 0)
            kind = "by file" if self.people_by and self.kind == "by-person" else self.kind
            words = f"{kind}: {_persons(people, 'trains', 'train')}, {_others(tested)} tested"
            words += f" (people as {self.people_by} have them)" if self.people_by else ""
        if self.validation_kind == "by-person":
            words += f"; {validating} of the training people {'validates' if validating == 1 else 'validate'}"
        elif self.validation_kind == "random":
            words += f"; {self.windows.get('validation', 0)} random training windows validate"
        return words


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the test data was used for besides the test, and how often it was read.

    Args:
        chose_epoch: it chose the epoch whose weights were kept.
        chose_settings: it chose between settings.
        scaled_with: the scaling was fitted on it too.
        readings: how often it was read to give a figure.
    """

    chose_epoch: bool = False
    chose_settings: bool = False
    scaled_with: bool = False
    readings: int = 1

    @property
    def clean(self) -> bool:
        """Whether it was used for nothing but the test."""
        return not (self.chose_epoch or self.chose_settings or self.scaled_with)

    def __str__(self) -> str:
        used = {"chose the epoch": self.chose_epoch, "chose settings": self.chose_settings}
        used["scaled with it"] = self.scaled_with
        times = "once" if self.readings == 1 else f"{self.readings} times"
        return f"{', '.join(words for words, yes in used.items() if yes) or 'nothing'}; read {times}"


def plain(noun: Provenance | Protocol | Ledger) -> dict[str, Any]:
    """Its fields as JSON holds them."""
    fields: dict[str, Any] = json.loads(json.dumps(asdict(noun)))
    return fields


def provenance_of(windows: Windows) -> Provenance:
    """What is known of windows."""
    return Provenance(
        windows.source,
        windows.simulated,
        windows.digest,
        windows.rate_hz,
        windows.length,
        windows.channels,
        windows.units,
        dict(windows.dropped),
        windows.reading.told,
        windows.reading.description,
    )


def protocol_of(windows: Windows, split: Split) -> Protocol:
    """Who is on which side of a split, counted on the windows themselves."""
    sides = {"train": split.train, "validation": split.validation, "test": split.test}
    shared = leaks(windows, np.concatenate([split.train, split.validation]), split.test)
    return Protocol(
        split.kind,
        split.validation_kind,
        {name: windows.take(side).people for name, side in sides.items()},
        {name: len(side) for name, side in sides.items()},
        shared.people or (None if windows.reading.people else 0),
        shared.samples,
        shared.equal,
        windows.reading.people,
    )


def _persons(n: int, one: str, several: str) -> str:
    return f"{n} person {one}" if n == 1 else f"{n} people {several}"


def _others(n: int) -> str:
    return "1 other is" if n == 1 else f"{n} others are"
