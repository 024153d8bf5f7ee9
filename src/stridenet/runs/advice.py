"""Which windows to cut: length, step, rate and channels against the score by person, and what each costs."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stridenet import spec as specs
from stridenet.baselines.estimators import Estimator
from stridenet.errors import SettingError, StridenetError
from stridenet.evaluation.nested import better, inner, same_people
from stridenet.evaluation.splits import Split, split
from stridenet.models import recipes
from stridenet.models.layer_table import layer_table
from stridenet.models.network import Network
from stridenet.runs import job as jobs
from stridenet.runs import several
from stridenet.runs.candidates import scored
from stridenet.runs.cuttings import Cutting, Material
from stridenet.runs.recommending import Choice, combined, recommend
from stridenet.runs.resolve import Resolved, refuse_combined
from stridenet.runs.selection import score_named
from stridenet.runs.store import Store
from stridenet.signals.cards import Card
from stridenet.signals.channels import Channels
from stridenet.signals.sensors import by_sensor
from stridenet.signals.windows import Windows
from stridenet.signals.wording import counted, listed
from stridenet.spec import RunSpec, SplitSpec
from stridenet.system.files import write_aside
from stridenet.system.notes import Note, OnProgress, silent

EPOCHS, REPEATS, FOLDS = 5, 1, 3
"""Of each choice, where nothing else is asked for: choices are compared, and a first answer comes soon."""
_LENGTHS, _STEPS, _RATES = (0.25, 0.5, 2), (0.25, 1), (2, 4)
"""What is tried beside the windows as they are: times their length, shares of a window, and parts of their rate."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What was tried, how good it was on training people, and what to use.

    Args:
        choices: all that was tried, the windows as they are first.
        refused: what could not be tried, and why.
        recommended: the place of what to use among the choices.
        reasons: why, a sentence each.
        by: the score.
        trained: people who were trained and tested, in folds.
        left_alone: people whom nothing here has seen.
        sensors: names of groups of channels.
        folder: where the page, the pictures and ``advice.json`` lie.
    """

    choices: tuple[Choice, ...]
    refused: tuple[tuple[str, str], ...]
    recommended: int
    reasons: tuple[str, ...]
    by: str
    trained: tuple[str, ...]
    left_alone: tuple[str, ...]
    sensors: dict[tuple[str, ...], str]
    folder: Path

    @property
    def choice(self) -> Choice:
        """What to use."""
        return self.choices[self.recommended]

    def rows(self) -> list[dict[str, Any]]:
        """A plain row per choice."""
        return [
            asdict(one.cutting)
            | {
                "label": one.cutting.words(self.sensors),
                "channels_are": self.sensors.get(one.cutting.channels, ""),
                "score": one.score,
                "standard_error": one.error,
                "people": one.people,
                "latency_s": one.cutting.latency_s,
                "mflop": one.mflop,
                "mflop_per_s": one.mflop_per_s,
                "n_parameters": one.n_parameters,
                "n_windows": one.n_windows,
                "seconds": one.seconds,
                "varied": one.varied,
                "verdict": one.verdict,
                "recommended": i == self.recommended,
            }
            for i, one in enumerate(self.choices)
        ]

    def plain(self) -> dict[str, Any]:
        """All of it as JSON holds it; what is not known is None."""
        rows = [{name: _known(value) for name, value in row.items()} for row in self.rows()]
        return {
            "format": 1,
            "by": self.by,
            "recommended": rows[self.recommended],
            "reasons": list(self.reasons),
            "choices": rows,
            "refused": [{"choice": what, "why": why} for what, why in self.refused],
            "people": {"trained": list(self.trained), "left_alone": list(self.left_alone)},
            "advice_dir": str(self.folder),
        }

    def __repr__(self) -> str:
        return str(self._card())

    def _repr_html_(self) -> str:
        return self._card().html()

    def _card(self) -> Card:
        facts = [("use", self.choice.cutting.words(self.sensors)), *(("reason", one) for one in self.reasons)]
        return Card(f"Advice from {len(self.choices)} choices", [*facts, ("page", str(self.folder / "advice.html"))])


def advise(
    settings: dict[str, Any] | None = None,
    *,
    lengths_s: Sequence[float] | None = None,
    steps_s: Sequence[float] | None = None,
    rates_hz: Sequence[float] | None = None,
    folds: int = FOLDS,
    by: str = "accuracy",
    latency_s: float | None = None,
    out: Path | str = "runs",
    data_dir: Path | str | None = None,
    note: Note | None = None,
    on_progress: OnProgress | None = None,
) -> Advice:
    """Tries windows of other lengths, steps, rates and channels on training people, and says which to use.

    One thing is varied at a time; what is best of each is then tried together. Each choice is trained in folds over the
    people who train; the official test people, or a share of the people where there are none, are left alone.

    Args:
        settings: nested settings of a run; 5 epochs and 1 repeat where they say nothing.
        lengths_s: seconds in a window; by default a quarter, half, one and two times the data's own.
        steps_s: seconds from one window to the next, at the data's own length; by default a quarter, half and all.
        rates_hz: samples per second; by default the data's own, half and a quarter of it.
        folds: over the people who train.
        by: a score, the mean over people of each one's own.
        latency_s: choices that answer later are not recommended; by default than the windows as they are.
        out: the folder that holds runs.
        data_dir: where to look for the data first.
        note: told what will be done, is found and done.
        on_progress: told after each epoch.

    Raises:
        StridenetError: the data or the settings do not allow it.
    """
    note, on_progress, out = note or silent, on_progress or silent, Path(out)
    spec, by = _few(settings or {}), score_named(by)
    refuse_combined(spec, "windows are chosen by single networks")
    _refuse_what_other_windows_cannot_have(spec)
    if folds < 2:
        raise SettingError(f"folds = {folds}: choices are compared in 2 folds at least.")
    loaded = jobs.load(spec, data_dir=data_dir, note=note)
    material = Material(loaded, spec.data.labels, spec.data.purity)
    base = material.windows
    network = recipes.settled(recipes.recipe(spec.model), base)
    if not isinstance(network, Estimator) and "epochs" not in spec.train.model_fields_set:
        spec = spec.model_copy(update={"train": spec.train.model_copy(update={"epochs": EPOCHS})})
    epochs = "" if isinstance(network, Estimator) else counted(spec.train.epochs, "epoch")
    share = None if base.test_groups else spec.split.test
    split_spec = SplitSpec(
        kind="official" if base.test_groups else "by-person",
        folds=None,
        test=share,
        seed=spec.split.seed if share or spec.split.validation else 0,
        validation=spec.split.validation,
    )
    spec = spec.model_copy(update={"split": split_spec})
    outer = split(base, split_spec)
    tried = _Tried(spec, material, outer, inner(base, outer, folds, split_spec), by, Store(out, note))
    wanted = variations(material, lengths_s, steps_s, rates_hz)
    sensors = {channels: name for name, channels in _sensors(base).items()}
    left_alone = base.take(outer.test).people
    trained = base.take(np.concatenate([outer.train, outer.validation])).people
    whose = "official test people" if base.test_groups else "people"
    note(
        f"{counted(len(wanted), 'choice')}, each {counted(len(tried.within) * (spec.repeats or 1), 'training')} "
        f"{f'of {epochs} ' if epochs else ''}on {counted(len(trained), 'person', 'people')}; "
        f"{counted(len(left_alone), 'of the ' + whose + ' is', 'of the ' + whose + ' are')} left alone"
    )
    if material.came_cut:
        note("the windows came cut, so their length and step stay as they are; rate and channels are varied")
    try:
        tried.all(wanted, sensors, note, on_progress)
        if (together := combined(tried.choices, better(by), latency_s)) is not None:
            note(f"the best of each together: {together.words(sensors)}")
            tried.all([("together", together)], sensors, note, on_progress)
    finally:
        tried.store.tidy()
    choices, place, reasons = recommend(tried.choices, better(by), by, latency_s, sensors)
    asked = [settings, lengths_s, steps_s, rates_hz, folds, by, latency_s]
    name = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:10]
    done = Advice(
        choices, tuple(tried.refused), place, reasons, by, trained, left_alone, sensors, out / f"advice-{name}"
    )
    _leave(done, base, spec, epochs)
    return done


def _refuse_what_other_windows_cannot_have(spec: RunSpec) -> None:
    if spec.timeline:
        raise SettingError("timeline = true: windows are compared without a timeline; leave it and smoothing out.")
    if (kind := spec.split.validation_kind) != "by-person":
        raise SettingError(
            f"split.validation_kind = {kind!r}: only people are the same in other windows; leave it out, so that "
            "people validate."
        )


def _few(settings: dict[str, Any]) -> RunSpec:
    """The settings, with few repeats where they say nothing."""
    return specs.parse(settings if "repeats" in settings else specs.override(settings, "repeats", REPEATS))


def variations(
    material: Material,
    lengths_s: Sequence[float] | None,
    steps_s: Sequence[float] | None,
    rates_hz: Sequence[float] | None,
) -> list[tuple[str, Cutting]]:
    """What to try, and what is varied in it: the windows as they are first.

    Raises:
        SettingError: a size that is not above zero, or a length or step that cannot be another.
    """
    own = material.own
    for what, values in (("length", lengths_s), ("step", steps_s), ("rate", rates_hz)):
        if bad := [value for value in values or () if not (np.isfinite(value) and value > 0)]:
            raise SettingError(f"{what} {bad[0]:g}: it must be above 0.")
    if material.came_cut and (lengths_s or steps_s):
        what = "length" if lengths_s else "step"
        raise SettingError(
            f"these windows came cut, so their {what} is {own.length_s if lengths_s else own.step_s:g} s and no other; "
            "leave it out, or give the recordings that they were cut from."
        )
    lengths = lengths_s or ([] if material.came_cut else [own.length_s * share for share in _LENGTHS])
    steps = steps_s or ([] if material.came_cut else [own.length_s * share for share in _STEPS])
    rates = rates_hz or [own.rate_hz / part for part in _RATES]
    share = own.step_s / own.length_s
    found = [("as they are", own)]
    found += [("length", replace(own, length_s=one, step_s=share * one)) for one in sorted(lengths)]
    found += [("step", replace(own, step_s=one)) for one in sorted(steps)]
    found += [("rate", replace(own, rate_hz=float(one))) for one in sorted(rates, reverse=True)]
    some = {name: some for name, some in _sensors(material.windows).items() if some != own.channels}
    found += [("channels", replace(own, channels=channels)) for channels in some.values()]
    seen: dict[Cutting, str] = {}
    for what, one in found:
        seen.setdefault(_on_samples(one, own.rate_hz), what)
    return [(what, one) for one, what in seen.items()]


def _on_samples(one: Cutting, rate_hz: float) -> Cutting:
    """The same with a length and a step of whole samples of the data's own."""
    length, step = (max(1, round(value * rate_hz)) / rate_hz for value in (one.length_s, one.step_s))
    return replace(one, length_s=length, step_s=step)


