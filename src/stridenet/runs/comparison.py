"""Runs side by side: found, named by what differs in their settings, compared, and told in a folder."""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stridenet.errors import SettingError, plain
from stridenet.evaluation.alarms import Alarm, alarms_of_sweep
from stridenet.evaluation.several import Several, several
from stridenet.evaluation.sure import TITLES, number
from stridenet.runs import folder as runfolder
from stridenet.runs import listing
from stridenet.runs.job import Run
from stridenet.signals.cards import Card
from stridenet.signals.wording import one_line, short
from stridenet.spec import RunSpec, parse, read_toml
from stridenet.system.files import write_aside

_BESIDE = ("seed", "repeats", "executor", "keep", "data", "model")
"""Settings that make no other result, or that names begin with."""
_ALIKE = ("split.kind", "split.folds", "split.test", "split.seed")
"""Settings that cannot differ between runs that are compared."""


@dataclass(frozen=True, eq=False)
class Compared:
    """Runs on the same windows, the best first.

    Args:
        several: what was compared, by the runs' names.
        runs: the runs by the same names.
        folder: the folder with the page and the pictures.
    """

    several: Several
    runs: dict[str, Run]
    folder: Path

    def alarms(self) -> list[Alarm]:
        """What whoever reads the figures must know first."""
        return alarms_of_sweep([run.result for run in self.runs.values()], "run")

    def told(self) -> dict[str, Any]:
        """All figures as JSON holds them."""
        first = next(iter(self.runs.values())).result
        found = self.several.told()
        for row in found["results"]:
            run = self.runs[row["name"]]
            row |= {"run_dir": str(run.folder), "leaky": run.result.leaky, "ledger": str(run.result.ledger)}
        return {
            "protocol": str(first.protocol),
            "data": first.provenance.source,
            "n_windows": len(first.y),
            **found,
            "alarms": [str(alarm) for alarm in self.alarms()],
            "comparison_dir": str(self.folder),
        }

    def __repr__(self) -> str:
        return str(self._card())

    def _repr_html_(self) -> str:
        return self._card().html()

    def _card(self) -> Card:
        told, facts = self.several, [("alarm", str(alarm)) for alarm in self.alarms()]
        for name, sure in told.intervals.items():
            mean, low, high = (
                number(told.score, value)
                for value in (float(told.tallies[name].score(told.score).mean()), sure.low, sure.high)
            )
            facts.append((short(one_line(name), 40), f"{mean} (95 % interval over people {low} to {high})"))
        return Card(f"Comparison by {TITLES[told.score]}", [*facts, ("page", str(self.folder / "comparison.html"))])


def compare(*runs: Run | Path | str, out: Path | str = "runs", score: str = "accuracy") -> Compared:
    """Compares runs on the same windows, paired by person and by seed, and leaves a page.

    Args:
        runs: two at least: each a run, its folder, or its name in ``out``.
        out: the folder that holds runs; the comparison's own folder, ``comparison-<digest>``, lies there too.
        score: what is compared: ``accuracy``, ``person_accuracy``, ``balanced_accuracy``, ``macro_f1``, ``kappa``,
            ``mcc``, ``log_loss`` or ``brier``.

    Raises:
        UnknownNameError: there is no such run, or no such score.
        DataError: a run is damaged.
        SettingError: fewer than two runs, or two whose data, windows, classes or protocol differ; it says which.
    """
    out = Path(out)
    found = [_found(run, out) for run in runs]
    folders = [run.folder.resolve() for run in found]
    if twice := next((run for i, run in enumerate(found) if folders[i] in folders[:i]), None):
        raise SettingError(f"{plain(twice.folder)} is named twice; name each run once.")
    named = dict(zip(_names(found), found, strict=True))
    told = several({name: run.result for name, run in named.items()}, score)
    digest = hashlib.sha256(json.dumps([score, sorted(_places(found))]).encode()).hexdigest()[:10]
    done = Compared(told, {name: named[name] for name in told.names}, out / f"comparison-{digest}")
    _leave(done)
    return done


def _found(run: Run | Path | str, out: Path) -> Run:
    if isinstance(run, Run):
        return run
    if not isinstance(run, (str, os.PathLike)):
        raise SettingError(
            f"compare: a {type(run).__name__} came in place of a run; give runs, their folders or names, each by "
            "itself, as in compare(*runs)."
        )
    place = out / run if (out / run).is_dir() else Path(run)
    if not place.is_dir():
        listing.refuse_unknown(out, [str(run)])
    return Run(runfolder.read(place), place, found=True)


def _names(runs: Sequence[Run]) -> list[str]:
    """What each is called: its network, and the settings in which it differs from others of the same network."""
    specs = [_spec(run) for run in runs]
    networks = [_network(run, spec) for run, spec in zip(runs, specs, strict=True)]
    tables = [_flat(spec) for spec in specs]
    names = []
    for network, own in zip(networks, tables, strict=True):
        same = [table for n, table in zip(networks, tables, strict=True) if n == network]
        said = [f"{key.rpartition('.')[2]} {_brief(value)}" for key, value in own.items() if _differs(key, same)]
        names.append(", ".join([network, *said]))
    return [
        f"{name} ({place})" if names.count(name) > 1 else name for name, place in zip(names, _places(runs), strict=True)
    ]


def _places(runs: Sequence[Run]) -> list[str]:
    """The name of each run's folder, after as many folders above it as tell it from its namesakes."""
    parts = [run.folder.resolve().parts for run in runs]
    return ["/".join(own[-_depth(own, parts) :]) for own in parts]


def _depth(own: tuple[str, ...], others: Sequence[tuple[str, ...]]) -> int:
    return next(n for n in range(1, len(own) + 1) if sum(one[-n:] == own[-n:] for one in others) == 1)


def _spec(run: Run) -> RunSpec | None:
    """The settings of a run; None where its file is gone, for its figures need none."""
    file = run.folder / "settings.toml"
    return parse(read_toml(file)) if file.is_file() else None


def _network(run: Run, spec: RunSpec | None) -> str:
    return Path(spec.model.name).name if spec else run.folder.name


def _flat(spec: RunSpec | None) -> dict[str, Any]:
    if spec is None:
        return {}
    flat = spec.model.settings | {"features": spec.model.features}
    rest = {k: v for k, v in spec.model_dump(mode="json").items() if k not in _BESIDE}
    for name, value in rest.items():
        flat |= {f"{name}.{k}": v for k, v in value.items()} if isinstance(value, dict) else {name: value}
    return {name: value for name, value in flat.items() if name not in _ALIKE}


def _differs(key: str, tables: Sequence[dict[str, Any]]) -> bool:
    return len({json.dumps(table.get(key), sort_keys=True, default=str) for table in tables}) > 1


def _brief(value: Any) -> str:
    return short(one_line(",".join(map(str, value)) if isinstance(value, list) else str(value)), 40)


def _leave(done: Compared) -> None:
    """The figures as JSON, the pictures and the page."""
    from stridenet.views.pages.versus import write_comparison

    told = done.told()
    write_aside(done.folder / "comparison.json", json.dumps(told, indent=1, allow_nan=False) + "\n")
    write_comparison(done.folder, done.several, told, done.alarms())
