"""What peeking claims: the same network tested on people never seen, and in three ways that leak, side by side."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stridenet.baselines.estimators import Estimator
from stridenet.data.load import Loaded
from stridenet.errors import SettingError
from stridenet.evaluation import sure
from stridenet.evaluation.gaps import Gap, gap
from stridenet.evaluation.intervals import of_score
from stridenet.evaluation.result import Result
from stridenet.models import recipes
from stridenet.models.network import Network
from stridenet.runs import folder as runfolder
from stridenet.runs import job
from stridenet.runs.leaky import leaky
from stridenet.runs.resolve import FROM_PYTHON, Resolved, refuse_combined
from stridenet.signals.cards import Card
from stridenet.signals.windows import Windows
from stridenet.spec import DataSpec, RunSpec, digest, to_toml
from stridenet.system.files import write_aside, writing
from stridenet.system.notes import Note, OnProgress, silent

HONEST = "people never seen"
_EPOCH = "best epoch chosen on the test"
_SCALED = "scaled with the test"
TOLD = {
    HONEST: "nobody who is tested trains, and nothing is chosen or fitted on them",
    _EPOCH: "the same trainings, but the epoch is kept that was best on the tested people",
    _SCALED: "the same trainings, but the scaling is fitted on the tested people too",
    "random windows": "windows are tested at random: the same people, and with overlap the same samples, also train",
}
"""Every way, the honest one first, and what it does."""


@dataclass(frozen=True, eq=False)
class Leakage:
    """The honest result and the leaky ones.

    Args:
        results: by the words of :data:`TOLD`.
        gaps: of the leaky ones, each minus the honest one.
        folder: the folder with the page and the picture.
        settings: of the honest run, TOML.
    """

    results: dict[str, Result]
    gaps: dict[str, Gap]
    folder: Path
    settings: str

    def told(self) -> dict[str, Any]:
        """All figures as JSON holds them: accuracies from 0 to 1."""
        honest = self.results[HONEST]
        rows = []
        for name, result in self.results.items():
            found = self.gaps.get(name)
            scores = sure.of_all(result.tally, {"accuracy": of_score(result.tally, "accuracy")})["accuracy"]
            row = {"name": name, "leaky": result.leaky, "what": TOLD[name], **scores}
            row |= {"protocol": str(result.protocol), "ledger": str(result.ledger)}
            rows.append(row | {"gap": None if found is None else asdict(found)})
        return {
            "data": honest.provenance.source,
            "simulated": honest.provenance.simulated,
            "n_windows": len(honest.y),
            "n_people": len(honest.tally.people),
            "seeds": list(honest.seeds),
            "ways": rows,
            "settings": self.settings,
            "leakage_dir": str(self.folder),
        }

    def __repr__(self) -> str:
        return str(self._card())

    def _repr_html_(self) -> str:
        return self._card().html()

    def _card(self) -> Card:
        facts = []
        for name, result in self.results.items():
            said = sure.sentence("accuracy", result.accuracies, result.intervals()["accuracy"])
            if name in self.gaps:
                said = f"LEAKY, {sure.signed('accuracy', self.gaps[name].difference)} points: {said}"
            facts.append((name, said))
        return Card("Leakage", [*facts, ("page", str(self.folder / "leakage.html"))])


def leakage(
    spec: RunSpec | None = None,
    *,
    windows: Windows | None = None,
    out: Path | str = "runs",
    data_dir: Path | str | None = None,
    note: Note | None = None,
    on_progress: OnProgress | None = None,
) -> Leakage:
    """Trains the same network honestly and in three ways that leak, and leaves a page with the gaps.

    By default each person is tested once, in folds by person, so that all ways test the same windows and the gaps are
    paired. Where nothing is scaled, all ways standardize, for there must be something to scale with the test; of a
    network that takes raw units and scales them by itself that way is left out, and of an estimator the epochs too.

    Args:
        spec: the settings; the protocol must be by person.
        windows: already read and cut, in place of ``spec.data``.
        out: the folder that holds runs and trials; the report's own folder, ``leakage-<digest>``, lies there too.
        data_dir: where to look for the data first.
        note: told, in sentences, what was found and done.
        on_progress: told after each epoch.

    Raises:
        StridenetError: the data, the settings or the folder do not allow it.
    """
    spec, note, out = spec or RunSpec(), note or silent, Path(out)
    if windows is not None:
        spec = spec.model_copy(update={"data": DataSpec(name=FROM_PYTHON)})
    spec, named = _by_person(spec, note), recipes.recipe(spec.model)
    loaded = Loaded(windows) if windows is not None else job.load(spec, data_dir=data_dir, note=note)
    spec = _scaled(spec, recipes.settled(named, loaded.windows), note)
    honest = job.prepare(spec, windows=loaded.windows, recordings=loaded.recordings, note=note)
    drawn = job.prepare(_random(honest), windows=honest.windows, note=note)
    move = on_progress or silent
    ways: dict[str, Callable[[], Result]] = {
        HONEST: lambda: job.perform(honest, out=out, note=note, on_progress=move).result,
        _EPOCH: lambda: _peeked(leaky(honest, "epoch"), out, note, move),
        _SCALED: lambda: _peeked(leaky(honest, "scaling"), out, note, move),
        "random windows": lambda: job.perform(drawn, out=out, note=note, on_progress=move).result,
    }
    if honest.spec.prepare == "none":
        del ways[_SCALED]
    if not honest.is_network:
        del ways[_EPOCH]
    results = {}
    for i, (name, train) in enumerate(ways.items(), start=1):
        note(f"{i} of {len(ways)}: {name}")
        results[name] = train()
    gaps = {name: gap(result, results[HONEST]) for name, result in results.items() if name != HONEST}
    done = Leakage(results, gaps, out / f"leakage-{digest([honest.name, drawn.name])}", to_toml(honest.spec))
    _leave(done)
    return done


def _by_person(spec: RunSpec, note: Note) -> RunSpec:
    """The honest settings."""
    refuse_combined(spec, "leakage compares single networks")
    kind = spec.split.kind
    if kind not in (None, "by-person", "official", "leave-one-person-out"):
        raise SettingError(
            f"leakage measures from people never seen, and --protocol {kind} does not test them; give by-person, "
            "official or leave-one-person-out."
        )
    if kind is None:
        note("each person is tested once, in folds by person, so that all ways test the same windows")
        spec = spec.model_copy(update={"split": spec.split.model_copy(update={"kind": "by-person"})})
    return spec


def _scaled(spec: RunSpec, network: Network | Estimator, note: Note) -> RunSpec:
    """The same, where there is something to scale with the test."""
    if isinstance(network, Estimator):
        note(
            f"{network.name} has no epochs, and nothing scales before it, so nothing of that could know the test: "
            "these two ways are left out"
        )
    elif spec.prepare == "none" and network.raw:
        note(f"{spec.model.name} takes raw units, so no scaling could know the test: that way is left out")
    elif spec.prepare == "none":
        note("channels are standardized in all ways, so that there is something to scale with the test")
        spec = spec.model_copy(update={"prepare": "standardize"})
    return spec


def _random(honest: Resolved) -> RunSpec:
    """The same with windows drawn at random: as many folds, or as large a share."""
    n, tested = len(honest.splits), len(honest.splits[0].test)
    shared = {"folds": n, "test": None} if n > 1 else {"folds": None, "test": tested / len(honest.windows)}
    split = honest.spec.split.model_copy(update={"kind": "random", "validation_kind": "by-person", **shared})
    return honest.spec.model_copy(update={"split": split})


def _peeked(run: Resolved, out: Path, note: Note, on_progress: OnProgress) -> Result:
    """The result of a leaky run, which leaves trials and no folder."""
    with writing(out):
        runfolder.tidy(out)
    with closing(runfolder.Stage(out, run.name)):
        return job.trained(run, out, note=note, on_progress=on_progress)[0]


def _leave(done: Leakage) -> None:
    """The figures as JSON, the picture and the page."""
    from stridenet.views.pages.leakage import write_leakage

    told = done.told()
    write_aside(done.folder / "leakage.json", json.dumps(told, indent=1, allow_nan=False) + "\n")
    own = {name: 100 * result.tally.per_person().mean(axis=1) for name, result in done.results.items()}
    write_leakage(done.folder, told, own)
