"""`stride` against every other model on the same windows and folds: docs/evaluation/against/TASK.json.

    python benchmarks/against.py

Made of the files that results.py left, so nothing is trained again: each person's accuracy, averaged over seeds. The
pairs are those of `stridenet compare`, paired by person; Holm counts all pairs of a task.
"""

import json
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from results import ARCHIVE, RESULTS, TASKS
from stridenet.evaluation.comparing import corrected_t, holm, signed_ranks
from stridenet.evaluation.intervals import interval
from stridenet.runs.environment import describe_environment

OURS = "stride"
Floats = npt.NDArray[np.float64]


def stored(task: str) -> dict[str, dict[str, Any]]:
    """What is there of a task, by model; those with settings of their own have another name and are left out."""
    files = sorted((RESULTS / task.replace("/", "_")).glob("*.json"))
    found = {file.stem: json.loads(file.read_text()) for file in files}
    return {name: one for name, one in found.items() if one["model"] == name}


def pairs(found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What `stride` is ahead of each by, the nearest first.

    Raises:
        ValueError: two of them did not test the same people on as many windows in the same folds.
    """
    tested = {json.dumps([windows_of(one), one["protocol"].get("folds")], sort_keys=True) for one in found.values()}
    if len(tested) > 1:
        raise ValueError(f"{', '.join(found)} did not test the same; measure them again")
    both = list(combinations(found, 2))
    raised = holm([signed_ranks(np.subtract(*(own(found[one]) for one in pair))).p for pair in both])
    of_pair = dict(zip(map(frozenset, both), raised, strict=True))
    told = [
        pair(found[OURS], found[name]) | {"second": name, "p_holm": of_pair[frozenset((OURS, name))]}
        for name in found
        if name != OURS
    ]
    return sorted(told, key=lambda one: one["difference"])


def windows_of(told: dict[str, Any]) -> dict[str, int]:
    """How many windows each person has."""
    return {person: one["windows"] for person, one in told["people"].items()}


def own(told: dict[str, Any]) -> Floats:
    """Shape (person,): each one's accuracy."""
    return np.array([told["people"][person]["mean"] for person in sorted(told["people"])])


def pair(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """The first minus the second."""
    people = sorted(first["people"])
    windows = np.array([first["people"][person]["windows"] for person in people], np.float64)
    differences = own(first) - own(second)

    def score(weights: Floats) -> Floats:
        return ((weights @ (windows * differences)) / (weights @ windows))[:, None]

    folds = first["protocol"].get("folds")
    of_folds = [score(np.isin(people, fold)[None].astype(np.float64)).item() for fold in folds or ()]
    return {
        "difference": score(np.ones((1, len(people)))).item(),
        **asdict(interval(score, windows, kind="difference")),
        "wilcoxon": asdict(signed_ranks(differences)),
        "folds": asdict(corrected_t(of_folds, len(folds) - 1, 1)) if folds else None,
    }


def main() -> None:
    """Compares, tells and stores."""
    place = RESULTS / "against"
    place.mkdir(parents=True, exist_ok=True)
    for name in TASKS:
        found = stored(name)
        if OURS not in found or len(found) < 2 or name.partition("/")[0] in ARCHIVE:
            continue  # of the archive nobody knows the people
        made = pairs(found)
        told = {"task": name, "pairs": made, "environment": describe_environment()}
        (place / f"{name.replace('/', '_')}.json").write_text(json.dumps(told, indent=1) + "\n")
        print(name, [(one["second"], round(100 * one["difference"], 2)) for one in made], flush=True)


if __name__ == "__main__":
    main()