def _sensors(windows: Windows) -> dict[str, tuple[str, ...]]:
    found = by_sensor(windows.channels, windows.units)
    return {"all channels": windows.channels} | (
        {f"{name} only": some for name, some in found.items()} if len(found) > 1 else {}
    )


class _Tried:
    """Choices that were tried."""

    def __init__(
        self, spec: RunSpec, material: Material, outer: Split, within: Sequence[Split], by: str, store: Store
    ) -> None:
        self.spec, self.material, self.outer, self.within, self.by, self.store = (
            spec,
            material,
            outer,
            within,
            by,
            store,
        )
        self.choices: list[Choice] = []
        self.refused: list[tuple[str, str]] = []

    def all(
        self,
        wanted: Sequence[tuple[str, Cutting]],
        sensors: dict[tuple[str, ...], str],
        note: Note,
        on_progress: OnProgress,
    ) -> None:
        """Trains what is not there, and scores it; what cannot be trained is told, but not the windows as they are."""
        made: list[tuple[str, Cutting, Resolved, float]] = []
        for varied, cutting in wanted:
            try:
                made.append((varied, cutting, *self._job(cutting)))
            except StridenetError as error:
                if not made and not self.choices:
                    raise
                self.refused.append((cutting.words(sensors), str(error)))
                note(f"{cutting.words(sensors)} cannot be tried: {error}")
        placed = several.together([job for _, _, job, _ in made])
        asked = [(cutting.words(sensors), job, job.turns) for (_, cutting, _, _), job in zip(made, placed, strict=True)]
        keys = several.train(asked, self.store, note, on_progress)
        for (varied, cutting, _, mflop), job, trained in zip(made, placed, keys, strict=True):
            one = scored({}, job, trained, self.store, [len(job.splits)], self.by)
            n = sum(len(fold.test) for fold in job.splits)
            self.choices.append(Choice(cutting, varied, one.people[0], mflop, one.n_parameters, n, one.seconds))

    def _job(self, cutting: Cutting) -> tuple[Resolved, float]:
        """A job whose splits are the folds over the people who train, and the arithmetic of one answer."""
        windows = self.material.cut(cutting)
        job = jobs.prepare(self.spec, windows=windows)
        recipes.try_out(job.network, windows, self.spec.train.batch_size)
        what = "windows of this length"
        folds = tuple(same_people(self.material.windows, one, windows, what) for one in self.within)
        return replace(job, splits=folds, keeps=False), _mflop(job.network, windows)


