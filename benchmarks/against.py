"""`stride` against every other model on the same windows and folds: docs/evaluation/against/TASK.json.

    python benchmarks/against.py RUNS [RUNS ...]

Each RUNS is a folder of runs that results.py left. Of each task and model the first run is taken that is found; the
pairs are those of `stridenet compare`, paired by person and seed.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import stridenet
from results import RESULTS, TASKS
from stridenet import spec
from stridenet.runs.environment import describe_environment

OURS = "stride"


def found(folders: list[Path]) -> dict[str, dict[str, Path]]:
    """The folder of each model's run, by task."""
    by_task: dict[str, dict[str, Path]] = {name: {} for name in TASKS}
    for file in (file for folder in folders for file in sorted(folder.glob("*/settings.toml"))):
        said = spec.parse(spec.read_toml(file))
        for name, task in TASKS.items():
            kind, _, n_folds = task.protocol.partition(":")
            folds = int(n_folds) if n_folds else said.split.folds
            if (said.data.name, said.split.kind, said.split.folds) == (task.data["name"], kind, folds):
                by_task[name].setdefault(said.model.name, file.parent)
    return by_task


def against(runs: dict[str, Path]) -> list[dict[str, Any]]:
    """What `stride` is ahead of each by, the nearest first."""
    with tempfile.TemporaryDirectory() as out:
        pairs = stridenet.compare(*runs.values(), out=out).told()["pairs"]
    turned = [one if one["first"] == OURS else _turned(one) for one in pairs if OURS in (one["first"], one["second"])]
    return sorted(turned, key=lambda one: one["difference"])


def _turned(pair: dict[str, Any]) -> dict[str, Any]:
    """The same pair from the other side; a worse `stride` must not be told by its absence."""
    sides = {"first": pair["second"], "second": pair["first"]}
    signs = {"better": pair["wilcoxon"]["worse"], "worse": pair["wilcoxon"]["better"]}
    folds = {"folds": _negated(pair["folds"])} if pair.get("folds") else {}
    return _negated(pair) | sides | folds | {"wilcoxon": pair["wilcoxon"] | signs}


def _negated(found: dict[str, Any]) -> dict[str, Any]:
    """A difference, with its interval and its t where it has them, from the other side."""
    turned = {name: -found[name] for name in ("difference", "t") if name in found}
    ends = {"low": -found["high"], "high": -found["low"]} if found["low"] is not None else {}
    return found | turned | ends


def main(*folders: str) -> None:
    """Compares, tells and stores."""
    place = RESULTS / "against"
    place.mkdir(parents=True, exist_ok=True)
    for name, runs in found([Path(one) for one in folders]).items():
        if OURS not in runs or len(runs) < 2:
            continue
        pairs = against(runs)
        told = {"task": name, "pairs": pairs, "environment": describe_environment()}
        (place / f"{name.replace('/', '_')}.json").write_text(json.dumps(told, indent=1) + "\n")
        print(name, [(one["second"], round(100 * one["difference"], 2)) for one in pairs], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
