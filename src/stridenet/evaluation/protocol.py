"""What must be told beside a figure, as nouns with fields: the data, who was tested, what it was used for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from stridenet.evaluation.draws import sessions
from stridenet.evaluation.leaks import Leaks, leaks, prints_of
from stridenet.evaluation.splits import Split, ValidationKind
from stridenet.signals.windows import Windows, by_number
from stridenet.signals.wording import counted
from stridenet.spec import SplitKind

OF_PEOPLE = ("official", "by-person", "leave-one-person-out")
"""Kinds that test people who were never seen."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where windows came from and what they are.

    Args:
        source: where the data came from, for people to read.
        simulated: whether a program made the signals.
        digest: identifies the data that the windows were made from.
        rate_hz: samples per second.
        length: samples in a window.
        channels: the channels' names.
        units: the channels' units.
        dropped: what cutting left out, by reason.
        told: what was guessed, left out or odd when own files were read, each a sentence.
        reading: what every file and column of own files was taken for.
        content: identifies what the windows hold, whatever was done to them; empty where it was not kept.
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
    content: str = ""


@dataclass(frozen=True, slots=True)
class Protocol:
    """Who trained, who validated and who was tested, and what both sides share.

    Args:
        kind: how the test people were chosen.
        validation_kind: how those were chosen who validate.
        people: their names by side: ``train``, ``validation``, ``test``; of folds, all that are there in any.
        windows: how many windows each side has; of folds, how many are tested in all, and the fewest that train.
        shared_people: people on both sides of the test; None where it is not known.
        shared_samples: raw samples on both sides of the test; None where it is not known.
        equal_windows: test windows that training holds too, whole or half, sample by sample, in another place.
        people_by: how the people are known, where that is not certain; nothing is known of shared people then.
        folds: the people who are tested in each fold.
        recordings: how many recordings the windows are from.
        purged: windows left out, for they share samples with the other side; of folds, the most.
        untaught: by class, test windows of a fold in which nobody trains who has that class.
    """

    kind: SplitKind
    validation_kind: ValidationKind = "none"
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    windows: dict[str, int] = field(default_factory=dict)
    shared_people: int | None = 0
    shared_samples: int | None = 0
    equal_windows: int = 0
    people_by: str = ""
    folds: tuple[tuple[str, ...], ...] = ()
    recordings: int = 0
    purged: int = 0
    untaught: dict[str, int] = field(default_factory=dict)

    @property
    def leaky(self) -> bool:
        """Whether the figures are too good: windows were drawn at random, or something is on both sides."""
        people = self.shared_people and self.kind not in ("by-session", "by-time")  # which say that they share people
        return self.kind == "random" or bool(people or self.shared_samples or self.equal_windows)

    @property
    def n_folds(self) -> int:
        """How often training and test were divided."""
        return max(1, len(self.folds))

    def __str__(self) -> str:
        words = self._chosen()
        if self.kind in OF_PEOPLE and self.people_by:
            words += f" (people as {self.people_by} have them)"
        if self.purged:
            words += f"; {counted(self.purged, 'window')} left out between the sides"
        if self.validation_kind == "random":
            words += f"; {self.windows.get('validation', 0)} random training windows validate"
        elif self.validation_kind == "by-person" and self.n_folds == 1:
            validating = len(self.people.get("validation", ()))
            words += f"; {validating} of the training people {'validates' if validating == 1 else 'validate'}"
        elif self.validation_kind != "none":
            who = {"by-person": "people", "by-session": "recordings", "by-time": "the last windows"}
            words += f"; of those who train, {who[self.validation_kind]} validate"
        return words

    def _chosen(self) -> str:
        """How the test was chosen, in words."""
        tested, windows = self.people.get("test", ()), self.windows
        if self.kind in ("random", "own"):
            folds = f", {counted(len(self.folds), 'fold')}" if self.n_folds > 1 else ""
            whoever = ", whoever they are from" if self.kind == "random" else ""
            n = windows.get("test", 0)
            of = "" if self.n_folds > 1 else f" of {sum(windows.values())}"
            name = "own splitter" if self.kind == "own" else "random"
            return f"{name}{folds}: {n}{of} windows tested{whoever}"
        known = f"the same {counted(len(tested), 'person', 'people')} train and are tested"
        if self.kind == "by-time":
            if self.n_folds > 1:
                return f"by-time, {len(self.folds)} stretches, each tested once; {known}"
            tested_windows = counted(windows.get("test", 0), "window")
            return f"by-time: {tested_windows} tested, the last of each person's each activity; {known}"
        if self.kind == "by-session":
            folds = f", {len(self.folds)} folds" if self.n_folds > 1 else ""
            return f"by-session{folds}: {counted(self.recordings, 'recording')}, none on two sides; people may be"
        kind = "by file" if self.people_by and self.kind == "by-person" else self.kind
        if self.n_folds > 1:
            folds = "" if self.kind == "leave-one-person-out" else f", {len(self.folds)} folds"
            others = "by a network that has never seen them"
            return f"{kind}{folds}: {counted(len(tested), 'person', 'people')}, each tested once {others}"
        train = len(self.people.get("train", ()))
        train += len(self.people.get("validation", ())) if self.validation_kind == "by-person" else 0
        return f"{kind}: {_persons(train, 'trains', 'train')}, {_others(len(tested))} tested"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the test data was used for besides the test, and how often it was read.

    Args:
        chose_epoch: it chose the epoch whose weights were kept.
        chose_settings: it chose between settings.
        scaled_with: the scaling was fitted on it too.
        readings: how many different choices have read these people in this folder of runs, this one included.
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
        times = "once" if self.readings == 1 else f"by {self.readings} different choices"
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


