"""How well whole recordings were answered: samples and events, as the network has them and, apart, smoothed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stridenet.evaluation.continuous import Continuous
from stridenet.evaluation.events import FRAMES, NAMED_EVENTS, TRUE_EVENTS, EventErrors, event_errors
from stridenet.evaluation.timeline import Timeline
from stridenet.signals.recording import UNLABELLED


@dataclass(frozen=True, eq=False)
class Way:
    """One way to make timelines of what was said, and how well it does.

    Args:
        smoothing: its name; ``"none"`` is the network's own.
        settings: of the smoothing, where they differ from its defaults.
        accuracies: of each repeat, the share of labelled samples whose class was named.
        errors: of each repeat, over all recordings.
    """

    smoothing: str
    settings: dict[str, float]
    accuracies: tuple[float, ...]
    errors: tuple[EventErrors, ...]

    @cached_property
    def pooled(self) -> EventErrors:
        """Over all repeats."""
        return total(self.errors)

    @property
    def accuracy(self) -> float:
        """The mean over repeats."""
        return float(np.mean(self.accuracies))

    def counts(self) -> dict[str, float]:
        """Events of all classes, as a mean over repeats: of each kind, and ``true`` and ``named`` in all."""
        n = len(self.errors)
        true, named = self.pooled.true_events.sum(axis=0) / n, self.pooled.named_events.sum(axis=0) / n
        inserted = named[NAMED_EVENTS.index("inserted")]
        of_true = dict(zip(TRUE_EVENTS, true.tolist(), strict=True))
        return {"true": float(true.sum()), "named": float(named.sum()), **of_true, "inserted": float(inserted)}

    def frames(self) -> dict[str, float]:
        """Each kind's share of the labelled samples, over all repeats."""
        shares = self.pooled.together / max(1, self.pooled.samples)
        return dict(zip(FRAMES, shares.tolist(), strict=True))

    def plain(self, classes: Sequence[str]) -> dict[str, Any]:
        """Everything as numbers under names."""
        each = [Way(self.smoothing, {}, (a,), (e,)).counts() for a, e in zip(self.accuracies, self.errors, strict=True)]
        return {
            "smoothing": {"name": self.smoothing} | self.settings,
            "accuracies": list(self.accuracies),
            "accuracy_mean": self.accuracy,
            "accuracy_sd": float(np.std(self.accuracies)),
            "events": each,
            "samples": self.frames(),
            "classes": self.pooled.plain(classes)["classes"],
        }


@dataclass(frozen=True, eq=False)
class OnTimeline:
    """All that is told of whole recordings.

    Args:
        recordings: how many.
        people: of how many people.
        seconds: how long they are together.
        labelled: the share of their samples that has a label.
        classes: the classes' names.
        ways: the network's own first; then the smoothed one, if any.
    """

    recordings: int
    people: int
    seconds: float
    labelled: float
    classes: tuple[str, ...]
    ways: tuple[Way, ...]

    def plain(self) -> dict[str, Any]:
        """Everything as numbers under names; the classes' events are sums over all repeats."""
        return {
            "recordings": self.recordings,
            "people": self.people,
            "seconds": self.seconds,
            "labelled": self.labelled,
            "ways": [way.plain(self.classes) for way in self.ways],
        }

    def __str__(self) -> str:
        counts = self.ways[0].counts()
        torn = counts["fragmented"] + counts["fragmented_and_merged"]
        words = [
            f"{100 * self.ways[0].accuracy:.1f} % of labelled samples",
            f"of {counts['true']:.0f} events {counts['correct']:.0f} correct, {counts['deleted']:.0f} deleted, "
            f"{torn:.0f} fragmented, {counts['inserted']:.0f} inserted",
        ]
        for way in self.ways[1:]:
            smoothed = way.counts()
            words.append(
                f"smoothed by {way.smoothing} {100 * way.accuracy:.1f} %, {smoothed['correct']:.0f} correct, "
                f"{smoothed['inserted']:.0f} inserted"
            )
        return "; ".join(words)


def on_timeline(said: Continuous, classes: tuple[str, ...]) -> OnTimeline:
    """Counts samples and events of every repeat, one repeat at a time.

    Args:
        said: what was said of whole recordings.
        classes: the classes' names.
    """
    own: list[tuple[float, EventErrors]] = []
    other: list[tuple[float, EventErrors]] = []
    for lines in said.each():
        own.append(_of_repeat(lines, len(classes)))
        if said.smoothing.name != "none":
            other.append(_of_repeat(said.smoothed(lines), len(classes)))
    ways = [Way("none", {}, *zip(*own, strict=True))]
    if other:
        ways.append(Way(said.smoothing.name, said.smoothing.given(), *zip(*other, strict=True)))
    recordings = said.recordings
    samples = sum(one.n_samples for one in recordings)
    labelled = sum(int((one.labels != UNLABELLED).sum()) for one in recordings)
    return OnTimeline(
        len(recordings),
        len({one.group for one in recordings}),
        samples / recordings[0].rate_hz,
        labelled / samples,
        classes,
        tuple(ways),
    )


def total(errors: Sequence[EventErrors]) -> EventErrors:
    """The event errors of several recordings or repeats together."""
    onsets, offsets = ([getattr(one, name) for one in errors] for name in ("onset_s", "offset_s"))
    return EventErrors(
        sum(one.samples for one in errors),
        np.sum([one.frames for one in errors], axis=0),
        np.sum([one.together for one in errors], axis=0),
        np.sum([one.true_events for one in errors], axis=0),
        np.sum([one.named_events for one in errors], axis=0),
        tuple(np.concatenate(of_class) for of_class in zip(*onsets, strict=True)),
        tuple(np.concatenate(of_class) for of_class in zip(*offsets, strict=True)),
    )


def _of_repeat(lines: Sequence[Timeline], n_classes: int) -> tuple[float, EventErrors]:
    """The share of labelled samples that are right, and the event errors, over all recordings."""
    errors = total([event_errors([line.truth], [line.predicted], n_classes, line.rate_hz) for line in lines])
    return float(errors.together[0] / max(1, errors.samples)), errors
