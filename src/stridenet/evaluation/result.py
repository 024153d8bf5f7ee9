"""A result: what a run predicted, for every window and repeat; every figure is computed from it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.evaluation import metrics, sure
from stridenet.evaluation.calibration import Reliability, reliability
from stridenet.evaluation.continuous import Continuous, collect_continuous
from stridenet.evaluation.doubt import Doubt, doubts
from stridenet.evaluation.held import Held, collect_held
from stridenet.evaluation.history import parting
from stridenet.evaluation.intervals import Interval, of_scores
from stridenet.evaluation.learner import Layer
from stridenet.evaluation.on_timeline import OnTimeline, on_timeline
from stridenet.evaluation.protocol import Ledger, Protocol, Provenance, plain, protocol_of, provenance_of
from stridenet.evaluation.scores import Tally, tally
from stridenet.evaluation.splits import Split
from stridenet.evaluation.unsure import Unsure, when_unsure
from stridenet.evaluation.whole import Whole
from stridenet.signals.cards import Card
from stridenet.signals.windows import Windows
from stridenet.signals.wording import channels_with_units, counted, scored, sized, words
from stridenet.spec import SmoothingSpec

NO_ANSWER = -1
"""The predicted class of a window whose probabilities are no numbers; it is never right."""


@dataclass(frozen=True, eq=False)
class Result:
    """All predictions of a run, and where each window came from.

    Args:
        probability: shape (repeat, window, class), what each repeat says of each test window.
        y: shape (window,), the true class.
        group: shape (window,), the person.
        recording: shape (window,), the recording's name.
        start_s: shape (window,), where the window begins in its recording, in seconds.
        classes: the classes' names.
        seeds: one per repeat.
        history: one dictionary per training, repeat after repeat, and fold after fold within: ``loss``, ``accuracy``
            and, with validation, ``val_loss`` and ``val_accuracy``, each a list with one value per epoch; empty for an
            estimator, which has no epochs.
        seconds: time of each training, in the same order, without compilation.
        protocol: who trained and who was tested.
        provenance: where the data came from.
        ledger: what the test data was used for.
        n_parameters: trainable parameters of the network; 0 for an estimator, whose are not counted.
        compile_seconds: what each training had to compile first; little for all but the first of each process.
        executor: where the repeats were trained, and why there.
        total_seconds: from the start of the run to its end.
        finished: when it ended, in the clock of the machine that made it, with its distance from UTC.
        layers: what was trained, layer by layer; empty for what has no layers to show.
        fold: shape (window,), the fold in which each window was tested, from 0; all are of one where it is not given.
        held: what those who validated were answered.
        continuous: what was said of the whole recordings of those tested, where a timeline was asked for.
        distilled: the result of one network more, of one repeat, that learnt what all repeats say together.
    """

    probability: npt.NDArray[np.float32]
    y: npt.NDArray[np.int64]
    group: npt.NDArray[np.str_]
    recording: npt.NDArray[np.str_]
    start_s: npt.NDArray[np.float64]
    classes: tuple[str, ...]
    seeds: tuple[int, ...]
    history: tuple[dict[str, list[float]], ...]
    seconds: tuple[float, ...]
    protocol: Protocol
    n_parameters: int
    provenance: Provenance = field(default_factory=Provenance)
    ledger: Ledger = field(default_factory=Ledger)
    compile_seconds: tuple[float, ...] = ()
    executor: str = ""
    total_seconds: float = 0.0
    finished: str = ""
    layers: tuple[Layer, ...] = ()
    fold: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    held: Held | None = None
    continuous: Continuous | None = None
    distilled: "Result | None" = None

    def __post_init__(self) -> None:
        if len(self.fold) != len(self.y):
            object.__setattr__(self, "fold", np.zeros(len(self.y), np.int64))

    @property
    def n_folds(self) -> int:
        """How often training and test were divided; each repeat is as many trainings."""
        return self.protocol.n_folds

    @property
    def leaky(self) -> bool:
        """Whether the figures are too good, by the protocol or by what the test data was used for."""
        return self.protocol.leaky or not self.ledger.clean

    @property
    def seconds_of_repeats(self) -> list[float]:
        """Training time of every repeat, its folds together."""
        return [sum(self.seconds[i : i + self.n_folds]) for i in range(0, len(self.seconds), self.n_folds)]

    @cached_property
    def predicted(self) -> npt.NDArray[np.int64]:
        """Shape (repeat, window): the likeliest class, or :data:`NO_ANSWER` where a probability is NaN or infinite."""
        answered = np.isfinite(self.probability).all(axis=2)
        return np.where(answered, np.argmax(self.probability, axis=2), NO_ANSWER).astype(np.int64)

    @property
    def has_epochs(self) -> bool:
        """Whether it is a network's, trained in epochs; not a baseline's or another estimator's."""
        return any(self.history)

    @cached_property
    def diverged(self) -> tuple[int, ...]:
        """The seeds of the repeats whose training broke: a loss, or an answer, is NaN or infinite."""
        broken = {
            i // self.n_folds
            for i, h in enumerate(self.history)
            if not all(np.isfinite(h[name]).all() for name in ("loss", "val_loss") if name in h)
        }
        broken |= {r for r, p in enumerate(self.probability) if not np.isfinite(p).all()}
        return tuple(seed for r, seed in enumerate(self.seeds) if r in broken)

    @cached_property
    def accuracies(self) -> list[float]:
        """Test accuracy of every repeat, from 0 to 1."""
        return [metrics.accuracy(self.y, p) for p in self.predicted]

    @property
    def majority_accuracy(self) -> float:
        """The accuracy of always naming the commonest class of the test windows."""
        return float(np.bincount(self.y).max() / len(self.y))

    @cached_property
    def confusions(self) -> npt.NDArray[np.int64]:
        """Shape (repeat, true class, predicted class): counts; a window without an answer is in no column."""
        return np.stack([metrics.confusion(self.y, p, len(self.classes)) for p in self.predicted])

    @cached_property
    def tally(self) -> Tally:
        """Each person's windows, counted by repeat and class: all that scores and their intervals need."""
        return tally(self.y, self.predicted, self.group, self.classes, self.probability)

    def intervals(self) -> dict[str, Interval]:
        """Where each score would lie for all people like those tested: 95 % by cluster bootstrap over people.

        Repeats are averaged; so it is about other people, and these trainings.
        """
        return dict(self._intervals)

    @cached_property
    def _intervals(self) -> dict[str, Interval]:
        return of_scores(self.tally)

    @cached_property
    def ensemble(self) -> "Result | None":
        """The mean of all repeats' probabilities, as one repeat of its own; None where there are not several.

        Repeats whose training broke are left out of the mean. (Lakshminarayanan, Pritzel and Blundell, "Simple and
        Scalable Predictive Uncertainty Estimation using Deep Ensembles", NeurIPS 2017.)
        """
        whole = [p for seed, p in zip(self.seeds, self.probability, strict=True) if seed not in self.diverged]
        if len(whole) < 2:
            return None
        n = self.n_folds
        return replace(
            self,
            probability=np.mean(whole, axis=0)[np.newaxis],
            seeds=self.seeds[:1],
            history=self.history[:n],
            seconds=self.seconds[:n],
            held=None,
            continuous=None,
            distilled=None,
        )

    def together(self) -> dict[str, str]:
        """How good all repeats are together, and the network that learnt it of them, in a sentence each."""
        n = len(self.seeds)
        both = {
            "ensemble": (self.ensemble, f"the mean of the {n} repeats' probabilities"),
            "distilled": (self.distilled, f"one network more, which learnt what the {n} say of the training windows"),
        }
        return {name: f"{sure.in_short(one.tally, one.intervals())}: {how}" for name, (one, how) in both.items() if one}

    @cached_property
    def reliability(self) -> Reliability:
        """How often answers of each confidence are right, over all repeats."""
        return reliability(self.y, self.probability)

    @cached_property
    def unsure(self) -> Unsure | None:
        """Temperature and thresholds, where others than those who train validated as the test tests."""
        if self.held is None or self.protocol.validation_kind == "random":
            return None
        return when_unsure(self.held, self.probability, self.y, self.group, self.fold, self.classes)

    @cached_property
    def events(self) -> OnTimeline | None:
        """How well events were found on the timeline, where there is one."""
        return None if self.continuous is None else on_timeline(self.continuous, self.classes)

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What the thresholds do on the timeline, where there are both."""
        return () if self.continuous is None or self.unsure is None else doubts(self.continuous, self.unsure)

    def __repr__(self) -> str:
        return str(self.card())

    def _repr_html_(self) -> str:
        return self.card().html()

    def card(self) -> Card:
        """The figures that matter, in a few lines."""
        told, source = self.tally, self.provenance
        found = told.per_class()["recall"].mean(axis=0)
        recall = {name: found[c] for c, name in enumerate(self.classes) if told.true[:, c].any()}
        worst = min(recall, key=lambda name: recall[name])
        facts = [
            ("accuracy", scored(self.accuracies)),
            ("how sure", sure.sentence("accuracy", self.accuracies, self._intervals["accuracy"])),
            ("macro F1", scored(told.score("macro_f1").tolist())),
            ("commonest class alone", f"{100 * self.majority_accuracy:.1f} %"),
            ("worst class", f"{words(worst)}, {100 * recall[worst]:.1f} % found"),
            ("protocol", str(self.protocol)),
            ("tested", f"{counted(len(self.y), 'window')} of {counted(len(told.people), 'person', 'people')}"),
        ]
        if self.diverged:
            facts.insert(0, ("diverged", f"{len(self.diverged)} of {counted(len(self.seeds), 'repeat')}"))
        if source.length and source.rate_hz:
            facts.append(("window", sized(source.length, source.rate_hz)))
        if source.channels:
            facts.append(("channels", channels_with_units(source.channels, source.units)))
        if source.source:
            facts.append(("data", f"{source.source}{' (simulated)' if source.simulated else ''}"))
        return Card("Result", facts)

    def metrics(self) -> dict[str, Any]:
        """Every figure, as plain numbers and lists; deviations have ddof 0, as the tutorial's."""
        f1s = [float(one) for one in self.tally.score("macro_f1")]
        return {
            "accuracies": self.accuracies,
            "accuracy_mean": float(np.mean(self.accuracies)),
            "accuracy_sd": float(np.std(self.accuracies)),
            "macro_f1s": f1s,
            "macro_f1_mean": float(np.mean(f1s)),
            "macro_f1_sd": float(np.std(f1s)),
            "scores": sure.of_all(self.tally, self._intervals),
            "calibration": sure.of_calibration(self.reliability),
            **{
                name: sure.of_all(one.tally, one.intervals()) if one else None
                for name, one in (("ensemble", self.ensemble), ("distilled", self.distilled))
            },
            "majority_accuracy": self.majority_accuracy,
            "diverged": list(self.diverged),
            "no_answer": [int((p == NO_ANSWER).sum()) for p in self.predicted],
            "protocol": {"words": str(self.protocol)} | plain(self.protocol),
            "provenance": plain(self.provenance),
            "ledger": {"words": str(self.ledger)} | plain(self.ledger),
            "executor": self.executor,
            "seconds": self.total_seconds,
            "finished": self.finished,
            "n_parameters": self.n_parameters,
            "seeds": list(self.seeds),
            "over_fitting": [asdict(p) if (p := parting(h)) else None for h in self.history],
            "training_seconds": list(self.seconds),
            "compile_seconds": list(self.compile_seconds),
            "classes": sure.of_classes(self.tally),
            "people": sure.of_people(self.tally),
            "confusion_first": self.confusions[0].tolist(),
            "confusion_pooled": self.confusions.sum(axis=0).tolist(),
            "confusion_sd": self.confusions.std(axis=0).tolist(),
            "when_unsure": self.unsure.plain() if self.unsure else None,
            "timeline": self.events.plain() | {"none_of_these": [one.plain() for one in self.doubts]}
            if self.events
            else None,
        }