def protocol_of(windows: Windows, splits: Sequence[Split]) -> Protocol:
    """Who is on which side, counted on the windows themselves."""
    prints = prints_of(windows) if len(splits) > 1 else None
    shared = [leaks(windows, np.concatenate([one.train, one.validation]), one.test, prints=prints) for one in splits]
    people = [set(windows.take(one.test).people) for one in splits]
    train, validation = ([getattr(one, side) for one in splits] for side in ("train", "validation"))
    every = {"train": np.concatenate(train), "validation": np.concatenate(validation)}
    every["test"] = np.concatenate([one.test for one in splits])
    both = _both(windows, splits) if any(one.people for one in shared) else 0
    return Protocol(
        splits[0].kind,
        splits[0].validation_kind,
        {side: windows.take(np.unique(index)).people for side, index in every.items()},
        {"train": min(map(len, train)), "validation": min(map(len, validation)), "test": len(every["test"])},
        both or (None if windows.reading.people else 0),
        _total(shared, "samples"),
        _total(shared, "equal"),
        windows.reading.people,
        tuple(by_number(one) for one in people) if len(splits) > 1 else (),
        len(np.unique(sessions(windows))),
        max(one.purged for one in splits),
        _untaught(windows, splits),
    )


def _both(windows: Windows, splits: Sequence[Split]) -> int:
    """People who train and are tested in one and the same fold."""
    sides = [(np.concatenate([one.train, one.validation]), one.test) for one in splits]
    both = [np.intersect1d(windows.group[a], windows.group[b]) for a, b in sides]
    return len(np.unique(np.concatenate(both)))


def _total(shared: Sequence[Leaks], what: str) -> int:
    return sum(getattr(one, what) for one in shared)


def _untaught(windows: Windows, splits: Sequence[Split]) -> dict[str, int]:
    """By class, the test windows of folds in which no training window has it."""
    n = len(windows.classes)
    lost = np.zeros(n, np.int64)
    for one in splits:
        trained = np.bincount(windows.y[one.train], minlength=n)
        lost += np.where(trained == 0, np.bincount(windows.y[one.test], minlength=n), 0)
    return {name: int(count) for name, count in zip(windows.classes, lost, strict=True) if count}


def _persons(n: int, one: str, several: str) -> str:
    return f"{n} person {one}" if n == 1 else f"{n} people {several}"


def _others(n: int) -> str:
    return "1 other is" if n == 1 else f"{n} others are"