def _leave(done: Advice, windows: Windows, spec: RunSpec, epochs: str) -> None:
    from stridenet.views.pages.advice import write_advice

    write_aside(done.folder / "advice.json", json.dumps(done.plain(), indent=1, allow_nan=False) + "\n")
    n_left = len(done.left_alone)
    trained = [spec.model.name, *([epochs] if epochs else []), counted(spec.repeats, "repeat")]
    facts = [
        ("Data", windows.source or "not named"),
        ("Network" if epochs else "Model", f"{', '.join(trained)}."),
        (
            "Trained and tested, in folds",
            f"{counted(len(done.trained), 'person', 'people')}: {listed(done.trained, 12)}.",
        ),
        (
            "Left alone",
            f"{counted(n_left, 'person', 'people')}, whom nothing here has seen: {listed(done.left_alone, 12)}.",
        ),
    ]
    write_advice(done.folder, done.rows(), done.reasons, done.refused, done.by, facts, simulated=windows.simulated)


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _mflop(network: Network | Estimator, windows: Windows) -> float:
    """The arithmetic of one answer; NaN of what has no layers that can be followed."""
    if isinstance(network, Estimator):
        return float("nan")
    known = Channels.of(windows)
    model = network.build(
        length=windows.length, n_channels=len(known.names), n_classes=len(windows.classes), channels=known
    )
    try:
        return float(layer_table(model).mflop)
    except StridenetError:  # anyone's own
        return float("nan")