def collect(
    windows: Windows,
    splits: Sequence[Split],
    trainings: Mapping[Any, Mapping[str, Any]],
    *,
    executor: str = "",
    whole: Whole | None = None,
    smoothing: SmoothingSpec | None = None,
) -> Result:
    """The result of trainings that were tested on one split, or on each fold.

    Args:
        windows: all windows.
        splits: who trained and who was tested, of each fold.
        trainings: by :class:`stridenet.runs.trial.Turn`, what :class:`stridenet.runs.trial.Outcome` holds as arrays.
        executor: where they were trained, and why there.
        whole: the recordings, where a timeline is asked for.
        smoothing: of the timeline, besides.
    """
    seeds = tuple(dict.fromkeys(seed for _, seed in trainings))
    arrays = [trainings[fold, seed] for seed in seeds for fold in range(len(splits))]
    tested = np.concatenate([one.test for one in splits])
    order = np.argsort(tested, kind="stable") if len(splits) > 1 else np.arange(len(tested))
    test, fold = tested[order], np.repeat(np.arange(len(splits)), [len(one.test) for one in splits])[order]
    said = [
        np.concatenate([trainings[fold, seed]["probability"] for fold in range(len(splits))])[order] for seed in seeds
    ]
    return Result(
        probability=np.stack(said),
        y=windows.y[test],
        group=windows.group[test],
        recording=np.array(windows.recordings)[windows.recording[test]],
        start_s=windows.start[test] / windows.rate_hz,
        classes=windows.classes,
        seeds=seeds,
        history=tuple(dict(zip(a["scores"].tolist(), a["history"].tolist(), strict=True)) for a in arrays),
        seconds=tuple(float(a["seconds"]) for a in arrays),
        protocol=protocol_of(windows, splits),
        provenance=provenance_of(windows),
        n_parameters=int(arrays[0]["n_parameters"]),
        compile_seconds=tuple(float(a["compile_seconds"]) for a in arrays),
        executor=executor,
        finished=datetime.now().astimezone().isoformat(" ", "minutes"),
        layers=layers_of(json.loads(str(arrays[0].get("layers", "[]")))),
        fold=fold,
        held=collect_held(windows, splits, trainings, seeds),
        continuous=collect_continuous(windows, splits, whole, trainings, seeds, smoothing or SmoothingSpec())
        if whole
        else None,
    )


def layers_of(rows: Iterable[Sequence[Any]]) -> tuple[Layer, ...]:
    """Layers from what JSON made of them."""
    made = (Layer(*row) for row in rows)
    return tuple(layer._replace(output_shape=tuple(layer.output_shape)) for layer in made)
